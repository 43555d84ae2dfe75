"""People change: somebody comes, leaves, or loses a laptop, and the calendar is signed anew, from this week on.

All of it changes in the folder at once (see `switch`): there is never a calendar with somebody who left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from offramp.crypto.calendar import write_calendar
from offramp.crypto.card import monday_of
from offramp.crypto.key_list import KeyList
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import AlreadyEnrolled, NotEnrolledHere
from offramp.desk.files import refuse_existing
from offramp.desk.keys import RootKey
from offramp.desk.root.calendar_signing import SignedWeek
from offramp.desk.root.calendars import Plan, bring_up_to_date, files_of, plan
from offramp.desk.root.enrolling import judge
from offramp.desk.root.errors import LastOrganizer, ListOfAnother, SameLaptop
from offramp.desk.root.switching import switch
from offramp.desk.weekly.stock import WEEK


@dataclass(frozen=True, slots=True)
class Change:
    """Who goes and who comes, by name and by key list; `plan` is None where no calendar was signed yet."""

    folder: CampaignFolder
    goes: str | None
    comes: KeyList | None
    plan: Plan | None

    def carry_out(self, root: RootKey | None) -> None:
        """Sign what is planned, with the root key that this needs, and change the folder: all of it, or nothing.

        Raises WrongRootKey, a KeysetError, NotATeamList, OSError.
        """
        signed = self.plan.sign(root) if self.plan and root else []
        files = anew(self.folder, signed)
        if self.comes:
            files[_place_of(self.comes.name)] = self.comes.raw
        switch(self.folder, files, gone=[_place_of(self.goes)] if self.goes else [])
        if signed:
            bring_up_to_date(self.folder)


def coming(folder: CampaignFolder, found: KeyList) -> Change:
    """Somebody is a new organizer. Raises what `judge` and `plan` do; AlreadyEnrolled where they are one."""
    if judge(folder, found) != "new" and not is_waiting(folder, found):
        raise AlreadyEnrolled(
            f"{found.name} is an organizer already. For a newer list of the same keys: offramp organizer enroll"
        )
    others = [one for one in folder.key_lists() if one.author != found.author]
    return _change(folder, None, found, [*others, found])


def leaving(folder: CampaignFolder, name: str) -> Change:
    """An organizer leaves. Raises NotEnrolledHere, LastOrganizer, and what `plan` does."""
    stay = _others(folder, name)
    if not stay:
        raise LastOrganizer(
            f"{name} is the only organizer: nobody could open what is sent. Add somebody first ('offramp organizer "
            f"add'), or {name} with the list of a new desk ('offramp organizer lost'). Where {name}'s laptop is in "
            "wrong hands, the operator stops the server until then."
        )
    return _change(folder, name, None, stay)


def coming_back(folder: CampaignFolder, name: str, found: KeyList) -> Change:
    """An organizer whose laptop was lost has another one, with a key of its own.

    Raises NotEnrolledHere, ListOfAnother, SameLaptop, and what `judge` and `plan` do.
    """
    stay = _others(folder, name)
    if found.name != name:
        raise ListOfAnother(f"This list is {found.name}'s, and {name} lost a laptop. It needs to say {name}.")
    if any(_shares_a_key(found, one) for one in folder.key_lists() if one.name == name):
        raise SameLaptop(
            f"This list was made with the keys of the laptop that {name} lost, or with a backup of it. "
            f"Make a new desk for {name}, and take its list: offramp desk new"
        )
    judge(folder, found, instead_of=name)
    return _change(folder, name, found, [*stay, found])


def is_waiting(folder: CampaignFolder, found: KeyList) -> bool:
    """Whether somebody is enrolled, but in no calendar yet."""
    newest = folder.newest_keyset()
    team = folder.team_list(newest.sequence) if newest else None
    return team is not None and found.author not in {one.ed25519 for one in team.members}


def was_taken_out(folder: CampaignFolder, found: KeyList) -> bool:
    """Whether this person's key was an organizer's and is no longer: its laptop may be the one that was lost."""
    newest = folder.newest_keyset()
    if newest is None or not is_waiting(folder, found):
        return False
    lists = (folder.team_list(number) for number in range(1, newest.sequence))
    return any(found.author in {one.ed25519 for one in each.members} for each in lists if each)


def oldest_week_open(folder: CampaignFolder) -> date:
    """The Monday of the first week whose letters still open on a laptop that was open today."""
    grace = timedelta(days=folder.campaign().keys.grace_days)
    return monday_of(days.today() - grace - WEEK) + WEEK


def anew(folder: CampaignFolder, signed: Sequence[SignedWeek]) -> dict[str, bytes]:
    """What a calendar that begins with these weeks is in the folder, by the places of its files.

    FileInTheWay where somebody else signed in the meantime.
    """
    if not signed:
        return {}
    refuse_existing(*(folder.keysets / f"{week.keyset.sequence:06d}.keyset" for week in signed))
    # The calendar changes with all else: the one before it may be for somebody who leaves.
    return {**files_of(signed), "calendar": write_calendar(week.keyset for week in signed)}


def _change(
    folder: CampaignFolder, goes: str | None, comes: KeyList | None, organizers: Sequence[KeyList]
) -> Change:
    if folder.newest_keyset() is None:
        return Change(folder, goes, comes, None)
    by_name = sorted(organizers, key=lambda one: one.name)
    return Change(folder, goes, comes, plan(folder, onion=None, organizers=by_name))


def _others(folder: CampaignFolder, name: str) -> list[KeyList]:
    """All enrolled organizers but this one. Raises NotEnrolledHere."""
    lists = folder.key_lists()
    if name not in {one.name for one in lists}:
        raise NotEnrolledHere
    return [one for one in lists if one.name != name]


def _shares_a_key(found: KeyList, other: KeyList) -> bool:
    theirs = {half for key in other.weeks.values() for half in (key.x25519, key.mlkem)}
    mine = (half for key in found.weeks.values() for half in (key.x25519, key.mlkem))
    return found.author == other.author or any(half in theirs for half in mine)


def _place_of(name: str) -> str:
    return f"organizers/{name}.keys"
