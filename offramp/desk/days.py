"""Days in UTC: answers are written, kept and dropped by the day, and by no finer clock."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The day on this laptop's clock."""
    return datetime.now(UTC).date()
