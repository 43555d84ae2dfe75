"""What `fetch` and `push` say of the server's calendar and card, whatever the server says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.desk import days
from offramp.desk.courier.server_status import read_status
from offramp.desk.errors import ServerNonsense
from tests.desk.fake_server import FakeServer, all_is_well, ok, status
from tests.desk.team import COURIERS


@pytest.fixture
def server(desk: Path) -> Iterator[FakeServer]:
    fake = FakeServer(desk / "fake.sock")
    yield fake
    fake.close()


def fetch(server: FakeServer) -> str:
    """What `offramp fetch` says besides what it fetched."""
    words = [
        "--key",
        "carla.key",
        "--address",
        COURIERS,
        "--bundle",
        "inbox.bundle",
        "--passphrase-file",
        "pw",
    ]
    result = CliRunner().invoke(offramp, ["fetch", *words, "--unix-socket", str(server.path)])
    assert (result.exit_code, result.stdout) == (0, "inbox.bundle: no new submissions.\n")
    return result.stderr


def says(server: FakeServer, **changed: object) -> None:
    said = json.loads(all_is_well()) | changed
    server.answers["/status"] = lambda _: ok(json.dumps(said, default=str).encode())


def test_where_all_is_well_nothing_is_said(server: FakeServer) -> None:
    assert fetch(server) == ""
    assert server.requested("/status") == 1


def test_warnings_come_after_what_was_fetched(server: FakeServer) -> None:
    ends = days.today() + timedelta(days=3)
    says(server, last_day=ends, new_card_from=days.today())
    calendar, card = fetch(server).splitlines()
    assert calendar.startswith(
        f"The server's calendar ends on {days.in_words(ends)}, and the site closes then."
    )
    assert card.startswith("The site is closed until there is a card that fits the calendar.")


@pytest.mark.parametrize("off", [-30, 30])
def test_a_clock_that_is_wrong_by_a_month_is_named(server: FakeServer, off: int) -> None:
    there = days.today() + timedelta(days=off)
    says(server, today=there, first_day=there, last_day=there + timedelta(days=60), card=None)
    (warning,) = fetch(server).splitlines()
    assert warning == (
        f"By the server's clock today is {days.in_words(there)}, and by this laptop's {days.in_words(days.today())}. "
        "One of them is wrong: set it right, or have the operator do so."
    )


@pytest.mark.parametrize("answer", [status("503 Service Unavailable"), status("404 Not Found"), ok(b"[]")])
def test_a_server_that_does_not_say_spoils_nothing(server: FakeServer, answer: bytes) -> None:
    server.answers["/status"] = lambda _: answer
    assert fetch(server) == "The server did not say until when its calendar and its card last.\n"


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda said: {key: value for key, value in said.items() if key != name}


def with_(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda said: said | {name: value}


NONSENSE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list": lambda said: [said],
    "a number for a day": with_("today", 5),
    "no day": with_("today", "2026-13-01"),
    "another spelling": with_("today", "20261116"),
    "a week": with_("today", "2026-W47-1"),
    "the end of time": with_("last_day", "9999-12-31"),
    "half a calendar": with_("first_day", None),
    "a list for a day": with_("new_card_from", ["2026-11-16"]),
    "a card of nothing": with_("card", {}),
    "a card in words": with_("card", "soon"),
    "a card without its last day": with_("card", {"week": "2026-11-16", "next_by": "2026-11-30"}),
    **{f"no {name}": without(name) for name in ("today", "first_day", "last_day", "card", "new_card_from")},
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused(name: str) -> None:
    good = json.loads(all_is_well())
    assert read_status(good).today == date.fromisoformat(good["today"])
    with pytest.raises(ServerNonsense):
        read_status(NONSENSE[name](good))
