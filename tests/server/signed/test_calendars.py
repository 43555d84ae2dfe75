"""`offramp server add-calendar`: all of a calendar or nothing of it, and never back."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.calendar import write_calendar
from offramp.crypto.card import Card
from offramp.crypto.errors import (
    BadSignature,
    CardForged,
    CardFromTheFuture,
    NotACalendar,
    NotACard,
    WrongOnion,
)
from offramp.crypto.keyset import Keyset
from offramp.crypto.pack import HEADER, CardPost, frame
from offramp.server.errors import CalendarOver, CalendarWentBack, LaterCardHere, NoCardInIt
from offramp.server.layout import ServerFolder, load
from offramp.server.setup import make_folder
from offramp.server.signed.calendars import Added, add_calendar
from offramp.server.signed.shelves import cards_of, shelf_of
from tests.app.campaign import TestCampaign
from tests.board.made import Clock, reply_post

MONDAY = date(2026, 11, 16)
START = datetime(2026, 11, 16, tzinfo=UTC).timestamp()
DAY = 86_400


@dataclass
class Operator:
    """Adds files to a server's folder, by a clock of the test's own."""

    folder: ServerFolder
    campaign: TestCampaign
    clock: Clock
    inputs: Path

    def add(self, keysets: Sequence[Keyset], card: Card | None = None) -> Added:
        return self.add_raw(write_calendar(keysets), card.raw if card else None)

    def add_raw(self, calendar: bytes, card: bytes | None = None) -> Added:
        file, card_file = self.inputs / "calendar", self.inputs / "card"
        file.write_bytes(calendar)
        card_file.write_bytes(card or b"")
        return add_calendar(self.folder, file, card_file if card is not None else None, clock=self.clock)

    def current(self) -> Keyset | None:
        return shelf_of(load(self.folder), clock=self.clock).current()

    def card(self, keyset: Keyset) -> Card | None:
        shelf = shelf_of(load(self.folder), clock=self.clock)
        return cards_of(load(self.folder), shelf.all, clock=self.clock).newest(keyset)

    def on(self, day: date) -> None:
        self.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()

    def files(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in self.folder.path.rglob("*") if path.is_file()}


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    campaign = TestCampaign()
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    toml, root = campaign.write_inputs(inputs)
    state = make_folder(tmp_path / "server", campaign=toml, root=root)
    campaign.onion = state.intake_address
    return Operator(state.folder, campaign, Clock(START), inputs)


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def a_card(campaign: TestCampaign, number: int = 0) -> Card:
    return campaign.card(week=week(number), next_by=week(number + 2))


def test_twelve_weeks_and_the_same_again(operator: Operator) -> None:
    weeks = operator.campaign.weeks(MONDAY, 12)
    added = operator.add(weeks, a_card(operator.campaign))
    assert (added.new, added.first, added.last) == (12, MONDAY, week(12) - timedelta(days=1))
    assert (added.status.last_day, added.status.new_card_from) == (week(12) - timedelta(days=1), None)
    before = operator.files()
    assert operator.add(weeks, a_card(operator.campaign)).new == 0
    assert operator.files() == before
    for number, keyset in enumerate(weeks):
        operator.on(week(number))
        assert operator.current() == keyset


def test_the_same_again_mends_a_keyset_that_was_damaged(operator: Operator) -> None:
    weeks = operator.campaign.weeks(MONDAY, 3)
    operator.add(weeks)
    before = operator.files()
    for place in ("00000001", "00000003"):
        (damaged,) = operator.folder.keysets.glob(f"{place}-*")
        damaged.write_bytes(b"what a disk made of it")
    assert operator.current() is None
    assert operator.add(weeks).new == 2
    assert operator.current() == weeks[0]
    assert operator.files() == before


def test_the_next_calendar_and_one_that_begins_with_weeks_that_are_known(operator: Operator) -> None:
    first = operator.campaign.weeks(MONDAY, 4)
    next_ones = operator.campaign.weeks(week(4), 4, before=first[-1])
    operator.add(first)
    assert operator.add([*first[2:], *next_ones]).new == 4
    assert operator.add(next_ones).new == 0
    operator.on(week(7))
    assert operator.current() == next_ones[-1]


def test_one_that_replaces_weeks_holds_when_its_files_are_deleted(operator: Operator) -> None:
    """And the calendar before it is not taken again."""
    old = operator.campaign.weeks(MONDAY, 8)
    later = replace(operator.campaign, card_seed=bytes(32))
    new = later.weeks(week(1), 8, before=old[-1])
    operator.add(old)
    operator.on(week(1))
    operator.add(new)
    assert operator.current() == new[0]
    for path in operator.folder.keysets.iterdir():
        path.unlink()
    with pytest.raises(CalendarWentBack):
        operator.add(old)
    assert operator.current() is None
    operator.add(new)
    assert operator.current() == new[0]


def refused(operator: Operator, error: type[Exception], calendar: bytes, card: bytes | None = None) -> None:
    before = operator.files()
    with pytest.raises(error):
        operator.add_raw(calendar, card)
    assert operator.files() == before


def test_what_is_refused(operator: Operator) -> None:
    campaign = operator.campaign
    weeks = campaign.weeks(MONDAY, 3)
    operator.add(campaign.weeks(week(-2), 8))
    refused(operator, CalendarWentBack, write_calendar(weeks))  # with other dummies, so other keysets
    newest = campaign.weeks(week(-2), 9)[-1]
    stranger = TestCampaign(onion=campaign.onion)
    elsewhere = replace(campaign, onion="c" * 56 + ".onion")
    refused(operator, BadSignature, write_calendar(stranger.weeks(MONDAY, 2, before=newest)))
    refused(operator, WrongOnion, write_calendar(elsewhere.weeks(MONDAY, 2, before=newest)))
    refused(operator, NotACalendar, weeks[0].raw)
    refused(operator, NotACalendar, b"")
    good = write_calendar(campaign.weeks(MONDAY, 2, before=newest))
    refused(operator, NotACalendar, good[:-1])
    refused(operator, NotACalendar, good + b"x" * 1_048_576)


def test_a_calendar_that_is_over_names_the_clock(operator: Operator) -> None:
    calendar = write_calendar(operator.campaign.weeks(week(-3), 3))
    refused(operator, CalendarOver, calendar)
    with pytest.raises(
        CalendarOver, match=r"was 15 November 2026, and this machine's clock says 16 November 2026"
    ):
        operator.add_raw(calendar)
    operator.on(week(-1))
    operator.add_raw(calendar)
    assert operator.current() is not None


def test_a_card_that_cannot_be_used_keeps_the_calendar_out(operator: Operator) -> None:
    campaign = operator.campaign
    calendar = write_calendar(campaign.weeks(MONDAY, 2))
    refused(operator, CardForged, calendar, a_card(replace(campaign, card_seed=bytes(32))).raw)
    refused(operator, CardFromTheFuture, calendar, a_card(campaign, 1).raw)
    refused(operator, NotACard, calendar, b"")
    refused(operator, NotACard, calendar, calendar)
    refused(operator, NoCardInIt, calendar, HEADER + frame(reply_post(1)))


def test_a_card_comes_alone_or_in_a_pack(operator: Operator) -> None:
    weeks = operator.campaign.weeks(MONDAY, 2)
    card, later = a_card(operator.campaign, -1), a_card(operator.campaign)
    calendar = write_calendar(weeks)
    operator.add_raw(calendar, card.raw)
    assert operator.card(weeks[0]) == card
    operator.add_raw(calendar, HEADER + frame(reply_post(1)) + frame(CardPost(week(9), later.raw)))
    assert operator.card(weeks[0]) == later
    with pytest.raises(LaterCardHere):
        operator.add_raw(calendar, card.raw)
    assert operator.card(weeks[0]) == later


def test_no_room_leaves_nothing(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = write_calendar(operator.campaign.weeks(MONDAY, 12))
    usual, left = os.fsync, [7]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(28, "No space left on device")
        usual(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    refused(operator, OSError, calendar)
    monkeypatch.undo()
    assert operator.add_raw(calendar).new == 12


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("links", range(6))
def test_killed_between_two_files_it_is_the_calendar_before_until_it_is_added_again(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, links: int
) -> None:
    old = operator.campaign.weeks(week(-1), 4)
    new = operator.campaign.weeks(MONDAY, 5, before=old[-1])
    operator.add(old)
    usual, left = os.link, [links]

    def dies(source: Path, target: Path) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        usual(source, target)

    monkeypatch.setattr(os, "link", dies)
    with contextlib.suppress(Killed):
        operator.add(new)
    assert operator.current() == (new[0] if links >= len(new) else old[1])
    monkeypatch.undo()
    assert operator.add(new).new == max(0, len(new) - links)
    for number, keyset in enumerate(new):
        operator.on(week(number))
        assert operator.current() == keyset


def say(operator: Operator, *words: str) -> list[str]:
    """What the command says, on the day of today."""
    result = CliRunner().invoke(offramp, ["server", "add-calendar", str(operator.folder.path), *words])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_the_command(operator: Operator) -> None:
    today = datetime.now(UTC).date()
    weeks = operator.campaign.weeks(today, 12)
    calendar, card = operator.inputs / "calendar", operator.inputs / "card"
    calendar.write_bytes(write_calendar(weeks))
    card.write_bytes(operator.campaign.card().raw)
    first, second, *warnings = say(operator, str(calendar))
    assert first == "added 12 weeks; a running server has them in a second"
    assert second.startswith("It goes from ")
    (no_card,) = warnings
    assert no_card.startswith("The site stays closed until there is a card that fits the calendar.")
    first, _ = say(operator, str(calendar), "--card", str(card))
    assert first == "this calendar was added before; nothing is new in it"
