"""A simulated year: three organizers, a keyset a week, one who leaves, a laptop that is lost, a new root key.

Whoever should be able to open a letter is worked out here from the story alone: who was an organizer when it was
sealed, since when a laptop has keys, and when it destroyed them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest

from offramp.campaign import default_campaign
from offramp.crypto.bundle import BundleWriter
from offramp.crypto.card import monday_of
from offramp.crypto.errors import KeyDestroyed
from offramp.crypto.key_list import KeyList
from offramp.crypto.keyset import Keyset, Recipient
from offramp.desk import campaign_folder, days, keys
from offramp.desk.cases.importing import import_bundle
from offramp.desk.desk import Desk
from offramp.desk.vault import vault
from offramp.desk.weekly.cards import note_import, sign_card_now
from offramp.desk.weekly.clock import doubt
from offramp.desk.weekly.destroying import destroy_confirmed
from offramp.desk.weekly.errors import NoCardKey
from offramp.desk.weekly.stock import WEEK, make_ahead
from tests.desk.team import CHEAP
from tests.desk.weekly.a_year import (
    Clock,
    Laptop,
    RootLaptop,
    Sent,
    Server,
    Taken,
    opened_by,
)

FIRST: Final = date(2026, 11, 16)
WEEKS: Final = 52
GRACE: Final = timedelta(days=14)
AHEAD: Final = 12

# What happens, by the number of the week; changes come on its Wednesday, at noon.
LEAVES, LOST, NEW_ROOT = 13, 26, 38
NO_COURIER: Final = {5, 6, 7}
"""On the Fridays of these weeks nobody fetches."""
BOB_AWAY: Final = {20, 21}
"""He comes back after three weeks, imports, and says that the date is right."""

IN: Final = {  # from noon on the Wednesday of one week to that of another
    "alice": (-1, LOST),
    "bob": (-1, WEEKS),
    "carol": (-1, LEAVES),
    "alice-2": (LOST, WEEKS),
}


def moment(week: int, day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of a day of a week, Monday being 0."""
    return datetime.combine(FIRST + WEEK * week + timedelta(days=day), time(hour, minute), UTC)


def organizers_at(when: datetime) -> frozenset[str]:
    changes = {name: (moment(first, 2, 12), moment(last, 2, 12)) for name, (first, last) in IN.items()}
    return frozenset(name for name, (first, last) in changes.items() if first <= when < last)


@dataclass
class Year:
    """What came of it."""

    sent: list[Sent] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    published: list[tuple[datetime, Keyset]] = field(default_factory=list)
    held: dict[tuple[str, date], set[bytes]] = field(default_factory=dict)
    """By laptop and day: the letters in its vault."""
    late: dict[str, set[bytes]] = field(default_factory=dict)
    """By laptop: the letters whose key was destroyed before they came."""
    cards: dict[tuple[str, datetime], bool] = field(default_factory=dict)
    """By laptop and time: whether it could sign a card that the server took."""
    fetched: dict[bytes, date] = field(default_factory=dict)
    """By letter: the day."""
    owners: dict[bytes, str] = field(default_factory=dict)
    """By X25519 public key: the laptop that made it."""
    people: dict[str, Laptop] = field(default_factory=dict)
    """The laptops that somebody still has."""

    def visits(self, laptop: str) -> list[date]:
        """The days on which something was imported there."""
        return sorted(day for name, day in self.held if name == laptop)


class Story:
    """Plays the year."""

    def __init__(self, place: Path, clock: Clock) -> None:
        self.place, self.clock, self.year = place, clock, Year()
        self.root = RootLaptop(place / "root")
        for name in ("alice", "bob", "carol"):
            self.root.takes(self._has_a_laptop(name))
        self.root.signs()
        self.server = Server(place / "server", self.root, clock)
        self._is_told()

    def play(self) -> Year:
        for week in range(WEEKS):
            self._monday(week)
            self._changes(week)
            self._at(week, 2, 13)
            self._writes()
            self._friday(week)
            self._at(week, 6, 23, 30)
            self._writes()
        return self.year

    def _monday(self, week: int) -> None:
        """A page that was opened before midnight, and sends now."""
        opened = self.server.current()
        self._at(week, 0, 0, 30)
        if week:
            self._sent(self.server.takes(opened), opened, self.clock.at - timedelta(hours=1))
        self._writes()

    def _changes(self, week: int) -> None:
        opened = self.server.current()
        self._at(week, 2, 12)
        if week == LEAVES:
            self.root.parts_with("carol")
        elif week == LOST:
            self._copy(self.year.people.pop("alice"), "stolen")
            self.root.sees_again("alice", self._has_a_laptop("alice-2", called="alice"))
        elif week == NEW_ROOT:
            self.root.renews_itself()
            self.server.gets_root()
        else:
            return
        self._is_told()
        assert opened.id not in self.server.shelf.accepted()

    def _has_a_laptop(self, name: str, called: str = "") -> KeyList:
        """A new one, with a desk; the list of its keys."""
        laptop = self.year.people[name] = Laptop.new(self.place / name, name, self.root.folder, called)
        found = laptop.exports()
        self._owns(name, found.weeks.values())
        return found

    def _friday(self, week: int) -> None:
        """The courier fetches, and everybody opens what came."""
        self._at(week, 4, 9)
        if week not in NO_COURIER:
            self._fetch()
        for name, laptop in self.year.people.items():
            if name == "bob" and week in BOB_AWAY:
                continue
            self._imports(laptop)
            self._copy(laptop, f"{week:02d}")
        if week % 4 == 3:
            self.root.takes(*(self.year.people[name].exports() for name in organizers_at(self.clock.at)))
            self.root.signs()
            self._is_told()

    def _is_told(self) -> None:
        """The server gets the new calendar, and every laptop a copy of it."""
        self.server.gets_calendar()
        for laptop in self.year.people.values():
            laptop.gets(self.root.folder)

    def _fetch(self) -> None:
        with BundleWriter(self.place / "bundle") as bundle:
            for envelope in self.server.waiting:
                bundle.append(envelope)
        self.server.waiting.clear()
        for one in self.year.sent:
            self.year.fetched.setdefault(one.id, self.clock.day)

    def _imports(self, laptop: Laptop) -> None:
        desk = laptop.open()
        if (self.place / "bundle").exists():
            found = import_bundle(desk, self.place / "bundle")
            gone = (name for name, reason in found.refused if isinstance(reason, KeyDestroyed))
            self.year.late.setdefault(laptop.name, set()).update(gone)
        if doubt(desk):
            destroy_confirmed(desk)
        self.year.held[laptop.name, self.clock.day] = set(desk.letters)
        self.year.cards[laptop.name, self.clock.at] = self._signs_a_card(desk)
        self._owns(laptop.name, (one.key.public for one in make_ahead(desk)))
        desk.lock()

    def _signs_a_card(self, desk: Desk) -> bool:
        note_import(desk)
        try:
            return self.server.cards.keep(sign_card_now(desk).raw)
        except NoCardKey:
            return False

    def _owns(self, name: str, found: Iterable[Recipient]) -> None:
        self.year.owners |= {one.x25519: name for one in found}

    def _copy(self, laptop: Laptop, label: str) -> None:
        self.year.taken.append(laptop.copied(laptop.place / f"{label}.copy"))

    def _writes(self) -> None:
        keyset = self.server.current()
        self._sent(self.server.takes(keyset), keyset, self.clock.at)

    def _sent(self, envelope: bytes, keyset: Keyset, loaded: datetime) -> None:
        week = datetime.fromtimestamp(keyset.valid_from, UTC).date()
        self.year.sent.append(Sent(envelope, week, organizers_at(loaded), self.clock.at))

    def _at(self, week: int, day: int, hour: int, minute: int = 0) -> None:
        """Time goes on; what the server publishes in between is noted."""
        until = moment(week, day, hour, minute)
        while self.clock.at < until:
            self.clock.at = min(until, self.clock.at + timedelta(hours=12))
            self.year.published.append((self.clock.at, self.server.current()))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    clock = Clock(moment(0, 0, 0))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CHEAP.items():
            patch.setitem(keys.test_only_cost, name, value)
            patch.setitem(vault.test_only_cost, name, value)
        patch.setattr(days, "now", clock)
        # Other tests are about what survives a power failure, and about reading campaign.toml.
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(campaign_folder, "load_campaign", lambda _: default_campaign())
        yield Story(tmp_path_factory.mktemp("year"), clock).play()


def has_key(week: date, *, made: date, unlocked: date) -> bool:
    """Whether a laptop has the key of a week after it was unlocked on this day."""
    is_made = monday_of(made) <= week < monday_of(unlocked) + WEEK * AHEAD
    return is_made and unlocked < week + WEEK + GRACE


def made_on(laptop: str) -> date:
    return moment(LOST, 2, 12).date() if laptop == "alice-2" else FIRST


def opens(laptop: str, one: Sent, unlocked: date) -> bool:
    """Whether a laptop can open a letter on a day on which it is unlocked."""
    return laptop in one.recipients and has_key(one.week, made=made_on(laptop), unlocked=unlocked)


def test_every_letter_opens_on_the_desks_and_in_the_weeks_that_it_should(year: Year) -> None:
    assert {laptop for laptop, _ in year.held} == set(IN)
    for (laptop, day), held in year.held.items():
        visits = [one for one in year.visits(laptop) if one <= day]
        should = {
            one.id
            for one in year.sent
            if any(
                year.fetched.get(one.id, date.max) <= visit
                and opens(laptop, one, destroyed_by(visits, visit))
                for visit in visits
            )
        }
        assert held == should, (laptop, day)


def destroyed_by(visits: list[date], visit: date) -> date:
    """By which day a laptop had destroyed keys when letters were imported: after a long absence, an earlier one."""
    before = max((one for one in visits if one < visit), default=visit)
    return before if visit - before > GRACE else visit


def test_a_letter_that_came_too_late_is_lost_and_is_said_to_be(year: Year) -> None:
    for_all = sent_between(year, moment(min(NO_COURIER) - 1, 4, 9), FIRST + WEEK * min(NO_COURIER))
    for_bob = sent_between(year, moment(min(BOB_AWAY) - 1, 4, 9), FIRST + WEEK * (min(BOB_AWAY) - 1))
    assert (len(for_all), len(for_bob)) == (6, 2)
    assert year.late == {"alice": for_all, "bob": for_all, "carol": for_all, "alice-2": set()}
    back = min(day for day in year.visits("bob") if day > moment(max(BOB_AWAY), 4, 9).date())
    assert for_bob <= year.held["bob", back]  # his desk had waited for his word
    # Everything else was read by everybody whom it was for, but for the laptop that was lost before.
    read = {one.id: {name for (name, _), held in year.held.items() if one.id in held} for one in year.sent}
    for one in year.sent:
        if one.id in year.fetched and one.id not in for_all:
            missed = {"alice"} if is_just_lost(one) else set()
            assert read[one.id] == one.recipients - missed


def sent_between(year: Year, last_fetch: datetime, last_week: date) -> set[bytes]:
    """The letters that were sent after a fetch and sealed to the keyset of that week, or of one before it."""
    return {one.id for one in year.sent if one.sent > last_fetch and one.week <= last_week}


def is_just_lost(one: Sent) -> bool:
    """Sent to alice, whose laptop was lost before the courier came."""
    return moment(LOST - 1, 4, 9) <= one.sent < moment(LOST, 2, 12)


def test_every_copy_of_a_vault_opens_what_it_should_and_nothing_else(year: Year) -> None:
    """Copies of each week, tried on all letters of the year: with the passphrase, and without destroying first."""
    keysets = {keyset.id: keyset for _, keyset in year.published}.values()
    assert len(year.taken) > 3 * (WEEKS - LOST)
    for taken in year.taken:
        should = {one.id for one in year.sent if opens(taken.laptop, one, taken.unlocked)}
        assert opened_by(taken, keysets, year.sent) == should, taken


def test_a_lost_laptop_opens_what_was_sent_before_and_nothing_after(year: Year) -> None:
    keysets = {keyset.id: keyset for _, keyset in year.published}.values()
    (stolen,) = (one for one in year.taken if one.path.stem == "stolen")
    opened = opened_by(stolen, keysets, year.sent)
    sent = [one.sent for one in year.sent if one.id in opened]
    assert min(sent) >= moment(LOST - 4, 0, 0)
    assert moment(LOST - 1, 6, 0) < max(sent) < moment(LOST, 2, 12)


def test_every_keyset_that_was_published_is_for_the_organizers_of_that_hour(year: Year) -> None:
    for when, keyset in year.published:
        named = {year.owners[one.x25519] for one in keyset.recipients if one.x25519 in year.owners}
        assert named == organizers_at(when - timedelta(seconds=1)), when
        assert keyset.valid_from <= when.timestamp() <= keyset.valid_until
    sequences = [keyset.sequence for _, keyset in year.published]
    assert sequences == sorted(sequences)


def test_those_sign_cards_who_are_organizers(year: Year) -> None:
    assert year.cards == {(name, when): name in organizers_at(when) for name, when in year.cards}
    assert not all(year.cards.values())
