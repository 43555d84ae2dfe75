"""The board's routes on the intake: plain files, the same for everybody, and one sentence for what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from offramp.app import create_intake
from offramp.board.shelf import BoardShelf
from offramp.crypto.board import DESCRIPTOR_LENGTH, SHARD_LENGTH, read_descriptor, replies_of
from offramp.crypto.keyset import Keyset
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.store import Store
from tests.app.asking import BINARY, refusal
from tests.app.conftest import PAGES
from tests.board.made import Board, parcel_post

NO_PART = (404, "This part of the board is not here any more.\n")
NO_FILE = (404, "This file is not here any more.\n")


def get(intake: Client, target: str, **headers: str) -> TestResponse:
    """A whole answer, with its file closed as a server does it."""
    return intake.get(target, headers=headers, buffered=True)


def test_descriptor_and_shard(intake: Client, board: Board) -> None:
    answer = get(intake, "/board")
    assert (answer.status_code, answer.content_type, answer.content_length) == (
        200,
        BINARY,
        DESCRIPTOR_LENGTH,
    )
    descriptor = read_descriptor(answer.data)
    shard = get(intake, f"/board/{descriptor.build}/0")
    assert (shard.status_code, shard.content_type, shard.content_length) == (200, BINARY, SHARD_LENGTH)
    assert set(replies_of(shard.data)) == board.all_slots()


def test_parcel(intake: Client, board: Board) -> None:
    parcel = parcel_post(today=board.clock.today)
    board.keep(parcel)
    answer = get(intake, f"/parcel/{parcel.id.hex()}")
    assert (answer.status_code, answer.content_type) == (200, BINARY)
    assert (answer.data, answer.content_length) == (parcel.parcel, len(parcel.parcel))


def test_no_header_of_a_request_changes_an_answer(intake: Client, board: Board) -> None:
    """No part of a file, no compression, no 304: nothing by which readers could be told apart later."""
    parcel = parcel_post(today=board.clock.today)
    board.keep(parcel)
    for target in ("/board", "/board/1/0", f"/parcel/{parcel.id.hex()}"):
        plain = get(intake, target)
        for headers in (
            {"Range": "bytes=0-15"},
            {"Accept-Encoding": "gzip"},
            {"If-Modified-Since": "Sat, 21 Nov 2026 00:00:00 GMT"},
            {"If-None-Match": "*"},
            {"Referer": "http://x.onion/answers", "Cookie": "a=b"},
        ):
            other = get(intake, target, **headers)
            assert (other.status_code, other.data) == (200, plain.data)
            assert list(other.headers) == list(plain.headers)
        assert not {"ETag", "Last-Modified", "Content-Encoding", "Accept-Ranges"} & set(plain.headers.keys())


def test_head_is_get_without_the_body(intake: Client, board: Board) -> None:
    parcel = parcel_post(today=board.clock.today)
    board.keep(parcel)
    for target in ("/board", "/board/1/0", f"/parcel/{parcel.id.hex()}", "/board/2/0", "/parcel/x"):
        head, whole = intake.head(target, buffered=True), get(intake, target)
        assert head.data == b""
        assert (head.status_code, list(head.headers)) == (whole.status_code, list(whole.headers))


@pytest.mark.parametrize(
    "target",
    [
        *("/board/2/0", "/board/0/0", "/board/1/1", "/board/1/65535", "/board/01/0", "/board/1/00"),
        *("/board/-1/0", "/board/1/-0", "/board/+1/0", "/board/1/x", "/board/9007199254740993000/0"),
        *("/board/1.partial/0", "/board/parcels/0", "/board/%D9%A1/0", "/board/1/0%00", "/board/1/0%0A"),
        *("/board/../0", "/board/1/..", "/board/%2e/descriptor"),
    ],
)
def test_a_part_that_is_not_there(intake: Client, target: str) -> None:
    assert refusal(get(intake, target)) == NO_PART


@pytest.mark.parametrize(
    "name",
    ["0" * 32, "x", "..", "%2e%2e", "0" * 31, "0" * 33, "A" * 32, "0" * 32 + ".partial", "0" * 31 + "%00"],
)
def test_a_parcel_that_is_not_there(intake: Client, name: str) -> None:
    assert refusal(get(intake, f"/parcel/{name}")) == NO_FILE


@pytest.mark.parametrize(
    "target", ["/board/", "/board/1", "/board/1/", "/board/1/0/", "/board/1/0/0", "/parcel/"]
)
def test_other_paths_are_no_pages(intake: Client, target: str) -> None:
    assert refusal(get(intake, target)) == (404, "There is no such page.\n")


def test_a_parcel_is_named_one_way(intake: Client, board: Board) -> None:
    parcel = parcel_post(today=board.clock.today)
    board.keep(parcel)
    assert refusal(get(intake, f"/parcel/{parcel.id.hex().upper()}")) == NO_FILE


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_is_only_read(intake: Client, method: str) -> None:
    for target in ("/board", "/board/1/0", f"/parcel/{'0' * 32}"):
        assert intake.open(target, method=method).status_code == 405


def test_before_there_is_a_board(
    tmp_path: Path, shelf: KeysetShelf, cards: CardShelf, keyset: Keyset, store: Store
) -> None:
    intake = Client(create_intake(PAGES, shelf, cards, store, BoardShelf(tmp_path / "none")))
    assert refusal(get(intake, "/board")) == (503, "The answers are not here yet. Try again in a minute.\n")
    assert refusal(get(intake, "/board/1/0")) == NO_PART
    assert refusal(get(intake, f"/parcel/{'0' * 32}")) == NO_FILE


def test_a_link_out_of_the_folder_is_not_followed(intake: Client, board: Board, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("secret")
    board.tree.parcel(bytes(16)).symlink_to(tmp_path / "elsewhere")
    answer = get(intake, f"/parcel/{'0' * 32}")
    assert answer.status_code >= 400
    assert b"secret" not in answer.data


def test_it_needs_no_keyset(intake: Client, keyset: Keyset, board: Board) -> None:
    """Answers can be read after the last keyset has ended."""
    board.clock.now = keyset.valid_until
    assert intake.get("/keyset").status_code == 503
    assert get(intake, "/board").status_code == 200
