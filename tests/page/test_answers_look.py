"""Entering the words and looking at the board, in a real browser, at a server that also misbehaves."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from datetime import date

import pytest
from nacl.secret import SecretBox

from offramp.crypto.board import SHARD_LENGTH, make_shard
from offramp.crypto.reply import PADDED_LENGTH
from offramp.site.pages import Page
from tests.harness.firefox import Firefox
from tests.page.answers_visit import NO_ANSWER, button, enter, focused, look, open_answers, read
from tests.page.boards import Person, TestBoard
from tests.page.page_server import BROKEN, Answer, PageServer

pytestmark = pytest.mark.browser

ME, SOMEBODY = Person.numbered(1), Person.numbered(2)
CANARY = "You are not too old for this. Canary 41c9."


@pytest.fixture
def board(server: PageServer) -> TestBoard:
    """A board with an answer for me."""
    board = TestBoard()
    board.answer(ME, CANARY)
    board.put_on(server)
    return board


def _failed(browser: Firefox, words: str) -> None:
    """The page says what is wrong and has the focus there; the words are still there."""
    browser.wait_for("#look-problem", text=words)
    assert focused(browser) == "look-problem"
    assert browser.find("#phrase").property("value") == ME.phrase
    assert not browser.find("#look-stop").visible
    assert browser.find("#look").enabled
    assert not browser.find("#reading").visible


def test_without_scripts_there_is_an_explanation_and_no_place_for_words(
    safest: Firefox, server: PageServer
) -> None:
    safest.open(server.url + "/answers")
    assert not any(one.visible for one in safest.find_all("form, input, textarea, select, button"))
    assert "scripts are turned off" in safest.text
    assert server.requests == ["/answers", "/static/style.css"]


def test_what_is_typed_before_the_script_arrives_goes_nowhere(browser: Firefox, server: PageServer) -> None:
    server.pages = {**server.pages, "/static/en/answers.js": Page(b"", gzip.compress(b""), "text/javascript")}
    browser.open(server.url + "/answers")
    browser.find("#phrase").type("I can type already\n")
    assert not browser.find("#look").enabled
    assert not browser.find("#clear").visible
    assert "scripts are blocked" in browser.find("#look-state").text
    assert browser.url == server.url + "/answers"


def test_answers_are_shown_in_order_as_plain_text(browser: Firefox, server: PageServer) -> None:
    board = TestBoard()
    hostile = "First line\n\n  <b>bold</b> https://example.com/ &amp; \u202eback to front\n<script>1</script>"
    board.answer(ME, "the third", number=7, day=date(2027, 1, 5))
    board.answer(SOMEBODY, "not for me")
    board.answer(ME, hostile, number=1)
    board.answer(ME, "the second", number=2, day=date(2026, 12, 1))
    board.put_on(server)
    outcome = read(browser, server, ME.phrase)
    assert outcome.text == "There are 3 answers"
    assert focused(browser) == "outcome"
    titles = [one.text for one in browser.find_all("article h3")]
    assert titles == [
        "Answer 1, November 21, 2026",
        "Answer 2, December 1, 2026",
        "Answer 7, January 5, 2027",
    ]
    texts = [one.property("textContent") for one in browser.find_all("article .prose")]
    assert texts == [hostile, "the second", "the third"]
    assert browser.find_all("article a, article b, article script") == []
    style = "const {whiteSpace, unicodeBidi} = getComputedStyle(document.querySelector('article .prose'));"
    assert browser.run(style + "return [whiteSpace, unicodeBidi]") == ["pre-wrap", "plaintext"]
    assert "not for me" not in browser.source
    assert not browser.find("#phrase").visible
    assert browser.find("#phrase").property("value") == ""
    assert server.requests[-2:] == ["/board", "/board/1/0"]


@pytest.mark.usefixtures("board")
def test_the_words_may_be_written_in_any_way(browser: Firefox, server: PageServer) -> None:
    numbered = "\n".join(f" {n}.  {word.upper()}" for n, word in enumerate(ME.words, 1))
    read(browser, server, numbered)
    assert CANARY in browser.text


@pytest.mark.usefixtures("board")
def test_the_words_can_be_typed_and_sent_off_by_keyboard(browser: Firefox, server: PageServer) -> None:
    open_answers(browser, server)
    browser.find("#phrase").type(ME.phrase + "\ue004\ue007")  # Tab, Enter
    browser.wait_for("#outcome", text="There is 1 answer")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Please type your twelve words"),
        (" ".join(ME.words[1:]), "There are 11 words here, and there must be 12"),
        (" ".join(reversed(ME.words)), "do not belong together"),
        ("ábaco abdomen abeja abierto abogado abono aborto abrazo abrir abuelo abuso acabar", "English"),
        (" ".join([*ME.words[:11], "qqqqqqqqqq"]), "Word 12, “qqqqqqqqqq”, is not in our list"),
    ],
)
def test_a_mistake_in_the_words_is_said_before_anything_is_asked(
    browser: Firefox, server: PageServer, text: str, said: str
) -> None:
    look(browser, server, text)
    browser.wait_for("#look-problem", text=said)
    assert focused(browser) == "look-problem"
    assert browser.find("#phrase").property("value") == text
    assert browser.find("#phrase").attribute("aria-invalid") == "true"
    assert browser.find_all("#look-problem button") == []
    assert "/board" not in server.requests


@pytest.mark.usefixtures("board")
def test_mistyped_words_are_corrected_one_by_one(browser: Firefox, server: PageServer) -> None:
    right = "1. " + ",\n2. ".join(ME.words) + "!"
    wrong = right.replace(ME.words[2], ME.words[2] + "x", 1).replace(ME.words[8], ME.words[8][:-1] + "zz", 1)
    look(browser, server, wrong)
    browser.wait_for("#look-problem", text=f"Word 3, “{ME.words[2]}x”")
    assert 1 <= len(browser.find_all("#look-problem button")) <= 3
    button(browser, ME.words[2]).click()
    browser.wait_for("#look-problem", text="Word 9")
    button(browser, ME.words[8]).click()
    browser.wait_for("#look-state", text="fit together")
    assert focused(browser) == "look"
    assert browser.find("#phrase").property("value") == right
    assert "/board" not in server.requests
    browser.find("#look").click()
    browser.wait_for("#outcome", text="There is 1 answer")


def test_a_correction_takes_nothing_of_what_was_typed_meanwhile(browser: Firefox, server: PageServer) -> None:
    look(browser, server, f"{' '.join(ME.words[:11])} qqq{ME.words[11]}")
    browser.wait_for("#look-problem", text="Word 12")
    enter(browser, ME.phrase)
    assert browser.find("#look-problem").text == ""
    assert browser.find("#phrase").attribute("aria-invalid") is None


def test_how_far_it_is_and_stop(browser: Firefox, server: PageServer, board: TestBoard) -> None:
    half = threading.Event()
    path = board.path_for(ME)
    server.next[path].append(Answer(200, server.files[path], "application/octet-stream", half=half))
    look(browser, server, ME.phrase)
    browser.wait_for("#look-state", text="the same ones as everybody")
    browser.wait_for("#look-amount", text="132 KB of 263 KB")
    assert browser.find("#look-meter").visible
    assert browser.run("return document.querySelector('#typing').inert") is True
    browser.find("#look-stop").click()
    _failed(browser, "You stopped it")
    half.set()
    browser.find("#look").click()
    browser.wait_for("#outcome", text="There is 1 answer")


def test_two_clicks_look_once(browser: Firefox, server: PageServer, board: TestBoard) -> None:
    open_answers(browser, server)
    enter(browser, ME.phrase)
    browser.run("const look = document.querySelector('#look'); look.click(); look.click();")
    browser.wait_for("#outcome")
    assert server.requests.count(board.path_for(ME)) == 1


Spoil = Callable[[bytes], Answer]
FAILURES: dict[str, tuple[str, Spoil, str]] = {
    "no connection": ("/board", lambda _: BROKEN, "connection broke"),
    "no board yet": ("/board", lambda _: Answer(503), "no answers to show at the moment, for anybody"),
    "refused": ("/board", lambda _: Answer(500), "refused to send them (500)"),
    "nonsense": ("/board", lambda _: Answer(200, b"<html>"), "not our answers"),
    "short descriptor": ("/board", lambda raw: Answer(200, raw[:-1]), "not our answers"),
    "endless descriptor": ("/board", lambda raw: Answer(200, raw + bytes(5000)), "not whole"),
    "newer": ("/board", lambda raw: Answer(200, raw[:16] + b"\2" + raw[17:]), "older than the answers"),
    "broken within": ("/board/1/0", lambda raw: Answer(200, raw, cut=True), "connection broke"),
    "truncated": ("/board/1/0", lambda raw: Answer(200, raw[:-4096]), "not whole"),
    "nothing in it": ("/board/1/0", lambda _: Answer(200, b""), "not whole"),
    "too long": ("/board/1/0", lambda raw: Answer(200, raw + bytes(100_000)), "not whole"),
    "a flipped bit": (
        "/board/1/0",
        lambda raw: Answer(200, raw[:99] + bytes([raw[99] ^ 1]) + raw[100:]),
        "damaged",
    ),
    "shard refused": ("/board/1/0", lambda _: Answer(507), "refused to send them (507)"),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.usefixtures("board")
def test_a_failure_is_said_and_nothing_is_lost(browser: Firefox, server: PageServer, name: str) -> None:
    path, spoil, words = FAILURES[name]
    # A browser asks by itself once more where a connection was closed without a word.
    server.next[path] += [spoil(server.files[path])] * 20
    look(browser, server, ME.phrase)
    _failed(browser, words)
    server.next.clear()
    assert "Your words are still here" in browser.find("#look-state").text
    browser.find("#look").click()
    browser.wait_for("#outcome", text="There is 1 answer")
    assert CANARY in browser.text


def test_a_build_that_is_gone_is_asked_for_anew(
    browser: Firefox, server: PageServer, board: TestBoard
) -> None:
    old = server.files["/board"]
    board.build = 2
    board.put_on(server)
    server.next["/board"].append(Answer(200, old))
    read(browser, server, ME.phrase)
    assert CANARY in browser.text
    assert server.requests[-4:] == ["/board", "/board/1/0", "/board", "/board/2/0"]


def test_a_build_that_is_always_gone_is_asked_for_twice(browser: Firefox, server: PageServer) -> None:
    server.files = {"/board": TestBoard().files()["/board"]}
    look(browser, server, ME.phrase)
    _failed(browser, "renewed while you were downloading")
    assert server.requests.count("/board/1/0") == 2


def test_what_cannot_be_read_does_not_hide_the_rest(browser: Firefox, server: PageServer) -> None:
    board = TestBoard()
    board.answer(ME, CANARY)
    board.add(ME, _malformed(ME))
    board.put_on(server)
    read(browser, server, ME.phrase)
    assert CANARY in browser.text
    assert "Something came for you that this page cannot read" in browser.find("#unreadable").text
    assert not browser.find("#none").visible


def test_if_nothing_can_be_read_that_is_said_and_not_that_there_is_nothing(
    browser: Firefox, server: PageServer
) -> None:
    board = TestBoard()
    board.add(ME, _malformed(ME))
    board.put_on(server)
    look(browser, server, ME.phrase)
    browser.wait_for("#unreadable", text="tell us in a letter")
    assert browser.find("#outcome").text == "There is an answer, but it cannot be read"
    assert not browser.find("#none").visible
    assert NO_ANSWER not in browser.text


def _malformed(person: Person) -> bytes:
    """A reply that opens and says nothing."""
    return bytes(SecretBox(person.reply_key).encrypt(bytes(PADDED_LENGTH)))


def test_a_doubled_board_is_asked_for_one_shard(browser: Firefox, server: PageServer) -> None:
    board = TestBoard(doublings=4, build=2**53 - 1)
    board.answer(ME, CANARY)
    board.put_on(server)
    read(browser, server, ME.phrase)
    assert CANARY in browser.text
    assert server.requests[-1] == board.path_for(ME)
    assert len(server.files[board.path_for(ME)]) == SHARD_LENGTH == len(make_shard([]))


def test_no_answer_can_be_compared_with_the_note(
    browser: Firefox, server: PageServer, board: TestBoard
) -> None:
    look(browser, server, SOMEBODY.phrase)
    browser.wait_for("#outcome", text=NO_ANSWER)
    assert "60 days" in browser.find("#none").text
    assert not browser.find("#phrase").visible
    board.answer(SOMEBODY, "It came.")
    board.put_on(server)
    browser.find("#compare").click()
    assert focused(browser) == "phrase"
    assert browser.find("#phrase").property("value") == SOMEBODY.phrase
    browser.find("#look").click()
    browser.wait_for("#outcome", text="There is 1 answer")
    assert "It came." in browser.text
