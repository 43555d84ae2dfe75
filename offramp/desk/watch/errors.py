"""What can be wrong with a site that is watched. A docstring is what a person reads."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class Mistyped(DeskError):
    """What was given to compare is not what it should be."""


class WordsMistyped(Mistyped):
    """A campaign's words are ten words of the list that they are drawn from. Compare them letter by letter."""


class CodeMistyped(Mistyped):
    """A campaign's code has 24 letters a to z and digits 2 to 7, in groups of four."""


class SiteWrong(DeskError):
    """The site is not what it should be. Tell the others, and do not use it."""


class NoWordsThere(SiteWrong):
    """The first page does not show ten words and a code, each once, as the campaign's page does."""


class NoKeyPinned(SiteWrong):
    """The first page does not say by which root key it knows the organizers' keys."""


class OtherWordsThere(SiteWrong):
    """The ten words or the code on the page are not those of its address and its root key."""


class NotThisCampaign(SiteWrong):
    """What was given to compare is not what this site is: it is another site, or its root key was replaced."""


class NoKeysetThere(SiteWrong):
    """The site hands out no keys to seal letters with, and does not say either that it is closed."""


class SiteClosed(DeskError):
    """The site itself says that it takes no letters now: its calendar has ended, or nobody has read for too long."""
