"""What can go wrong when a letter is sealed. A docstring is what a person reads, unless the raiser says more."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class SealError(DeskError):
    """The letter cannot be sealed."""


class NoKeysInIt(SealError):
    """This file does not hold this week's keys. Download them from the site, at /keyset, once more."""


class NothingWritten(SealError):
    """The letter has no text, so there is nothing to seal."""


class TooMuchWritten(SealError):
    """An answer is longer than the page takes. Shorten it, or seal the rest as a second letter."""


class NoSuchQuestion(SealError):
    """The form has no such question. Leave it out, or look into campaign.toml for its id."""


class NoSuchLanguage(SealError):
    """The campaign has no pages in this language."""


class NoSealer(SealError):
    """This manifest lists no offline sealer."""
