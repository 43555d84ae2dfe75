"""Days as people read them."""

from __future__ import annotations

from datetime import date


def on_day(day: date) -> str:
    """As in: 16 November 2026."""
    return f"{day.day} {day:%B %Y}"


def week_of(monday: date) -> str:
    """As in: the week of 16 November 2026."""
    return f"the week of {on_day(monday)}"
