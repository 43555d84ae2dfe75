"""Taking organizers' key lists in: whose they are, and whether they may take the place of what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from offramp.crypto.card import monday_of
from offramp.crypto.errors import BadRecipient, KeyListError
from offramp.crypto.key_list import MAX_KEY_LIST, KeyList, read_key_list
from offramp.crypto.keyset_making import check_usable
from offramp.crypto.words import fingerprint_words
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import AlreadyEnrolled
from offramp.desk.files import read_whole
from offramp.desk.root.calendars import check_clock, check_organizers
from offramp.desk.root.errors import KeyListOver, KeyOfAnother, KeyUnusable, OldKeyList

Standing = Literal["new", "newer", "same"]
"""Of somebody who is not enrolled: their words are to be compared; newer than what is here; or the same again."""


def read_list(folder: CampaignFolder, path: Path) -> KeyList:
    """The key list in a file NAME.keys. Raises MissingFile, or a KeyListError that names the file."""
    try:
        return read_key_list(read_whole(path, limit=MAX_KEY_LIST), campaign=folder.campaign().id)
    except KeyListError as error:
        raise type(error)(f"{path}: {error}") from None


def ten_words(found: KeyList) -> str:
    """What the organizer and the holder of the root key compare over a call (FORMAT.md, 4.1)."""
    return fingerprint_words(found.name, found.author)


def judge(folder: CampaignFolder, found: KeyList, *, instead_of: str | None = None) -> Standing:
    """Whether `found` may come into the folder; `instead_of` is somebody who leaves it in the same moment.

    Raises AlreadyEnrolled, OldKeyList, KeyListOver, KeyOfAnother, KeyUnusable, ClockWrong, TooManyOrganizers.
    """
    others = [one for one in folder.key_lists() if one.name != instead_of]
    _check_days(found)
    _check_usable(found)
    for one in others:
        if one.author == found.author and one.name == found.name:
            continue
        if one.author == found.author or one.name.lower() == found.name.lower():
            raise AlreadyEnrolled(_taken(one, found))
        _check_keys_differ(found, one)
    mine = next((one for one in others if one.author == found.author), None)
    if mine is None:
        check_organizers(folder.campaign(), len(others) + 1)
        return "new"
    if mine.raw == found.raw:
        return "same"
    _check_newer(found, mine)
    return "newer"


def _check_days(found: KeyList) -> None:
    check_clock(found)
    last = max(found.weeks)
    if last < monday_of(days.today()):
        raise KeyListOver(
            f"{found.name}'s keys ended with the week of {days.in_words(last)}, and here it is "
            f"{days.in_words(days.today())}. Ask for a new list ('offramp keys make' writes it); "
            "or is the clock of this laptop wrong?"
        )


def _check_usable(found: KeyList) -> None:
    """Of a bad key nobody could tell whose it is when a calendar is signed, and none would come about."""
    for week, key in found.weeks.items():
        try:
            check_usable(key)
        except BadRecipient:
            raise KeyUnusable(
                f"Nothing can be sealed to {found.name}'s key for the week of {days.in_words(week)}. "
                "This list was not made by Offramp."
            ) from None


def _taken(there: KeyList, found: KeyList) -> str:
    if there.author == found.author:
        return f"The key in this list is enrolled already, as {there.name}."
    return (
        f"Another key is enrolled as {there.name}. If {there.name} lost a laptop and made a new desk: "
        "offramp organizer lost. If this is somebody else, they need another name."
    )


def _check_keys_differ(found: KeyList, other: KeyList) -> None:
    """A copied key would open nothing for whoever copied it, but it would take a calendar apart."""
    theirs = {half for key in other.weeks.values() for half in (key.x25519, key.mlkem)}
    if any(key.x25519 in theirs or key.mlkem in theirs for key in found.weeks.values()):
        raise KeyOfAnother(
            f"A key of {found.name}'s list is {other.name}'s. This list was not made by Offramp."
        )


def _check_newer(found: KeyList, mine: KeyList) -> None:
    if found.day < mine.day:
        raise OldKeyList(
            f"This list of {found.name} was made on {days.in_words(found.day)}, and the one that is here already "
            f"on {days.in_words(mine.day)}. Nothing was changed."
        )
    if max(found.weeks) < max(mine.weeks):
        raise OldKeyList(
            f"This list of {found.name} ends with the week of {days.in_words(max(found.weeks))}, and the one that "
            f"is here already with that of {days.in_words(max(mine.weeks))}. Nothing was changed."
        )
