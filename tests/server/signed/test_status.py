"""Until when a server's calendar and card last, and the words for it: in `server check` and for couriers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from offramp.crypto.card import Card
from offramp.crypto.keyset import Keyset
from offramp.desk.courier.server_status import ServerStatus, read_status
from offramp.desk.courier.server_status import warnings as courier_warnings
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.server.signed.status import Status, status_of
from offramp.server.signed.warnings import warnings
from tests.app.campaign import TestCampaign
from tests.board.made import Clock

MONDAY = date(2026, 11, 16)
LIMIT = 14


@dataclass
class World:
    """A server's keysets and cards, looked at on days of a test's own."""

    folder: Path
    campaign: TestCampaign

    def put(self, *keysets: Keyset) -> None:
        for one in keysets:
            (self.folder / f"{one.sequence}.keyset").write_bytes(one.raw)

    def show(self, campaign: TestCampaign, card: Card) -> None:
        (self.folder / f"{campaign.card_key.hex()}.card").write_bytes(card.raw)

    def on(self, day: date) -> Status:
        clock = Clock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
        root, campaign = self.campaign.root, self.campaign.id
        keysets = KeysetShelf(
            self.folder, root=root, campaign=campaign, onion=self.campaign.onion, clock=clock
        )
        cards = CardShelf(
            self.folder, keysets.all, root=root, campaign=campaign, limit_days=LIMIT, clock=clock
        )
        return status_of(keysets, cards, clock=clock)

    def words(self, day: date, laptop: date | None = None) -> tuple[list[str], list[str]]:
        """What the operator reads, and what a courier reads whose laptop says this day, or another one."""
        status = self.on(day)
        return warnings(status), courier_warnings(parsed(status), laptop or day)


def parsed(status: Status) -> ServerStatus:
    return read_status(dict(status.as_json()))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Twelve weeks, and a card that lasts until 14 December."""
    world = World(tmp_path, TestCampaign())
    world.put(*world.campaign.weeks(MONDAY, 12))
    world.show(world.campaign, world.campaign.card(week=MONDAY, next_by=date(2026, 11, 30)))
    return world


def test_a_server_with_all_it_needs(world: World) -> None:
    status = world.on(date(2026, 11, 18))
    assert (status.first_day, status.last_day) == (MONDAY, date(2027, 2, 7))
    assert status.card is not None
    assert (status.card.week, status.card.next_by, status.card.last_day) == (
        MONDAY,
        date(2026, 11, 30),
        date(2026, 12, 14),
    )
    assert status.new_card_from is None
    assert world.words(date(2026, 11, 18)) == ([], [])
    assert world.words(date(2026, 11, 30)) == ([], [])
    assert world.words(date(2026, 11, 18), date(2026, 11, 19)) == ([], [])


def test_the_calendar_s_end_is_told_three_weeks_before(world: World) -> None:
    last = date(2027, 2, 7)
    for_long = world.campaign.card(week=date(2027, 1, 11), next_by=date(2027, 3, 1))
    world.show(world.campaign, for_long)
    assert world.words(last - timedelta(weeks=3)) == ([], [])
    for day in (last - timedelta(days=20), last):
        (operator,), (courier,) = world.words(day)
        assert operator.startswith(
            "The last day of the calendar is 7 February 2027; after it nothing can be sent."
        )
        assert courier.startswith("The server's calendar ends on 7 February 2027, and the site closes then.")
    (operator,), (courier,) = world.words(last + timedelta(days=1))
    assert (
        "was 7 February 2027, so nothing can be sent. This machine's clock says 8 February 2027." in operator
    )
    assert "ended on 7 February 2027, and by its clock today is 8 February 2027." in courier


def test_a_calendar_that_has_not_begun_names_the_clock(world: World) -> None:
    status = world.on(date(2026, 10, 18))
    assert (status.today, status.first_day) == (date(2026, 10, 18), MONDAY)
    operator, courier = world.words(date(2026, 10, 18), date(2026, 11, 18))
    assert operator[0].startswith(
        "The first day of the calendar is 16 November 2026, and nothing can be sent before. "
        "This machine's clock says 18 October 2026."
    )
    assert "this machine's clock says 18 October 2026" in operator[1]  # of the card
    assert courier[0].startswith(
        "By the server's clock today is 18 October 2026, and by this laptop's 18 November 2026. One of them is wrong"
    )
    assert courier[1].startswith("The site is closed: the server's calendar begins on 16 November 2026")


def test_a_card_that_is_late_and_one_that_has_lapsed(world: World) -> None:
    for day in (date(2026, 12, 1), date(2026, 12, 14)):
        (operator,), (courier,) = world.words(day)
        assert (
            "read again by 30 November 2026. Without a new card, nothing can be sent after 14 December"
            in operator
        )
        assert "by 30 November 2026. Without a new card, it closes after 14 December 2026" in courier
    (operator,), (courier,) = world.words(date(2026, 12, 15))
    assert operator.startswith("Nothing can be sent: the card has lapsed on 14 December 2026.")
    assert courier.startswith("The site is closed: its card has lapsed on 14 December 2026.")


def test_a_calendar_with_another_card_key_wants_another_card(world: World) -> None:
    later = replace(world.campaign, card_seed=bytes(32))
    new = later.weeks(date(2026, 11, 30), 10, before=world.campaign.weeks(MONDAY, 12)[-1])
    world.put(*new)
    assert world.on(date(2026, 11, 18)).new_card_from == date(2026, 11, 30)
    (operator,), (courier,) = world.words(date(2026, 11, 18))
    assert operator.startswith(
        "From 30 November 2026 on the site stays closed until there is a card that fits"
    )
    assert courier.startswith("The site closes on 30 November 2026 until there is a card that fits")
    assert world.on(date(2026, 12, 2)).card is None
    (operator,), (courier,) = world.words(date(2026, 12, 2))
    assert operator.startswith("The site stays closed until there is a card that fits the calendar.")
    assert courier.startswith("The site is closed until there is a card that fits the calendar.")
    world.show(later, later.card(week=date(2026, 11, 16), next_by=date(2026, 12, 7)))
    assert world.on(date(2026, 12, 2)).new_card_from is None


def test_a_gap_is_the_end(world: World) -> None:
    (newest,) = world.campaign.weeks(MONDAY, 12)[-1:]
    world.put(*world.campaign.weeks(date(2027, 2, 15), 3, before=newest))
    assert world.on(date(2026, 11, 18)).last_day == date(2027, 2, 7)
    between = world.on(date(2027, 2, 10))
    assert (between.first_day, between.last_day) == (date(2027, 2, 15), date(2027, 3, 7))


def test_without_a_calendar(tmp_path: Path) -> None:
    world = World(tmp_path, TestCampaign())
    assert world.on(MONDAY) == Status(MONDAY, None, None, None, None)
    (operator,), (courier,) = world.words(MONDAY)
    assert operator.startswith("There is no calendar here")
    assert courier.startswith("The server has no calendar, so the site is closed.")
