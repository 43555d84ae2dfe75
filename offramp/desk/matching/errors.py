"""What can go wrong with matching. A docstring is what a person reads."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class MatchingError(DeskError):
    """This cannot be matched."""


class NotAnAdviser(MatchingError):
    """There is no adviser with that id: give the id of somebody's offer."""


class NotARequest(MatchingError):
    """That is an offer. Matches are looked for from the side of a request."""


class ProfileMalformed(MatchingError):
    """A profile has a name, up to 20 short entries in each list, and 0 to 744 hours a month."""


class AsksMalformed(MatchingError):
    """What a request asks for is up to 20 short entries in each list."""
