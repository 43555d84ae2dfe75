"""The keys that the form seals to: without good ones it sends nothing, and it fetches new ones when there are some."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from offramp.campaign import default_campaign
from offramp.crypto.card import monday_of
from offramp.site.pages import Page, render_pages
from tests.harness.firefox import Firefox
from tests.page.conftest import ONION, ROOT, TODAY, Organizer
from tests.page.form_visit import CANARY, failed, open_form, ready, send, write
from tests.page.page_server import BROKEN, Answer, PageServer

pytestmark = pytest.mark.browser


UNPROVEN = "could not prove that its keys are really ours"
NOBODY = "could not prove that a person reads this inbox"
CLOCK = "If that is wrong, it is the cause"

# What the server hands out; what the page says; whether it offers to try again.
REFUSED: dict[str, tuple[Callable[[Organizer], bytes], str, bool]] = {
    "unsigned": (lambda o: o.keyset()[:-64] + bytes(64) + o.card(), UNPROVEN, False),
    "signed by another root": (lambda o: o.keyset(seed=bytes(32)) + o.card(), UNPROVEN, False),
    "altered": (lambda o: _flipped(o.keyset()) + o.card(), UNPROVEN, False),
    "cut off": (lambda o: o.keyset()[:-1], UNPROVEN, False),
    "nothing": (lambda _: b"", UNPROVEN, False),
    "another campaign's": (
        lambda o: o.keyset(campaign_id="another") + o.card(),
        "belong to another site",
        False,
    ),
    "older than the page": (lambda o: o.keyset(sequence=1) + o.card(), "older than ones", False),
    "old": (lambda o: o.keyset(sequence=3, days=(-30, -23)) + o.card(), CLOCK, True),
    "just too old": (lambda o: o.keyset(sequence=3, days=(-9, -2.01)) + o.card(), CLOCK, True),
    "from the future": (lambda o: o.keyset(sequence=3, days=(30, 37)) + o.card(), CLOCK, True),
    "just too early": (lambda o: o.keyset(sequence=3, days=(2.01, 9)) + o.card(), CLOCK, True),
    "no card": (lambda o: o.keyset(sequence=3), NOBODY, False),
    "half a card": (lambda o: o.keyset(sequence=3) + o.card()[:-1], NOBODY, False),
    "a forged card": (lambda o: o.keyset(sequence=3) + o.card(seed=bytes(32)), NOBODY, False),
    "an altered card": (lambda o: o.keyset(sequence=3) + _flipped(o.card(), 24), NOBODY, False),
    "another campaign's card": (
        lambda o: o.keyset(sequence=3) + o.card(campaign_id="another"),
        NOBODY,
        False,
    ),
    "a lapsed card": (
        lambda o: o.keyset(sequence=3) + o.card(week=-6, next_by=-17),
        "wait here unread",
        True,
    ),
    "a card from the future": (lambda o: o.keyset(sequence=3) + o.card(week=2, next_by=28), CLOCK, True),
}


def _flipped(raw: bytes, place: int = 300) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


@pytest.fixture(scope="module")
def later_pages(pages: dict[str, Page]) -> dict[str, Page]:
    """The pages of a server that was started anew when its keysets had come to the number 2."""
    newer = render_pages(default_campaign(), ROOT, 2, ONION)
    assert newer.keys() == pages.keys()
    return newer


@pytest.fixture
def later(later_pages: dict[str, Page], server: PageServer) -> PageServer:
    """That server."""
    server.pages = later_pages
    return server


@pytest.mark.parametrize("what", REFUSED)
def test_without_good_keys_and_a_card_nothing_can_be_sent(
    browser: Firefox, later: PageServer, organizer: Organizer, what: str
) -> None:
    handed_out, words, again = REFUSED[what]
    later.keyset = Answer(200, handed_out(organizer))
    open_form(browser, later.url + "/")
    browser.wait_for("#problem", text=words)
    _cannot_be_sent(browser, later)
    assert browser.find("#again").visible is again
    if again:
        later.keyset = Answer(200, organizer.keyset(sequence=3) + organizer.card())
        browser.find("#again").click()
        browser.wait_for("#state", text="Ready")
        send(browser)
        browser.wait_for("#received")


@pytest.mark.parametrize(
    ("answer", "words"), [(Answer(503), "closed at the moment"), (BROKEN, "did not arrive")]
)
def test_keys_that_do_not_come_can_be_asked_for_again(
    browser: Firefox, server: PageServer, answer: Answer, words: str
) -> None:
    good = server.keyset
    server.keyset = answer
    open_form(browser, server.url + "/")
    browser.wait_for("#problem", text=words)
    _cannot_be_sent(browser, server)
    server.keyset = good
    browser.find("#again").click()
    browser.wait_for("#state", text="Ready")
    send(browser)
    browser.wait_for("#received")


def _cannot_be_sent(browser: Firefox, server: PageServer) -> None:
    write(browser)
    assert not browser.find("#send").enabled
    assert not browser.find("#get-words").enabled
    browser.run("document.querySelector('#form').requestSubmit(null)")  # nor by any other way
    assert "/sealed" not in server.requests
    assert server.sealed == []


MONTHS = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]


def test_the_page_says_when_a_person_last_read(browser: Firefox, server: PageServer) -> None:
    monday, due = monday_of(TODAY), TODAY + timedelta(days=7)
    ready(browser, server)
    assert browser.find("#card").text == (
        f"A person last read this inbox in the week of {monday:%B} {monday.day}, {monday.year}."
        f" The next time is by {due:%B} {due.day}."
    )
    open_form(browser, server.url + "/es/offer")
    in_spanish, due_month = MONTHS[monday.month - 1], MONTHS[due.month - 1]
    assert browser.wait_for("#card").text == (
        f"Alguien leyó este buzón por última vez en la semana del {monday.day} de {in_spanish} de {monday.year}."
        f" La próxima vez será a más tardar el {due.day} de {due_month}."
    )


def test_a_card_that_is_late_still_counts_for_the_campaigns_limit(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    server.keyset = Answer(200, keyset + organizer.card(week=-4, next_by=-14))
    ready(browser, server)
    assert "was to be by" in browser.find("#card").text
    write(browser)
    send(browser)
    browser.wait_for("#received")


def test_a_lapsed_card_is_shown_with_what_to_do(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    server.keyset = Answer(200, keyset + organizer.card(week=-6, next_by=-17))
    open_form(browser, server.url + "/")
    browser.wait_for("#problem", text="come back in a few days")
    monday = monday_of(TODAY) - timedelta(weeks=6)
    assert f"in the week of {monday:%B} {monday.day}, {monday.year}" in browser.find("#card").text
    days = (TODAY, TODAY + timedelta(days=1))  # midnight may have come meanwhile
    said = browser.find("#problem").text
    assert any(f"today is {day:%B} {day.day}, {day.year}" in said for day in days)
    assert "newer one" in said


@pytest.mark.parametrize("days", [(-9, -1.9), (1.9, 9), (-1, 6)])
def test_a_clock_that_is_wrong_by_a_day_or_two_locks_nobody_out(
    browser: Firefox, server: PageServer, organizer: Organizer, days: tuple[float, float]
) -> None:
    """As far as a page on a server whose clock is a day off, read by somebody whose clock is a day off."""
    keys = organizer.keyset(days=days)
    server.keyset = Answer(200, keys + organizer.card())
    ready(browser, server)
    write(browser)
    send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keys).fields == (("message", CANARY),)


def test_a_card_that_lapsed_for_the_server_alone_is_told_at_sending(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    """Yesterday was its last day: the page leaves two days to wrong clocks, and the server does not."""
    server.keyset = Answer(200, keyset + organizer.card(week=-4, next_by=-15))
    server.answers.append(Answer(503))
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "wait here unread")


def test_a_card_that_lapses_while_the_page_is_open_is_told_at_sending(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    def closed(_: bytes) -> Answer:
        server.keyset = Answer(200, keyset + organizer.card(week=-6, next_by=-17))
        return Answer(503)

    server.answers.append(closed)
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "wait here unread")
    assert not browser.find("#send").enabled
    server.keyset = Answer(200, keyset + organizer.card())
    browser.find("#again").click()
    browser.wait_for("#state", text="Ready")
    send(browser)
    browser.wait_for("#received")
    assert server.sealed[0] == server.sealed[1]


def test_keys_without_an_end_are_not_waited_for(browser: Firefox, server: PageServer) -> None:
    half = threading.Event()
    server.keyset = Answer(200, bytes(1_000_000), "application/octet-stream", half=half)
    open_form(browser, server.url + "/")
    browser.wait_for("#problem", text="could not prove")
    half.set()


def test_new_keys_are_fetched_when_the_server_has_them(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    newer = organizer.keyset(sequence=2)

    def unknown(_: bytes) -> Answer:
        server.keyset = Answer(200, newer + organizer.card())
        return Answer(409)

    server.answers.append(unknown)
    ready(browser, server)
    write(browser)
    send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).fields == organizer.open(server.sealed[1], newer).fields


def test_keys_that_keep_changing_do_not_turn_in_circles(browser: Firefox, server: PageServer) -> None:
    server.answers += [Answer(409), Answer(409)]
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "Wait a few minutes")
    assert len(server.sealed) == 2


def test_new_keys_that_do_not_come_can_be_asked_for_again(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    good = server.keyset

    def unknown(_: bytes) -> Answer:
        server.keyset = BROKEN
        return Answer(409)

    server.answers.append(unknown)
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "connection broke")
    server.keyset = good
    send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[1], keyset).fields == (("message", CANARY),)


def test_foreign_keys_after_a_refusal_stop_the_form(
    browser: Firefox, server: PageServer, organizer: Organizer
) -> None:
    def unknown(_: bytes) -> Answer:
        server.keyset = Answer(200, organizer.keyset(seed=bytes(32)) + organizer.card())
        return Answer(409)

    server.answers.append(unknown)
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "could not prove")
    assert not browser.find("#send").enabled
    assert len(server.sealed) == 1
