"""What can go wrong with cases. A docstring is what a person reads."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class CaseError(DeskError):
    """This cannot be done with these cases."""


class NoSuchCase(CaseError):
    """No case here has an id that begins so. 'offramp inbox' prints them."""


class SeveralCases(CaseError):
    """More than one case begins so. Type more of the id."""


class NoSuchNote(CaseError):
    """That note is not there any more, or was never there."""


class EmptyNote(CaseError):
    """A note needs some text. Nothing was written."""


class NoteTooLong(CaseError):
    """The note is too long: 20 000 characters are the most. Nothing was written."""


class NotMerged(CaseError):
    """That case was not merged with another."""


class NeedsTwoCases(CaseError):
    """It takes two cases to merge. These are the same one."""


class DifferentKinds(CaseError):
    """A request and an offer cannot be merged: they are two people, or one who wants two things."""


class NobodyOfThatName(CaseError):
    """No organizer of this campaign has that name. 'offramp team' lists them."""


class LetterOverfull(CaseError):
    """This letter has more questions, answers or files in it than any form could send, so it was left out."""


class NothingToUndo(CaseError):
    """There is nothing that can be undone."""


class NotUndoable(CaseError):
    """The last decision here cannot be undone in this way: an answer is taken back, a hand-off is ended."""


class NotOver(CaseError):
    """Only cases that are done or spam can be forgotten. Set the status first."""


class StillAtWork(CaseError):
    """That is still needed: an adviser who is asked, vetted or enrolled, or a request that is handed over."""


class BadNumberOfDays(CaseError):
    """A number of days from 1 to 3650 is wanted."""


class NoSuchGroup(CaseError):
    """No group of similar texts begins so. 'offramp groups' lists them."""
