"""What can go wrong on the root laptop. A docstring is what a person reads, unless the raiser says more."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class RootError(DeskError):
    """This cannot be done with the campaign's root key."""


class BadSplit(RootError):
    """The root key can be split into 2 to 16 shares, and any 2 or more of them can sign, or all of them."""


class SharesNeeded(RootError):
    """More shares of the root key are needed to sign: name each with --share."""


class NotAShare(RootError):
    """This is not a share of a root key."""


class NotAShareWord(NotAShare):
    """A word is not one that a share can have."""


class ShareMistyped(NotAShare):
    """These 33 words are not a share as it was printed: some word is wrong. Compare each with the paper."""


class SharesDiffer(RootError):
    """These shares do not belong together: they come from different splittings of a root key."""


class OldKeyList(RootError):
    """The list of this organizer that is here already is newer."""


class KeyListOver(RootError):
    """All weeks of this list are over."""


class KeyOfAnother(RootError):
    """A key of this list is another organizer's."""


class KeyUnusable(RootError):
    """Nothing can be sealed to a key of this list."""


class NothingToSign(RootError):
    """There is no week to sign."""


class GenerationBroken(RootError):
    """The file 'generation' in the campaign's folder should hold one number. Take it from a copy of the folder."""


class LastOrganizer(RootError):
    """Nobody else is an organizer, so nobody could open what is sent."""


class ListOfAnother(RootError):
    """This list of keys is another organizer's."""


class SameLaptop(RootError):
    """This list of keys was made on the laptop that was lost."""
