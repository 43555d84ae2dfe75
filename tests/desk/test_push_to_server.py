"""`offramp push` to the real couriers' side: what is written at a desk is what the person finds on the board."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto.board import read_descriptor, replies_of, shard_number
from offramp.server.layout import ServerFolder
from tests.desk.answering import AnsweringDesk, another_desk
from tests.desk.team import with_card
from tests.desk.test_fetch import Server
from tests.harness.children import wait_for

CARD = "The card is on the server: the site says now when the inbox was last read.\n"
NEWS = "What was decided at that desk is on the server, for the other organizers to fetch.\n"


@pytest.fixture
def server(answering: AnsweringDesk) -> Iterator[Server]:
    running = Server(answering.place, answering.team.root)
    try:
        yield running
    finally:
        running.stop()
        running.store.close()


def push(server: Server, desk: AnsweringDesk, *words: str) -> str:
    way = ["--address", server.address, "--unix-socket", str(server.folder.couriers_socket)]
    result = desk.run("push", *words, *way)
    assert result.exit_code == 0, result.stderr
    return result.stdout + result.stderr


def on_the_board(folder: ServerFolder, desk: AnsweringDesk) -> list[str]:
    """What the person finds in the one shard that they download."""
    board = folder.path / "board"
    descriptor = read_descriptor((board / "descriptor").read_bytes())
    index = descriptor.shard_of(shard_number(desk.worker.thread))
    shard = (board / str(descriptor.build) / str(index)).read_bytes()
    return [one.text for one in desk.worker.finds(replies_of(shard))]


def parcels(folder: Path) -> int:
    return len(list((folder / "board" / "parcels").iterdir()))


def restart(server: Server) -> None:
    """The board is made again at the start where its time has come."""
    server.stop()
    (server.folder.path / "board" / "descriptor").unlink()
    server.start()
    wait_for("a board", (server.folder.path / "board" / "descriptor").exists, seconds=30)


def test_from_the_desk_to_the_board_and_off_it_again(server: Server, answering: AnsweringDesk) -> None:
    (answering.place / "cv.pdf").write_bytes(bytes(2_000_000))
    with answering.unlocked() as desk:
        with_card(desk)
    answering.answer("one", "--file", "cv.pdf")
    answering.answer("two")
    appear = (
        "They can be read when the server next makes its board:\n"
        "within the hour, unless the campaign says otherwise.\n"
    )
    assert push(server, answering) == f"{CARD}3 parts of answers are new on the server.\n{appear}{NEWS}"
    assert push(server, answering) == (
        "The card was there already.\n3 parts of answers were there already, and nothing is new.\n"
    )
    restart(server)
    assert on_the_board(server.folder, answering) == ["one", "two"]
    assert parcels(server.folder.path) == 1

    answering.run("take-back", answering.first, "1", "--yes")
    answering.answer("three")
    answering.run("pack", "stick.pack")
    assert push(server, answering, "stick.pack") == (
        "The card was there already.\n"
        "1 part of an answer is new on the server, 1 was there already.\n"
        "It can be read when the server next makes its board:\n"
        "within the hour, unless the campaign says otherwise.\n"
        f"2 parts of answers taken back: gone when the server next makes its board.\n{NEWS}"
    )
    restart(server)
    assert on_the_board(server.folder, answering) == ["two", "three"]
    assert parcels(server.folder.path) == 0


def test_what_is_decided_here_is_seen_at_the_other_desk(server: Server, answering: AnsweringDesk) -> None:
    """It travels as an envelope, which a courier of theirs fetches like any other."""
    bob = another_desk(answering)
    answering.answer("from alice")
    push(server, answering)
    way = ["--address", server.address, "--unix-socket", str(server.folder.couriers_socket)]
    words = ["--key", "carla.key", "--passphrase-file", "pw"]
    assert bob.run("fetch", *words, *way).exit_code == 0
    bob.arrives()
    assert [one.text for one in bob.answers()] == ["from alice"]
    assert bob.posts() == []
    bob.run("take-back", bob.first, "1", "--yes")
    assert bob.run("push", *words, *way).exit_code == 0
    restart(server)
    assert on_the_board(server.folder, answering) == []


def test_what_another_desk_took_back_is_not_put_there_again(server: Server, answering: AnsweringDesk) -> None:
    answering.answer("one")
    answering.run("pack", "old.pack")
    answering.run("take-back", answering.first, "1", "--yes")
    push(server, answering)
    said = push(server, answering, "old.pack")
    assert "The server did not keep 1 part of an answer: " in said
    assert "or it was taken back" in said
    restart(server)
    assert on_the_board(server.folder, answering) == []
