"""Days in UTC: answers are written, kept and dropped by the day, and by no finer clock."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Final

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def now() -> float:
    """Seconds since 1970-01-01 UTC, by this laptop's clock."""
    return time.time()


def today() -> date:
    """The day on this laptop's clock."""
    return datetime.fromtimestamp(now(), UTC).date()


def in_words(day: date) -> str:
    """A day as a person says it, whatever the laptop's language: "16 November 2026". A week is its Monday."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
