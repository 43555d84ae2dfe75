"""What can go wrong with a flyer. A docstring is what a person reads, unless the raiser says more."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class FlyerError(DeskError):
    """The flyer cannot be made."""


class AddressUnknown(FlyerError):
    """This folder has no keyset yet, so the workers' address is not known. Give it: --onion ADDRESS"""


class OtherAddress(FlyerError):
    """The campaign's keysets are signed for another address than this one. Sign the calendar for it first."""


class NotPrintable(FlyerError):
    """The campaign's name or tagline has a letter that the flyer's font has not."""


class NameTooLong(FlyerError):
    """The campaign's name or tagline is too long for the flyer. Shorten it in campaign.toml."""


class NothingToShow(FlyerError):
    """Give the campaign's folder, or both --onion ADDRESS and --root FILE."""
