"""What can go wrong with stick files. A docstring is what a person reads, unless the raiser says more."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class StickFolderError(DeskError):
    """This cannot be carried on a stick."""


class NotCarried(StickFolderError):
    """Only files and folders are carried: no links, no devices, and no names that begin with a dot."""


class NameTwice(StickFolderError):
    """Two of these have the same name, and one would take the other's place. Put them there one by one."""


class FileChanged(StickFolderError):
    """A file changed while it was being read. Nothing was left on the stick. Run this again."""


class NotEnoughRoom(StickFolderError):
    """There is too little room in that place. Nothing was left there."""


class NoSuchFolder(StickFolderError):
    """That folder is not there. Is the stick plugged in?"""


class UnsafeContents(StickFolderError):
    """What is in this stick file was not put there by Offramp, and nothing of it was written here."""
