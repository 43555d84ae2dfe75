"""A campaign's calendar: which weeks are to be signed next, signing them, and the one file for the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from offramp.campaign import Campaign
from offramp.crypto.calendar import MAX_KEYSETS, write_calendar
from offramp.crypto.card import monday_of
from offramp.crypto.key_list import KeyList
from offramp.crypto.keyset import Keyset
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import ClockWrong, NoOnionYet, NoOrganizers, TooManyOrganizers, WrongRootKey
from offramp.desk.files import PUBLIC, read_whole, refuse_existing, write_new
from offramp.desk.keys import RootKey
from offramp.desk.onion_address import check_onion
from offramp.desk.root.anew import Anew, why_anew
from offramp.desk.root.calendar_signing import SignedWeek, sign_weeks
from offramp.desk.root.errors import GenerationBroken, NothingToSign
from offramp.desk.root.signed import all_signed, current_weeks, last_day, last_week
from offramp.desk.root.switching import switch
from offramp.desk.weekly.stock import WEEK


@dataclass(frozen=True, slots=True)
class Plan:
    """A calendar but for its signatures. `weeks` are Mondays, one behind the other; `anew` is empty for new weeks."""

    campaign: Campaign
    root: bytes
    onion: str
    before: Keyset | None
    organizers: Sequence[KeyList]
    generation: int
    weeks: Sequence[date]
    anew: frozenset[Anew]

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.organizers]

    @property
    def ending(self) -> list[KeyList]:
        """The organizers for want of whose keys it is not longer than this."""
        following = self.weeks[-1] + WEEK
        return [one for one in self.organizers if following not in one.weeks]

    def sign(self, root: RootKey) -> list[SignedWeek]:
        """Raises WrongRootKey, a KeysetError, NotATeamList."""
        if root.public != self.root:
            raise WrongRootKey
        return sign_weeks(
            root.seed,
            self.campaign,
            self.onion,
            self.before,
            self.organizers,
            self.generation,
            first=self.weeks[0],
            count=len(self.weeks),
        )


def plan(
    folder: CampaignFolder,
    *,
    onion: str | None,
    first: date | None = None,
    count: int | None = None,
    changed: bool = False,
    organizers: Sequence[KeyList] | None = None,
) -> Plan:
    """What to sign next: so many weeks from the one that `first` is in.

    Without `first`, they follow on the last that was signed; or they begin with this week, where that one is
    over, nothing is signed, or what is signed is no longer right (see `Anew`). Without `count`, they go as far
    as every organizer has keys, and not beyond the campaign's `weeks_ahead` from this week on.
    Where somebody left, and where `changed`, cards get another key (FORMAT.md, 15.3). `organizers` are those of
    the folder, or those who will be.
    Raises NoOnionYet, NotAnOnionAddress, NoOrganizers, TooManyOrganizers, ClockWrong, NothingToSign, or what
    reading the folder does.
    """
    campaign, organizers = folder.campaign(), folder.key_lists() if organizers is None else organizers
    check_organizers(campaign, len(organizers))
    for one in organizers:
        check_clock(one)
    signed = all_signed(folder)
    before = signed[-1] if signed else None
    address = _address(onion, before)
    anew = why_anew(folder, campaign, address, organizers, signed)
    if changed and before:
        anew |= {Anew.LEFT}
    start = _first_week(first, before, begins_anew=bool(anew))
    weeks = _weeks(start, count, campaign, organizers, before)
    generation = _generation(folder, before, is_new=Anew.LEFT in anew)
    return Plan(campaign, folder.root(), address, before, organizers, generation, weeks, anew)


def check_organizers(campaign: Campaign, number: int) -> None:
    """Raises NoOrganizers, TooManyOrganizers."""
    if not number:
        raise NoOrganizers
    if number > campaign.slot_count:
        raise TooManyOrganizers(
            f"These would be {number} organizers, and the campaign has room for {campaign.slot_count}."
        )


def check_clock(found: KeyList) -> None:
    """Weeks are signed by this laptop's clock, which nobody else sets: ClockWrong where it cannot be right."""
    if found.day > days.today() + timedelta(days=1):
        raise ClockWrong(
            f"{found.name}'s list was made on {days.in_words(found.day)}, and by this laptop's clock it is "
            f"{days.in_words(days.today())}. One of the two clocks is wrong: set it right first."
        )


def write(folder: CampaignFolder, weeks: Sequence[SignedWeek]) -> Path:
    """Put what was signed into the folder, and the calendar for the server; where that is.

    Whoever is interrupted has none of it in the folder, or after `finish` all. FileInTheWay where somebody else
    signed in the meantime.
    """
    refuse_existing(*(folder.keysets / f"{week.keyset.sequence:06d}.keyset" for week in weeks))
    switch(folder, files_of(weeks))
    return bring_up_to_date(folder)


def files_of(weeks: Sequence[SignedWeek]) -> dict[str, bytes]:
    """What these weeks are in a campaign's folder, by the places of its files; the file `calendar` is not among it."""
    files = {"generation": f"{weeks[0].generation}\n".encode()}
    for week in weeks:
        number = f"{week.keyset.sequence:06d}"
        files[f"card-seeds/{number}.envelope"] = week.card_seed
        files[f"team/{number}.team"] = week.team.raw
        files[f"keysets/{number}.keyset"] = week.keyset.raw
    return files


def bring_up_to_date(folder: CampaignFolder) -> Path:
    """Write the file `calendar` anew from the keysets that are there. Raises NotACampaignFolder, a KeysetError."""
    raw = write_calendar(current_weeks(folder))
    if not folder.calendar.exists() or folder.calendar.read_bytes() != raw:
        write_new(folder.calendar, raw, mode=PUBLIC, replace=True)
    return folder.calendar


def _address(onion: str | None, before: Keyset | None) -> str:
    if onion is not None:
        return check_onion(onion)
    if before is None:
        raise NoOnionYet
    return before.onion


def _first_week(first: date | None, before: Keyset | None, *, begins_anew: bool) -> date:
    if first is not None:
        return monday_of(first)
    this = monday_of(days.today())
    if before is None or begins_anew:
        return this
    return max(last_week(before) + WEEK, this)


def _weeks(
    start: date, count: int | None, campaign: Campaign, organizers: Sequence[KeyList], before: Keyset | None
) -> list[date]:
    """As many as are wanted, or as all have keys for. Raises NothingToSign."""
    limit = start + WEEK * count if count else monday_of(days.today()) + WEEK * campaign.keys.weeks_ahead
    weeks, week = [], start
    while week < limit and all(week in one.weeks for one in organizers):
        weeks.append(week)
        week += WEEK
    if week < limit and (count or not weeks):
        raise NothingToSign(_who_has_none(week, organizers, before))
    if not weeks:
        raise NothingToSign(_all_signed(before))
    return weeks[:MAX_KEYSETS]


def _who_has_none(week: date, organizers: Sequence[KeyList], before: Keyset | None) -> str:
    names = and_so_on([one.name for one in organizers if week not in one.weeks])
    ask = "Ask for a new list ('offramp keys make' writes it), and enroll it."
    if before and last_week(before) + WEEK == week:
        return f"All weeks until {days.in_words(last_day(before))} are signed. For the next, {names} sent no key. {ask}"
    return f"{names} sent no key for the week of {days.in_words(week)}, so nothing was signed. {ask}"


def _all_signed(before: Keyset | None) -> str:
    until = days.in_words(last_day(before)) if before else "today"
    return f"All weeks until {until} are signed already. Sign the next ones later."


def _generation(folder: CampaignFolder, before: Keyset | None, *, is_new: bool) -> int:
    if is_new and before:
        return before.sequence + 1
    if not folder.generation.exists():
        return 1
    text = read_whole(folder.generation, limit=64).decode("ascii", errors="replace").strip()
    if not text.isdecimal() or not 1 <= int(text) < 2**32:
        raise GenerationBroken
    return int(text)


def and_so_on(names: Sequence[str]) -> str:
    """ "alice, bob and carol"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
