"""Pages of the databases that a disk gives back damaged: noticed, named, and the rest of them saved."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.board.database import BoardDatabase
from offramp.board.posts import Posts
from offramp.board.tree import BoardTree
from offramp.cli import offramp
from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import TakenBack
from offramp.server.errors import AlreadyRunning
from offramp.server.upkeep.rescue import rescue_store
from offramp.store.pages import PAGE
from tests.board.made import parcel_post, reply_post
from tests.faults.servers import ServerOnDisk
from tests.harness.children import wait_for
from tests.server.running import another, answers, submit


@pytest.fixture
def kept(server: ServerOnDisk) -> list[bytes]:
    """Envelopes that were acknowledged; all of them are in the file."""
    pattern = server.envelope()
    envelopes = [another(pattern) for _ in range(24)]
    with closing(server.open_store()) as store:
        for envelope in envelopes:
            store.add(envelope, envelope_id=envelope_id(envelope), size_class=16_384, day=date(2026, 11, 2))
    return envelopes


def pages_with(path: Path, kind: int) -> list[int]:
    """The numbers, from 0, of the pages whose first byte says this kind (SQLite's file format, 1.6)."""
    data = path.read_bytes()
    return [start // PAGE for start in range(PAGE, len(data), PAGE) if data[start] == kind]


def overwrite(path: Path, place: int, length: int = PAGE) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(secrets.token_bytes(length))


def the_header(path: Path) -> None:
    overwrite(path, 0)


def the_schema(path: Path) -> None:
    overwrite(path, 100, 400)


def a_list_of_ids(path: Path) -> None:
    overwrite(path, pages_with(path, 10)[0] * PAGE)


def an_envelopes_beginning(path: Path) -> None:
    overwrite(path, random.choice(pages_with(path, 13)) * PAGE)


def an_envelopes_middle(path: Path) -> None:
    """SQLite does not notice this one: only the envelope's id tells."""
    data = path.read_bytes()
    # Of the pages that are no leaf, those that are not free.
    middles = [start + 2000 for start in range(PAGE, len(data), PAGE) if data[start] == 0]
    full = [middle for middle in middles if any(data[middle : middle + 16])]
    overwrite(path, random.choice(full[-20:]), 16)


def half_of_it(path: Path) -> None:
    """The file's end is gone."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // PAGE * PAGE)


@pytest.mark.parametrize(
    ("damage", "lost_at_most"),
    [
        (the_header, 3),
        (the_schema, 3),
        (a_list_of_ids, 0),
        (an_envelopes_beginning, 16),
        (an_envelopes_middle, 1),
        (half_of_it, 20),
    ],
)
def test_what_can_be_read_is_saved(
    server: ServerOnDisk, kept: list[bytes], damage: Callable[[Path], None], lost_at_most: int
) -> None:
    damage(server.folder.store)
    said = server.check()
    assert str(server.folder.store) in said
    assert "`offramp server rescue`" in said
    told = rescue(server)
    assert server.check() == ""
    whole = server.stored() & {envelope_id(one) for one in kept}
    assert len(whole) >= len(kept) - lost_at_most
    assert f"letters saved: {len(server.stored())};" in told
    assert str(server.folder.store.with_name("store.db.damaged-1")) in told


def rescue(server: ServerOnDisk) -> str:
    """What `offramp server rescue` says."""
    words = ["server", "rescue", str(server.path), "--sockets", str(server.sockets)]
    result = CliRunner().invoke(offramp, words)
    assert result.exit_code == 0, result.output
    return result.output


def test_days_and_acknowledgements_are_saved_too(server: ServerOnDisk, kept: list[bytes]) -> None:
    name = envelope_id(kept[0])
    with closing(server.open_store()) as store:
        store.acknowledge(b"c" * 32, [name], day=date(2026, 11, 3))
    the_header(server.folder.store)
    rescue(server)
    with closing(server.open_store()) as store:
        waiting = store.waiting(b"c" * 32)
        assert name not in {one.id for one in waiting}
        assert {one.day for one in waiting} == {date(2026, 11, 2)}
        assert store.expire([b"c" * 32], acknowledged=date(2026, 11, 3), received=date.min) == 1


def test_a_rescue_that_is_stopped_is_done_again(
    server: ServerOnDisk, kept: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the worst moment: the old log is not beside the old file any more."""
    an_envelopes_middle(server.folder.store)

    class Stopped(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(Stopped):
            rescue_store(server.folder)
    rescued = rescue_store(server.folder)
    assert rescued
    assert (rescued.saved, rescued.lost) == (len(kept), 1)
    assert server.check() == ""


def test_what_is_whole_is_left_alone(server: ServerOnDisk, kept: list[bytes]) -> None:
    before = server.folder.store.read_bytes()
    assert rescue(server) == "Nothing is damaged; nothing was changed.\n"
    assert server.folder.store.read_bytes() == before
    assert len(server.stored()) == len(kept)


@pytest.mark.parametrize("damage", [the_header, a_list_of_ids])
def test_answers_stay_on_the_board(server: ServerOnDisk, damage: Callable[[Path], None]) -> None:
    today = datetime.now(UTC).date()
    database, tree = (
        BoardDatabase(server.folder.board_database, clock=time.time),
        BoardTree(server.folder.board),
    )
    posts = [reply_post(today=today) for _ in range(40)]
    parcel, gone = parcel_post(today=today), reply_post(today=today)
    board = Posts(database, tree, clock=time.time)
    board.keep([*posts, parcel, TakenBack(gone.last_day, gone.id)])
    database.tidy()  # or the log would have all of it once more
    database.close()
    damage(server.folder.board_database)
    assert str(server.folder.board_database) in server.check()
    told = rescue(server)
    assert "places of the board saved: " in told
    assert server.check() == ""
    lost = board.missing([*(post.id for post in posts), parcel.id])
    if damage is the_header:
        assert lost == []
        assert board.keep([gone]) == 0  # it was taken back, and stays so
    # A courier's next push brings what is missing.
    board.keep([post for post in posts if post.id in lost])
    assert board.missing([post.id for post in posts]) == []
    database.close()


def test_a_server_that_runs_is_not_rescued_from(server: ServerOnDisk) -> None:
    server.start_intake()
    with pytest.raises(AlreadyRunning):
        rescue_store(server.folder)


def test_the_running_server_names_it_and_goes_on(server: ServerOnDisk, kept: list[bytes]) -> None:
    """What is whole is still fetched, and a restart says why it does not start."""
    an_envelopes_middle(server.folder.store)
    server.start_couriers()
    names = b"".join(envelope_id(one) for one in kept)
    status, bundle = server.signed("POST", "/fetch", names)
    assert status == 200
    assert sum(one in bundle for one in kept) == len(kept) - 1
    the_header(server.folder.store)
    intake = server.start("serve-intake")
    assert intake.wait(60) != 0
    assert "Error: The store's file is damaged" in server.said()


def test_damage_under_a_running_server_is_told_by_its_clock(server: ServerOnDisk, kept: list[bytes]) -> None:
    server.start_intake()

    def told() -> bool:
        # A beat that was just writing the file anew, from its log, has mended it: so once more.
        if server.folder.store.stat().st_size > PAGE * 20:
            os.truncate(server.folder.store, PAGE * 20)
        return "store.db: Error: The store's file is damaged" in server.said()

    wait_for("the damage in the log", told, seconds=30)
    assert submit(server.folder.intake_socket, another(kept[0]))[0] == 503
    assert answers(server.folder.intake_socket)
