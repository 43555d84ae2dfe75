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


class NotesUnreadable(Mistyped):
    """This file is not a watcher's notes. Take another, which need not be there yet."""


class NotesOfAnother(Mistyped):
    """These notes are of another site. Take another file for this one."""


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


class RootReplaced(SiteWrong):
    """The site goes by another root key than when it was noted. If the campaign has a new one, note it anew."""


class NoKeysetThere(SiteWrong):
    """The site hands out no keys to seal letters with, and does not say either that it is closed."""


class ManifestMissing(SiteWrong):
    """The site shows no signed list of its files, so nobody can tell whether they are the right ones."""


class ManifestOld(SiteWrong):
    """The signed list of the site's files is older than one that was seen before."""


class FileMissing(SiteWrong):
    """A file that was signed is not there."""


class FileChanged(SiteWrong):
    """A file is not the one that was signed."""


class HeadersChanged(SiteWrong):
    """A file is served otherwise than it was signed."""


class UnsignedLink(SiteWrong):
    """A page names something that was not signed."""


class OtherKeysetWords(SiteWrong):
    """A page shows other words of this week's keys than those of the keys that the site hands out."""


class FileNotSeen(DeskError):
    """A file could not be fetched."""


class SiteClosed(DeskError):
    """The site itself says that it takes no letters now: its calendar has ended, or nobody has read for too long."""
