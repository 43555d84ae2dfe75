"""Forgetting: cases that were over for long enough are destroyed, with the keys that they lie under.

What stays are ids, which say nothing of what was there: so that no bundle brings a letter back, and no
other desk an event. The bundle of this desk loses the letters too. A backup of the vault, or a copy of the
bundle elsewhere, keeps what it has.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from offramp.crypto.bundle import HEADER, frame, read_bundle
from offramp.crypto.envelope import envelope_id
from offramp.crypto.errors import BundleError, BundleTruncated, NotABundle
from offramp.crypto.event import Event
from offramp.desk import days
from offramp.desk.bundle_lock import locked
from offramp.desk.cases.case import Kind
from offramp.desk.cases.errors import BadNumberOfDays, NotOver, StillAtWork
from offramp.desk.cases.importing import DRAFT_LETTER
from offramp.desk.cases.listing import VETTING, row_of
from offramp.desk.cases.merging import SAME_AS, letters_of, main_cases, main_of, members_of
from offramp.desk.cases.status import STATUS, StatusName
from offramp.desk.cases.versions import version_of
from offramp.desk.desk import EVENT, FORGOTTEN_PARTS, Desk
from offramp.desk.errors import BundleInUse
from offramp.desk.files import replacing
from offramp.desk.handing.advisers import ADVISER_KEY
from offramp.desk.handing.drafts import DRAFT
from offramp.desk.handing.handing_over import HAND_OFF, hand_offs
from offramp.desk.team.chains import FORGOTTEN, forgotten_event
from offramp.desk.team.receiving import days_heard, team_letters
from offramp.desk.vault.vault import HOUSE, Record
from offramp.desk.weekly.clock import doubt

SETTING: Final = "setting"
USUAL_DAYS: Final = 90
MOST_DAYS: Final = 3650
_DAYS_KEPT: Final = b"days_kept"
_OVER: Final = ("done", "spam")
_WORK: Final = frozenset((VETTING, ADVISER_KEY, HAND_OFF))
_AHEAD: Final = timedelta(days=30)
_PAST: Final = (
    "This laptop's clock is long past the end of the last keyset here, so nothing was forgotten by itself. If the "
    "clock is right, 'offramp forget' does it."
)
_DOUBT: Final = (
    "It was long ago that this desk was open, or the clock is wrong, so nothing was forgotten by itself. If the "
    "clock is right, 'offramp forget' does it."
)


@dataclass(frozen=True, slots=True)
class Held:
    """A case that is held: since when, and until when. The days are when it was taken in, and was over."""

    case: bytes  # [16]
    kind: Kind
    status: StatusName
    since: date
    over_since: date | None
    until: date | None
    """The day on which it is due to be forgotten; None as long as it is not over, or somebody works at it."""
    letters: int
    file_bytes: int
    at_work: str
    """Why it is kept though it is over: "adviser" or "handed over"; "" otherwise."""


def days_kept(desk: Desk) -> int:
    """For how many days this desk keeps a case after it was done or said to be spam."""
    return int(desk.small[SETTING].get((HOUSE, _DAYS_KEPT), str(USUAL_DAYS).encode()))


def set_days_kept(desk: Desk, number: int) -> None:
    """1 to 3650. Raises BadNumberOfDays."""
    if not 1 <= number <= MOST_DAYS:
        raise BadNumberOfDays
    desk.keep(Record(HOUSE, SETTING, _DAYS_KEPT, str(number).encode()))


def held(desk: Desk) -> list[Held]:
    """All that is held here: what is due first, and then what has no day yet, the oldest first."""
    now = (desk.changes, days.today())  # what was handed over ends by itself
    at, found = desk.memo.get(held, (None, []))
    if at != now:
        found = sorted((_kept_held(desk, case) for case in main_cases(desk)), key=_place)
        desk.memo[held] = (now, found)
    return list(found)


def _place(one: Held) -> tuple[date, date, bytes]:
    return one.until or date.max, one.since, one.case


def due(desk: Desk) -> list[Held]:
    """What is to be forgotten by today."""
    return [one for one in held(desk) if one.until is not None and one.until <= days.today()]


def forget(desk: Desk, ids: Iterable[bytes]) -> int:
    """Destroy cases, with all that is shown as one with them; how many. When this returns, they are gone.

    Raises NotOver or StillAtWork for a case that must not go, and then none does.
    """
    mains = list(dict.fromkeys(main_of(desk, case) for case in ids))
    for one in (_held(desk, case) for case in mains):
        if one.over_since is None:
            raise NotOver
        if one.at_work:
            raise StillAtWork
    rooms = [member for case in mains for member in members_of(desk, case)] + _strays(desk)
    if rooms:
        _destroy(desk, rooms)
    return len(mains)


def forget_due(desk: Desk) -> int:
    """Destroy all that is due by today; how many cases."""
    return forget(desk, [one.case for one in due(desk)])


class Swept(NamedTuple):
    """What was forgotten because its time had come: cases, and letters in the bundle; and what stood in the way."""

    cases: int
    letters: int
    problem: str
    clock: str = ""
    """Why nothing was forgotten by itself, where that is this laptop's clock."""


def sweep(desk: Desk, bundle: Path) -> Swept:
    """For whoever imports: nobody should have to remember to forget.

    A clock that is wrong must not destroy anything by itself.
    """
    clock = _why_not_by_this_clock(desk)
    cases = 0 if clock else forget_due(desk)
    try:
        return Swept(cases, drop_forgotten(desk, bundle), "", clock)
    except (BundleError, BundleInUse) as error:
        return Swept(cases, 0, str(error))
    except OSError as error:
        return Swept(cases, 0, f"{error.strerror}.")


def _why_not_by_this_clock(desk: Desk) -> str:
    """A calendar reaches weeks ahead, so its end alone would not show a clock that is a month ahead."""
    if doubt(desk) is not None:
        return _DOUBT
    end = max((one.valid_until for one in desk.keysets), default=None)
    is_past = end is not None and days.today() > datetime.fromtimestamp(end, UTC).date() + _AHEAD
    return _PAST if is_past else ""


def drop_forgotten(desk: Desk, bundle: Path) -> int:
    """Take what was forgotten out of a bundle; how many letters. The file is whole at every moment.

    Raises BundleInUse where somebody fetches into it, NotABundle where it is damaged, OSError.
    """
    gone = _forgotten_envelopes(desk)
    if not gone or not bundle.is_file() or not any(name in gone for name, _ in _envelopes(bundle)):
        return 0
    dropped = 0
    with locked(bundle) as old:
        places = []
        with replacing(bundle) as new:
            new.write(HEADER)
            at = len(HEADER)
            for name, envelope in _envelopes(bundle):
                if name in gone:
                    places.append((at, len(envelope)))
                    dropped += 1
                else:
                    new.write(frame(envelope))
                at += len(frame(envelope))
        _overwrite(old, places)
    return dropped


def _kept_held(desk: Desk, case: bytes) -> Held:
    """Made again only where something of this case is another, or on another day."""
    known: dict[bytes, tuple[object, Held]] = desk.memo.setdefault(_kept_held, {})
    now = (version_of(desk, case), days_kept(desk), days.today())
    kept = known.get(case)
    if kept is None or kept[0] != now:
        kept = known[case] = (now, _held(desk, case))
    return kept[1]


def _forgotten_envelopes(desk: Desk) -> set[bytes]:
    """The ids of letters that were forgotten, and of those that brought decisions or drafts that were."""
    gone = {name for _, name in desk.small[FORGOTTEN]}
    told = {one.letter for one in team_letters(desk) if not gone.isdisjoint(one.events)} if gone else set()
    brought = {name for (_, name), draft in desk.small[DRAFT_LETTER].items() if draft in gone}
    return gone | told | brought


def _held(desk: Desk, case: bytes) -> Held:
    row = row_of(desk, case)
    size = sum(file.size for letter in letters_of(desk, case) for file in letter.files) if row.files else 0
    over = _over_since(desk, case) if row.status in _OVER and not row.conflict else None
    at_work = _at_work(desk, case) if over else ""
    until = over + timedelta(days=days_kept(desk)) if over and not at_work else None
    return Held(case, row.kind, row.status, row.arrived, over, until, row.letters, size, at_work)


def _over_since(desk: Desk, case: bytes) -> date | None:
    """The day from which time counts until a case is destroyed.

    The day of somebody else's decision is their word: one that says it is of last year, or brings a case under one
    that was over long ago, must not destroy anything before the team could see it. So it is the day when it came.
    """
    heard = days_heard(desk)
    heads = [*desk.state.heads(case, STATUS)]
    heads += [head for member in members_of(desk, case) for head in desk.state.heads(member, SAME_AS)]
    said = (one.day if one.author == desk.me.public else heard.get(one.event, one.day) for one in heads)
    last = max(said, default=None)
    return min(last, days.today()) if last else None


def _at_work(desk: Desk, case: bytes) -> str:
    """An adviser's offer holds their vetting and key, and what was handed over may still be answered."""
    members = members_of(desk, case)
    decided = frozenset[str]().union(*map(desk.state.fields, members))
    if not decided & _WORK:
        return ""
    for member in members:
        vetting = desk.state.value(member, VETTING)
        if isinstance(vetting, dict) and vetting["is"] in ("asked", "vetted"):
            return "adviser"
        if desk.state.value(member, ADVISER_KEY) is not None:
            return "adviser"
    return "handed over" if any(one.is_open for one in hand_offs(desk, case)) else ""


def _destroy(desk: Desk, rooms: list[bytes]) -> None:
    gone = set(rooms)
    events = [one for one in desk.events.values() if any(part.subject in gone for part in one.changes)]
    whole = {one.id: one for one in events if not _others(desk, one, gone)}
    letters = [letter.id for case in rooms if case in desk.cases for letter in desk.cases[case].letters]
    records = [Record(HOUSE, FORGOTTEN, name, b"") for name in letters]
    records += [Record(HOUSE, FORGOTTEN, name, b"") for room, name in desk.small[DRAFT] if room in gone]
    records += map(forgotten_event, whole.values())
    records += _parts(desk, rooms, [one for one in events if one.id not in whole])
    with desk.vault.writing() as writing:
        for record in records:
            writing.put(record)
        for name in whole:
            writing.delete(HOUSE, EVENT, name)  # those about one case go with its room
        writing.destroy(rooms)
    desk.let_go(gone, whole)
    for record in records:
        desk.take(record)


def _strays(desk: Desk) -> list[bytes]:
    """Rooms of cases that were forgotten, about which other desks' decisions came later."""
    gone = (name for _, name in desk.small[FORGOTTEN_PARTS] if name not in desk.cases)
    return [case for case in gone if desk.state.fields(case)]


def _others(desk: Desk, event: Event, gone: Collection[bytes]) -> bool:
    """Whether an event is about anything else that is still held."""
    forgotten = {name for _, name in desk.small[FORGOTTEN_PARTS]}
    subjects = {part.subject for part in event.changes}
    return any(one not in gone and (one in desk.cases or one not in forgotten) for one in subjects)


def _parts(desk: Desk, rooms: list[bytes], events: list[Event]) -> Iterator[Record]:
    """Which events are not to count for these cases any more, though they stay for others.

    Somebody who writes again long after is somebody new to this desk.
    """
    for room in rooms:
        before = desk.small[FORGOTTEN_PARTS].get((HOUSE, room), b"")
        mine = b"".join(one.id for one in events if any(part.subject == room for part in one.changes))
        yield Record(HOUSE, FORGOTTEN_PARTS, room, before + mine)


def _envelopes(bundle: Path) -> Iterator[tuple[bytes, bytes]]:
    try:
        for envelope in read_bundle(bundle):
            yield envelope_id(envelope), envelope
    except BundleTruncated:
        pass  # what was cut off is fetched again
    except NotABundle:
        raise NotABundle(f"{bundle} is damaged. Delete it once everything in it was imported.") from None


def _overwrite(old: int, places: list[tuple[int, int]]) -> None:
    """Make it harder to find in what is left of the old file. Some disks and file systems keep a copy anyway."""
    for at, length in places:
        os.pwrite(old, bytes(4 + length), at)
    os.fsync(old)
