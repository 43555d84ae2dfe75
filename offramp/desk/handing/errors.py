"""What can go wrong with advisers, hand-offs and drafts. A docstring is what a person reads."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class HandingError(DeskError):
    """This cannot be handed over, or taken in."""


class NotAnAdvisersHalf(HandingError):
    """This is not the public half of an adviser's key: a file NAME.adviser.toml, whole and unchanged."""


class KeyPastedBadly(NotAnAdvisersHalf):
    """The key that came with this offer is not whole."""

    def __init__(self, member: str, *, missing: bool = False) -> None:
        what = "is missing" if missing else "was changed, or is there more than once"
        super().__init__(
            f"The key that came with this offer is not whole: what stands behind '{member}' {what}. Ask them for the "
            "file NAME.adviser.toml instead."
        )


class NoKeyOffered(HandingError):
    """No key came with this offer. Get their file NAME.adviser.toml, and give its name behind the offer's id."""


class SeveralKeysOffered(HandingError):
    """More than one key came with this offer. Leave out --yes, and say which ten words they read to you."""


class NotJoinedYet(HandingError):
    """This desk does not know its campaign yet. Get a copy of the campaign's folder from an organizer, and say
    where it is: offramp adviser join COPY"""


class AnotherCampaign(HandingError):
    """This desk belongs to another campaign. For this one, make another desk: offramp adviser new NAME --desk DIR"""


class NoSuchAdviser(HandingError):
    """No adviser here has that name, or an id that begins so. 'offramp adviser list' prints them."""


class SeveralAdvisers(HandingError):
    """More than one adviser has that name, or an id that begins so. Type more of the id."""


class NotVetted(HandingError):
    """This adviser was not vetted. Speak with them first, and then say so: 'offramp adviser vet'."""


class AdviserNotEnrolled(HandingError):
    """This adviser's key was not enrolled. Get their file NAME.adviser.toml, and 'offramp adviser enroll'."""


class AdviserKeysDiffer(HandingError):
    """Two organizers enrolled different keys for this adviser. Call the adviser, and enroll the right one again."""


class KeyEnrolledAlready(HandingError):
    """That key is enrolled already, for this adviser or another one."""


class NotARequest(HandingError):
    """Only a request for help can be handed over, and this is none."""


class NoSuchPart(HandingError):
    """This case has no part of that name or number."""


class NothingChosen(HandingError):
    """Nothing was chosen to be handed over."""


class PartEmpty(HandingError):
    """A part that is handed over in other words needs some. Leave the part out instead."""


class BadEndDate(HandingError):
    """A hand-off ends today at the earliest, and after a year at the latest."""


class HandOffTooLarge(HandingError):
    """The chosen parts are too large together: 8 MB are the most. Leave a file out, or hand over twice."""


class NoSuchHandOff(HandingError):
    """There is no hand-off here with an id that begins so."""


class HandOffClosed(HandingError):
    """This hand-off is not open any more: it was ended, or its last day is over."""


class HandOffGone(HandingError):
    """What was handed over is not on this desk: another organizer has it, or it was forgotten."""


class HandOffOfAnotherCampaign(HandingError):
    """This hand-off belongs to another campaign."""


class HandOffFromStranger(HandingError):
    """This was not signed by an organizer that this desk knows. A newer copy of the campaign may help; call them."""


class HandOffOver(HandingError):
    """The last day of this hand-off is over, so it is not opened. Ask the organizers for a new one."""


class HandOffHereAlready(HandingError):
    """This hand-off is on this desk already."""


class NothingDrafted(HandingError):
    """A draft needs some text, or a file. Nothing was written."""


class NothingWritten(HandingError):
    """No draft was written for this yet, so there is none to seal again."""


class NothingInForce(HandingError):
    """There is no keyset for today here, so nothing can be sealed; what you wrote is kept. Is this laptop's date
    right? Then ask an organizer for a newer copy of the campaign's folder, and: offramp adviser join COPY"""


class DraftOfAnotherCampaign(HandingError):
    """This draft belongs to another campaign."""


class DraftForNoHandOff(HandingError):
    """This draft answers a hand-off that this desk knows nothing of, yet."""


class DraftByAnother(HandingError):
    """This draft was not signed by the adviser to whom the case was handed."""


class DraftAfterEnd(HandingError):
    """This draft answers a hand-off that was ended."""


class DraftTooLate(HandingError):
    """This draft was written after the last day of its hand-off, or came more than a week after it."""


class DraftReplayed(HandingError):
    """This draft is here already."""


class NoSuchDraft(HandingError):
    """There is no draft here with an id that begins so."""


class DraftNotTaken(HandingError):
    """The server takes nothing more that was sealed to the keys of that week. Nothing is lost: 'offramp draft ID
    --again' seals the same draft to the keys of this week; then send that file."""


class SiteClosed(HandingError):
    """The site takes no letters at the moment: nobody has read its inbox for too long, or it is busy. Try again
    tomorrow, or give the file to an organizer by any way."""
