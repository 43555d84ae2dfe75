"""What can go wrong with numbers. A docstring is what a person reads."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class NumbersError(DeskError):
    """These numbers cannot be given."""


class ThresholdTooLow(NumbersError):
    """Counts below 5 are never published. Give 5, or more."""


class NothingToPublish(NumbersError):
    """No week has ended since numbers were last published. Come back next week."""
