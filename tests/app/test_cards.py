"""The card: shown behind the keyset, brought by couriers, and the end of the intake when it lapses."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from offramp.crypto.card import Card, check_card_date, read_card
from offramp.crypto.errors import CardForged, CardFromTheFuture, CardLapsed
from offramp.crypto.keyset import Keyset
from offramp.crypto.pack import CardPost
from offramp.server.http.replies import Refused
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from tests.app.asking import post, refusal
from tests.app.campaign import DAY, TestCampaign, TestCourier
from tests.app.conftest import LIMIT_DAYS
from tests.app.test_couriers_side import Fetcher
from tests.board.made import Board, Clock, pack, reply_post

MONDAY = date(2026, 11, 16)
START = datetime(2026, 11, 16, tzinfo=UTC).timestamp()
NEXT_BY = MONDAY + timedelta(weeks=2)
LAST_DAY = NEXT_BY + timedelta(days=LIMIT_DAYS)
CLOSED = (503, "Nothing can be sent now: nobody has confirmed lately that this inbox is read.\n")


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def weeks(campaign: TestCampaign, keyset_folder: Path) -> list[Keyset]:
    """A calendar from the week of MONDAY on."""
    made = campaign.weeks(MONDAY, 8)
    for one in made:
        (keyset_folder / f"{one.sequence}.keyset").write_bytes(one.raw)
    return made


@pytest.fixture
def keyset(weeks: list[Keyset]) -> Keyset:
    return weeks[0]


@pytest.fixture
def said(campaign: TestCampaign) -> Card:
    """Somebody read in the week of MONDAY, and reads again within two weeks."""
    return campaign.card(week=MONDAY, next_by=NEXT_BY)


@pytest.fixture
def card(campaign: TestCampaign, card_folder: Path, said: Card) -> Card:
    (card_folder / f"{campaign.card_key.hex()}.card").write_bytes(said.raw)
    return said


def midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def test_without_a_card_there_is_neither_keyset_nor_intake(
    intake: Client, campaign: TestCampaign, keyset: Keyset, card_folder: Path, clock: Clock
) -> None:
    for path in card_folder.iterdir():
        path.unlink()
    clock.now += 1
    assert refusal(intake.get("/keyset")) == CLOSED
    assert refusal(post(intake, campaign.seal(keyset))) == CLOSED


def test_a_refusal_keeps_nothing_of_the_requests_that_got_it(
    intake: Client, card_folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that is raised again and again holds on to the frames, and so the requests, of every time."""
    for path in card_folder.iterdir():
        path.unlink()
    clock.now += 1
    raised: list[Refused] = []
    made = Refused.__init__

    def noted(self: Refused, status: int, sentence: str) -> None:
        made(self, status, sentence)
        raised.append(self)

    monkeypatch.setattr(Refused, "__init__", noted)
    for _ in range(3):
        assert refusal(intake.get("/keyset")) == CLOSED
    assert len({id(one) for one in raised}) == 3


def test_a_card_that_has_lapsed_is_shown_and_stops_the_intake(
    intake: Client, campaign: TestCampaign, weeks: list[Keyset], card: Card, clock: Clock
) -> None:
    for now, is_open in (
        (midnight(LAST_DAY), True),
        (midnight(LAST_DAY) + DAY - 1, True),
        (midnight(LAST_DAY) + DAY, False),
    ):
        clock.now = now
        current = next(one for one in weeks if one.valid_from <= now < one.valid_until)
        assert intake.get("/keyset").data == current.raw + card.raw
        answer = post(intake, campaign.seal(current))
        assert answer.status_code == (201 if is_open else 503)
    assert refusal(answer) == CLOSED


def test_a_card_of_another_key_is_none(
    intake: Client, campaign: TestCampaign, keyset: Keyset, card_folder: Path, clock: Clock
) -> None:
    """Nor is what lies there under the name of ours."""
    path = card_folder / f"{campaign.card_key.hex()}.card"
    other = replace(campaign, card_seed=bytes(32)).card(week=MONDAY, next_by=NEXT_BY)
    elsewhere = replace(TestCampaign(), card_seed=campaign.card_seed).card(week=MONDAY, next_by=NEXT_BY)
    for raw in (other.raw, elsewhere.raw, other.raw[:-1], b""):
        path.write_bytes(raw)
        (card_folder / "nonsense.card").write_bytes(raw)
        clock.now += 1
        assert refusal(intake.get("/keyset")) == CLOSED


@pytest.fixture
def pusher(couriers_side: Client, courier: TestCourier, weeks: list[Keyset]) -> Fetcher:
    return Fetcher(couriers_side, courier)


def push(pusher: Fetcher, *cards: Card) -> tuple[int, str]:
    answer = pusher.ask("POST", "/push", pack(*(CardPost(LAST_DAY, one.raw) for one in cards)))
    return answer.status_code, answer.text


def is_missing(pusher: Fetcher, card: Card) -> bool:
    return bool(json.loads(pusher.ask("POST", "/missing", CardPost(LAST_DAY, card.raw).id).text)["missing"])


def test_a_card_is_brought_and_shown(
    pusher: Fetcher, intake: Client, keyset: Keyset, card: Card, campaign: TestCampaign, clock: Clock
) -> None:
    newer = campaign.card(week=MONDAY, next_by=NEXT_BY + timedelta(days=1))
    assert is_missing(pusher, newer)
    for _ in range(2):
        assert push(pusher, newer) == (200, '{"kept":1}')
        assert not is_missing(pusher, newer)
    clock.now += 1
    assert intake.get("/keyset").data == keyset.raw + newer.raw


def test_the_newer_card_wins_whatever_comes_first(
    pusher: Fetcher, campaign: TestCampaign, cards: CardShelf, keyset: Keyset, clock: Clock
) -> None:
    """A later week before all, and of one week the later day."""
    clock.now = START + 7 * DAY
    weeks_and_days = [(0, 3), (0, 2), (1, 1), (1, 2)]
    made = [
        campaign.card(week=MONDAY + timedelta(weeks=week), next_by=MONDAY + timedelta(weeks=weeks))
        for week, weeks in weeks_and_days
    ]
    order = {(1, 2): 3, (1, 1): 2, (0, 3): 1, (0, 2): 0}
    ranks = dict(zip(made, (order[one] for one in weeks_and_days), strict=True))
    for sequence in itertools.permutations(made):
        cards_before = cards.newest(keyset)
        best = ranks[cards_before] if cards_before else -1
        for one in sequence:
            best = max(best, ranks[one])
            status, text = push(pusher, one)
            assert (status, text) == (200, f'{{"kept":{int(ranks[one] >= best)}}}')
            newest = cards.newest(keyset)
            assert newest is not None
            assert ranks[newest] == best


def test_it_is_on_the_disk_before_it_is_acknowledged(
    pusher: Fetcher, said: Card, campaign: TestCampaign, card_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("offramp.server.signed.cards.write_over", full)
    assert push(pusher, said)[0] == 503
    assert list(card_folder.iterdir()) == []
    monkeypatch.undo()
    assert push(pusher, said) == (200, '{"kept":1}')
    (path,) = card_folder.iterdir()
    assert path.read_bytes() == said.raw
    status = path.stat()
    assert status.st_mode & 0o077 == 0
    assert status.st_mtime % DAY == 0  # the day, and not when the courier came


FORGED: dict[str, Callable[[TestCampaign], Card]] = {
    "another card key": lambda campaign: replace(campaign, card_seed=bytes(32)).card(
        week=MONDAY, next_by=NEXT_BY
    ),
    "another root": lambda campaign: replace(campaign, root_seed=bytes(32)).card(
        week=MONDAY, next_by=NEXT_BY
    ),
    "the future": lambda campaign: campaign.card(
        week=MONDAY + timedelta(weeks=1), next_by=NEXT_BY + timedelta(weeks=1)
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_card_that_is_refused_leaves_nothing_of_its_pack(
    pusher: Fetcher, campaign: TestCampaign, board: Board, card_folder: Path, said: Card, name: str
) -> None:
    bad = FORGED[name](campaign)
    reply = reply_post(today=board.clock.today)
    body = pack(CardPost(LAST_DAY, said.raw), reply, CardPost(LAST_DAY, bad.raw))
    answer = pusher.ask("POST", "/push", body)
    error = CardFromTheFuture if name == "the future" else CardForged
    assert refusal(answer) == (422, f"{error()}\n")
    assert board.posts.missing([reply.id]) == [reply.id]
    assert list(card_folder.iterdir()) == []


def test_no_bit_of_a_card_can_be_changed(pusher: Fetcher, said: Card, card_folder: Path) -> None:
    for place in range(len(said.raw)):
        flipped = bytearray(said.raw)
        flipped[place] ^= 1
        assert 400 <= push(pusher, Card(MONDAY, NEXT_BY, bytes(flipped)))[0] < 500
    assert list(card_folder.iterdir()) == []


def test_a_card_past_its_last_day_is_not_taken_in(pusher: Fetcher, said: Card, card_folder: Path) -> None:
    late = CardPost(MONDAY - timedelta(days=1), said.raw)
    assert pusher.ask("POST", "/push", pack(late)).text == '{"kept":0}'
    assert list(card_folder.iterdir()) == []


def test_a_card_comes_right_after_its_calendar_and_before_it_begins(
    intake: Client,
    pusher: Fetcher,
    campaign: TestCampaign,
    weeks: list[Keyset],
    card: Card,
    keyset_folder: Path,
    clock: Clock,
) -> None:
    """Somebody leaves next week. Until then the old card counts, and then the one of the new card key."""
    later = replace(campaign, card_seed=bytes(32))
    new = later.weeks(MONDAY + timedelta(weeks=1), 4, before=weeks[-1])
    said = later.card(week=MONDAY, next_by=NEXT_BY)
    assert push(pusher, said)[0] == 422
    for one in new:
        (keyset_folder / f"{one.sequence}.keyset").write_bytes(one.raw)
    clock.now += 1
    assert push(pusher, said) == (200, '{"kept":1}')
    assert intake.get("/keyset").data == weeks[0].raw + card.raw
    clock.now += 7 * DAY
    assert intake.get("/keyset").data == new[0].raw + said.raw
    assert post(intake, later.seal(new[0])).status_code == 201
    assert refusal(post(intake, campaign.seal(weeks[0])))[0] == 409


def test_clocks_a_day_off_on_either_side_lock_nobody_out(
    campaign: TestCampaign, weeks: list[Keyset], shelf: KeysetShelf, cards: CardShelf, clock: Clock
) -> None:
    """The desk's that signs, the server's that takes the card and the letter, and the reader's: in all combinations."""
    for desk, server, reader in itertools.product((-DAY, 0, DAY), repeat=3):
        for hour in range(-30, 31, 3):
            moment = START + 7 * DAY + hour * 3600
            on = datetime.fromtimestamp(moment + desk, UTC).date()
            week = on - timedelta(days=on.weekday())
            made = campaign.card(week=week, next_by=week + timedelta(weeks=2))
            clock.now = moment + server
            cards.check(made.raw)
            assert cards.counts(made)
            current = shelf.current()
            assert current is not None
            shown = read_card(made.raw, card_key=current.card_key, root=campaign.root, campaign=campaign.id)
            check_card_date(shown, now=moment + reader, limit_days=LIMIT_DAYS)


def test_whatever_the_server_takes_the_reader_takes(
    said: Card, campaign: TestCampaign, weeks: list[Keyset], cards: CardShelf, clock: Clock
) -> None:
    """At the end, too: a reader whose clock is a day ahead of a server's that is a day behind."""
    for hour in range(-60, 61):
        moment = midnight(LAST_DAY) + DAY + hour * 3600
        for server, reader in itertools.product((-DAY, 0, DAY), repeat=2):
            clock.now = moment + server
            if cards.counts(said):
                check_card_date(said, now=moment + reader, limit_days=LIMIT_DAYS)
    with pytest.raises(CardLapsed):
        check_card_date(said, now=midnight(LAST_DAY) + 3 * DAY, limit_days=LIMIT_DAYS)


def test_a_desk_a_month_ahead_closes_nothing(
    pusher: Fetcher, cards: CardShelf, card: Card, keyset: Keyset, campaign: TestCampaign
) -> None:
    ahead = campaign.card(week=MONDAY + timedelta(weeks=4), next_by=MONDAY + timedelta(weeks=6))
    assert push(pusher, ahead) == (422, f"{CardFromTheFuture()}\n")
    assert cards.newest(keyset) == card


def test_the_status_for_couriers(pusher: Fetcher, weeks: list[Keyset], card: Card) -> None:
    answer = pusher.ask("GET", "/status")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json == {
        "today": "2026-11-16",
        "first_day": "2026-11-16",
        "last_day": "2027-01-10",
        "card": {"week": "2026-11-16", "next_by": "2026-11-30", "last_day": "2026-12-14"},
        "new_card_from": None,
    }
    assert pusher.client.get("/status").status_code == 401


def test_the_status_is_for_couriers_alone(intake: Client) -> None:
    assert intake.get("/status").status_code == 404
