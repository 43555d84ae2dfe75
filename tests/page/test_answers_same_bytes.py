"""Promise 4: the words that open an answer, wrong words, and those whose answer has expired look the same.

A real browser, the real intake, and a relay between them that keeps every byte. Afterwards the server's folder
and log are as they were before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from offramp.crypto.answer import Answer, Parcel
from offramp.crypto.board import shard_number
from offramp.crypto.pack import ParcelPost, ReplyPost
from offramp.crypto.parcel_sealing import seal_parcel
from offramp.crypto.reply import seal_reply
from tests.board.made import Board, Clock, files_in, reply_post
from tests.harness.children import end_child
from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import Level
from tests.harness.wire import Relay, Tape
from tests.page.answers_visit import NO_ANSWER, enter
from tests.page.boards import Person
from tests.server.running import TestServer, make_server

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("pages")]  # the script as it is now

ANSWERED, WRONG, EXPIRED = Person.numbered(6), Person.numbered(7), Person.numbered(8)
ANSWER = "Somebody is hiring. Canary 55e1."
FILLED = 120  # replies of others, spread evenly: four shards of thirty


@dataclass(frozen=True, slots=True)
class Session:
    """What one visit was like, from outside and over the shoulder."""

    exchanges: list[
        tuple[bytes, bytes]
    ]  # each request with its answer, all bytes, in the requests' own order
    shown: str


@contextmanager
def serving(folder: Path, *, filled: int = 0) -> Iterator[tuple[TestServer, Relay]]:
    """The intake under gunicorn with a board on which one answer has expired, and a relay in front of it."""
    server = make_server(folder)
    clock = Clock(time.time() - 10 * 86_400)
    board = Board(server.path, clock)
    _answer(board, EXPIRED, "Nobody can read this any more.", kept_days=5)
    for number in range(filled):
        board.keep(reply_post(number, today=clock.today))
    board.rebuild()
    clock.now = time.time()
    _answer(board, ANSWERED, ANSWER, kept_days=60)
    board.rebuild()
    board.database.close()
    server.start_intake()
    try:
        with Relay(server.folder.intake_socket) as relay:
            yield server, relay
    finally:
        for child in server.children:
            end_child(child)


def _answer(board: Board, person: Person, text: str, *, kept_days: int) -> None:
    """An answer with a file, as a desk would make it and a courier push it."""
    sealed, entry = seal_parcel(text.encode(), "file.txt")
    reply = seal_reply(_with(text, entry, board), person.reply_key)
    last_day = board.clock.today + timedelta(days=kept_days)
    board.keep(ReplyPost(last_day, shard_number(person.thread), reply), ParcelPost(last_day, sealed))


def _with(text: str, entry: Parcel, board: Board) -> Answer:
    return Answer(1, board.clock.today, text, (entry,))


def session(relay: Relay, level: Level, person: Person, *, meddle: str = "") -> Session:
    """A fresh browser, from the address to what the page says; `meddle` is a script that then does more."""
    before = len(relay.tapes)
    with Firefox(level) as browser:
        browser.open(relay.url + "answers")
        browser.wait_for("#look-state", text="Ready")
        enter(browser, person.phrase)
        browser.find("#look").click()
        browser.wait_for("#outcome", text="There")
        browser.run(meddle)
        relay.wait_quiet(quiet=1.5)
        shown = browser.text
        assert browser.console_errors() == []
    tapes = relay.tapes[before:]
    return Session(sorted(pair for tape in tapes for pair in _exchanges(tape)), shown)


def _exchanges(tape: Tape) -> Iterator[tuple[bytes, bytes]]:
    """The requests of a connection, each with the bytes that it was answered with."""
    answers = bytes(tape.down)
    for request in tape.requests:
        head, _, _ = answers.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        end = len(head) + 4 + length
        yield request.raw, answers[:end]
        answers = answers[end:]
    assert answers == b""


def targets(session: Session) -> list[str]:
    return sorted(raw.split(b" ", 2)[1].decode() for raw, _ in session.exchanges)


def state_of(server: TestServer) -> object:
    """All that the server keeps: files with bytes and times, envelopes, and its log."""
    # The store writes into its own files on a clock, whether or not anybody comes.
    files = files_in(server.path)
    still = {name: told for name, told in files.items() if name.split("/")[0] not in (".", "store")}
    return set(files), still, server.stored(), server.log.read_bytes()


@pytest.mark.parametrize("level", ["standard", "safer"])
def test_right_wrong_and_expired_words_look_the_same(tmp_path: Path, level: Level) -> None:
    with serving(tmp_path) as (server, relay):
        before = state_of(server)
        right = session(relay, level, ANSWERED)
        wrong = session(relay, level, WRONG)
        expired = session(relay, level, EXPIRED)
        after = state_of(server)
    assert right.exchanges == wrong.exchanges == expired.exchanges
    assert targets(right) == [
        "/answers",
        "/board",
        "/board/2/0",
        "/static/en/answers.js",
        "/static/en/check.js",
        "/static/style.css",
    ]
    assert before == after
    assert wrong.shown == expired.shown
    assert NO_ANSWER in wrong.shown
    assert ANSWER in right.shown
    _nothing_of_the_words(relay, ANSWERED, WRONG, EXPIRED)


def _nothing_of_the_words(relay: Relay, *people: Person) -> None:
    up = b"".join(bytes(tape.up) for tape in relay.tapes).lower()
    for person in people:
        for secret in (person.entropy, person.reply_key, person.thread):
            assert secret not in up
            assert secret.hex().encode() not in up
        assert not any(b"%s%s" % (one, two) in up for one, two in _neighbours(person))


def _neighbours(person: Person) -> Iterator[tuple[bytes, bytes]]:
    """Two words that stand together, with whatever a form or an address would put between them."""
    for between in (b" ", b"+", b"%20", b","):
        yield from (
            (one.encode() + between, two.encode())
            for one, two in zip(person.words, person.words[1:], strict=False)
        )


def test_the_comparison_would_notice_a_parcel(tmp_path: Path) -> None:
    """A page that fetched files by itself, as soon as there is an answer, would be found out."""
    with serving(tmp_path) as (_, relay):
        meddle = "document.querySelector('article button')?.click()"
        right = session(relay, "standard", ANSWERED, meddle=meddle)
        wrong = session(relay, "standard", WRONG, meddle=meddle)
    assert right.exchanges != wrong.exchanges
    assert len(right.exchanges) == len(wrong.exchanges) + 1


def test_with_more_shards_only_the_index_differs(tmp_path: Path) -> None:
    def index_of(person: Person) -> int:
        return shard_number(person.thread) % 4

    everybody = [Person.numbered(number) for number in range(100, 200)]
    beside = next(one for one in everybody if index_of(one) == index_of(ANSWERED))
    elsewhere = next(one for one in everybody if index_of(one) != index_of(ANSWERED))
    with serving(tmp_path, filled=FILLED) as (_, relay):
        right = session(relay, "standard", ANSWERED)
        same_shard = session(relay, "standard", beside)
        other_shard = session(relay, "standard", elsewhere)
    assert f"/board/2/{index_of(ANSWERED)}" in targets(right)
    assert right.exchanges == same_shard.exchanges

    index, other = (f"/board/2/{index_of(one)} ".encode() for one in (ANSWERED, elsewhere))
    requests = [raw for raw, _ in right.exchanges]
    assert sorted(raw.replace(index, other) for raw in requests) == sorted(
        raw for raw, _ in other_shard.exchanges
    )
    ours, theirs = dict(right.exchanges), dict(other_shard.exchanges)
    for raw, answer in ours.items():
        if index not in raw:
            assert theirs[raw] == answer
        else:
            their_answer = theirs[raw.replace(index, other)]
            assert len(their_answer) == len(answer)
            assert their_answer.partition(b"\r\n\r\n")[0] == answer.partition(b"\r\n\r\n")[0]
