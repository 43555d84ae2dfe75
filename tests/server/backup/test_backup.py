"""Taking a backup of a server that runs, and making it again on another machine: nothing acknowledged is missing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from offramp.crypto.envelope import envelope_id
from offramp.crypto.errors import WrongPassphrase
from offramp.crypto.pack import TakenBack
from offramp.server.backup import taking
from offramp.server.backup.restoring import Restored, restore
from offramp.server.backup.taking import take_backup
from offramp.server.capacity.limits import Limits, read_limits, write_limits
from offramp.server.errors import (
    AnotherServer,
    BackupDamaged,
    BackupExists,
    BackupTooLarge,
    FolderExists,
    MayStillRun,
    ServerMoved,
)
from offramp.server.layout import ServerFolder, load
from offramp.server.publishing import services
from offramp.server.setup import enroll_courier, remove_courier
from offramp.server.upkeep.moved import mark_of, require_not_moved, stay
from offramp.store import open_store
from tests.app.campaign import TestCourier
from tests.board.made import Board, Clock, parcel_post, reply_post
from tests.harness.children import wait_for
from tests.server.running import (
    TestServer,
    another,
    is_receipt,
    make_server,
    submit,
)

PASSPHRASE = "a long passphrase of the test"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def elsewhere(tmp_path: Path) -> ServerFolder:
    """A folder on another machine, as far as anybody can tell."""
    return ServerFolder.at(tmp_path / "new")


def put(folder: ServerFolder, *envelopes: bytes, day: date = TODAY) -> None:
    folder.store.parent.mkdir(exist_ok=True)
    with closing(open_store(folder.store_url)) as store:
        for envelope in envelopes:
            store.add(envelope, envelope_id=envelope_id(envelope), size_class=16384, day=day)


def contents(folder: ServerFolder) -> dict[bytes, tuple[int, date, bytes]]:
    with closing(open_store(folder.store_url)) as store:
        listed = store.waiting(bytes(32), limit=100_000)
        return {one.id: (one.size_class, one.day, store.read(one.id) or b"") for one in listed}


def waiting(folder: ServerFolder, courier: TestCourier) -> set[bytes]:
    with closing(open_store(folder.store_url)) as store:
        return {one.id for one in store.waiting(courier.key, limit=100_000)}


def taken(server: TestServer, file: Path, *, last: bool = False) -> Path:
    take_backup(server.folder, file, PASSPHRASE, last=last)
    return file


def restored(file: Path, folder: ServerFolder, *, old_is_gone: bool = True) -> Restored:
    return restore(file, folder, PASSPHRASE, old_is_gone=old_is_gone)


class Load:
    """Somebody who submits all the time, and notes what was received."""

    def __init__(self, server: TestServer) -> None:
        self._server, self._pattern = server, server.envelope()
        self.received: list[bytes] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            envelope = another(self._pattern)
            try:
                if is_receipt(submit(self._server.folder.intake_socket, envelope), envelope):
                    self.received.append(envelope_id(envelope))
            except OSError:
                self._stop.wait(0.01)  # it was ended


def test_under_load_nothing_that_was_received_before_is_missing(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder
) -> None:
    server.start_intake()
    server.start_couriers()
    with Load(server) as load_:
        wait_for("letters", lambda: len(load_.received) >= 30, seconds=60)
        before = set(load_.received)
        file = taken(server, tmp_path / "backup")
        wait_for("more letters", lambda: len(load_.received) > len(before) + 5, seconds=60)  # it goes on
    restored(file, elsewhere)
    assert before <= contents(elsewhere).keys()
    assert contents(elsewhere).items() <= contents(server.folder).items()


def test_after_the_last_backup_nothing_is_received_any_more(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder
) -> None:
    """In the middle of submissions: what got a receipt is in the backup, whenever that was."""
    master = server.start_intake()
    server.start_couriers()
    with Load(server) as load_:
        wait_for("letters", lambda: len(load_.received) >= 30, seconds=60)
        file = taken(server, tmp_path / "backup", last=True)
        assert master.wait(20) == 0
    done = restored(file, elsewhere, old_is_gone=False)
    assert done.about.last
    assert set(load_.received) <= contents(elsewhere).keys()
    assert contents(elsewhere) == contents(server.folder)

    # It stays off, whoever starts it.
    again = server.start("serve-intake")
    assert again.wait(30) == 1
    assert "has moved" in server.log.read_text()
    assert services(server.folder) == []
    with pytest.raises(ServerMoved):
        require_not_moved(server.folder)
    require_not_moved(elsewhere)

    # And the other machine is the same server: same addresses, same couriers, open.
    assert load(elsewhere).intake_address == load(server.folder).intake_address
    assert [one.address for one in services(elsewhere)] == [
        load(server.folder).intake_address,
        server.couriers_address,
    ]
    moved = TestServer(
        elsewhere.path,
        server.campaign,
        server.courier,
        server.keyset,
        tmp_path / "log2",
        server.couriers_address,
    )
    try:
        moved.start_intake()
        envelope = server.envelope()
        assert is_receipt(submit(elsewhere.intake_socket, envelope), envelope)
    finally:
        for child in moved.children:
            child.send_signal(signal.SIGTERM)
            child.wait(20)


def test_a_last_backup_that_fails_ends_nothing_for_good(server: TestServer, tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"something")
    with pytest.raises(BackupExists):
        taken(server, tmp_path / "backup", last=True)
    with pytest.raises(OSError, match="No such file"):
        taken(server, tmp_path / "no such folder" / "backup", last=True)
    server.folder.board_database.parent.mkdir(exist_ok=True)
    server.folder.board_database.write_bytes(b"nonsense" * 100)
    with pytest.raises(Exception, match="store"):
        taken(server, tmp_path / "fresh", last=True)
    require_not_moved(server.folder)
    assert not [path for path in tmp_path.iterdir() if "fresh" in path.name]


def test_a_move_that_was_called_off(server: TestServer, tmp_path: Path) -> None:
    taken(server, tmp_path / "backup", last=True)
    assert mark_of(server.folder).exists()
    assert stay(server.folder)
    assert not stay(server.folder)
    server.start_intake()
    envelope = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)


def test_a_new_folder_is_as_the_old_one(server: TestServer, tmp_path: Path, elsewhere: ServerFolder) -> None:
    pattern = server.envelope()
    envelopes = [another(pattern) for _ in range(12)]
    put(server.folder, *envelopes[:6], day=TODAY - timedelta(days=3))
    put(server.folder, *envelopes[6:])
    has = [envelope_id(one) for one in envelopes[::3]]
    with closing(open_store(server.folder.store_url)) as store:
        store.acknowledge(server.courier.key, has, day=TODAY)
    write_limits(server.folder.limits, Limits(waiting=777))
    restored(taken(server, tmp_path / "backup"), elsewhere)
    assert contents(elsewhere) == contents(server.folder)
    assert waiting(elsewhere, server.courier) == {envelope_id(one) for one in envelopes} - set(has)
    assert read_limits(elsewhere.limits).waiting == 777
    assert load(elsewhere).couriers == load(server.folder).couriers
    for path in (elsewhere.intake_key, elsewhere.couriers_key):
        assert path.stat().st_mode & 0o777 == 0o600
    for part in ("root.pub", "campaign.toml", "campaign.es.toml"):
        assert (elsewhere.path / part).read_bytes() == (server.path / part).read_bytes()
    for part in ("keysets", "cards", "onion"):
        there, here = elsewhere.path / part, server.path / part
        assert {one.name: one.read_bytes() for one in there.iterdir()} == {
            one.name: one.read_bytes() for one in here.iterdir()
        }


def test_pages_of_couriers_and_letters(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pages of three: who has acknowledged what is right at every page's end."""
    monkeypatch.setattr(taking, "_PAGE", 3)
    other = TestCourier("dora")
    (tmp_path / "dora.toml").write_bytes(other.public_file)
    enroll_courier(server.folder, tmp_path / "dora.toml")
    pattern = server.envelope()
    envelopes = [another(pattern) for _ in range(20)]
    put(server.folder, *envelopes)
    ids = sorted(envelope_id(one) for one in envelopes)
    with closing(open_store(server.folder.store_url)) as store:
        store.acknowledge(server.courier.key, ids[4:13], day=TODAY)
        store.acknowledge(other.key, [ids[0], ids[-1]], day=TODAY)
    restored(taken(server, tmp_path / "backup"), elsewhere)
    assert waiting(elsewhere, server.courier) == {*ids[:4], *ids[13:]}
    assert waiting(elsewhere, other) == set(ids[1:-1])


def test_letters_that_come_in_meanwhile_hide_nothing(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a courier has not got must not pass for acknowledged, or it would be destroyed before anybody has it."""
    pattern = server.envelope()
    put(server.folder, *(another(pattern) for _ in range(12)))
    monkeypatch.setattr(taking, "_PAGE", 4)
    with closing(open_store(server.folder.store_url)) as store:
        page = store.waiting(bytes(32), limit=4)
        first, last = page[0].id, page[-1].id
        between = (one for one in iter(lambda: another(pattern), b"") if first < envelope_id(one) < last)
        put(server.folder, *islice(between, 9))
        assert {one.id for one in page} <= taking._waiting_until(store, server.courier.key, page)


def test_the_board_keeps_its_dummies_and_its_numbers(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder
) -> None:
    clock = Clock(datetime.now(UTC).timestamp())
    board = Board(server.path, clock)
    parcel = parcel_post(today=TODAY)
    gone = reply_post(today=TODAY)
    board.keep(*(reply_post(today=TODAY) for _ in range(5)), parcel, gone)
    build = board.rebuild()
    before = board.all_slots()
    board.database.close()
    restored(taken(server, tmp_path / "backup"), elsewhere)
    again = Board(elsewhere.path, clock)
    rebuilt = again.rebuild()
    assert rebuilt.build > build.build
    assert again.all_slots() == before  # the same slots: nobody can tell answers from dummies by a move
    assert again.tree.parcel(parcel.id).read_bytes() == parcel.parcel
    again.database.close()


def test_bringing_a_backup_into_a_folder_that_went_on(server: TestServer, tmp_path: Path) -> None:
    """The old disk was found again: what it has is brought in, and nothing newer is lost or comes back."""
    pattern = server.envelope()
    old, both, new = (another(pattern) for _ in range(3))
    clock = Clock(datetime.now(UTC).timestamp())
    board = Board(server.path, clock)
    kept, taken_back = reply_post(today=TODAY), reply_post(today=TODAY)
    board.keep(kept, taken_back)
    board.rebuild()
    board.database.close()
    put(server.folder, old, both)
    lost = TestCourier("lost")
    (tmp_path / "lost.toml").write_bytes(lost.public_file)
    enroll_courier(server.folder, tmp_path / "lost.toml")
    file = taken(server, tmp_path / "backup")

    remove_courier(server.folder, "lost")
    write_limits(server.folder.limits, Limits(waiting=555))
    with closing(open_store(server.folder.store_url)) as store:
        store.acknowledge(server.courier.key, [envelope_id(old)], day=TODAY - timedelta(days=5))
        store.expire([server.courier.key], acknowledged=TODAY - timedelta(days=4), received=date(2000, 1, 1))
    put(server.folder, new)
    board = Board(server.path, clock)
    board.keep(TakenBack(taken_back.last_day, taken_back.id))
    board.database.close()
    done = restored(file, server.folder, old_is_gone=False)

    assert not done.is_new
    assert done.letters == 1  # `old`, which the server had destroyed: desks know it and drop it
    assert contents(server.folder).keys() == {envelope_id(one) for one in (old, both, new)}
    assert [one.name for one in load(server.folder).couriers] == [server.courier.name]
    assert any("lost" in sentence for sentence in done.merged.left_out)
    assert read_limits(server.folder.limits).waiting == 555
    board = Board(server.path, clock)
    assert set(board.posts.missing([kept.id, taken_back.id])) == {taken_back.id}
    board.database.close()
    again = restored(file, server.folder, old_is_gone=False)
    assert again.letters == 0


def test_calendars_come_back_and_older_ones_do_not_count(server: TestServer, tmp_path: Path) -> None:
    """The backup has weeks that the folder lost; the floor of the folder is above those that were replaced."""
    file = taken(server, tmp_path / "backup")
    (keyset,) = server.folder.keysets.iterdir()
    raw = keyset.read_bytes()
    keyset.unlink()
    done = restored(file, server.folder, old_is_gone=False)
    assert done.merged.keysets == 1
    assert keyset.read_bytes() == raw
    server.folder.floor.parent.mkdir(exist_ok=True)
    server.folder.floor.write_text("9\n")
    restored(file, server.folder, old_is_gone=False)
    assert server.folder.floor.read_text() == "9\n"


def test_two_servers_at_one_address_are_refused(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder
) -> None:
    file = taken(server, tmp_path / "backup")
    with pytest.raises(MayStillRun):
        restored(file, elsewhere, old_is_gone=False)
    assert not elsewhere.path.exists()
    last = taken(server, tmp_path / "last", last=True)
    with pytest.raises(MayStillRun):  # the older one still may
        restored(file, server.folder, old_is_gone=False)
    restored(last, server.folder, old_is_gone=False)
    require_not_moved(server.folder)  # it has come back to where it was


def test_another_folder(server: TestServer, tmp_path: Path) -> None:
    file = taken(server, tmp_path / "backup")
    (tmp_path / "2").mkdir()
    other = make_server(tmp_path / "2")
    before = {path: path.stat().st_mtime_ns for path in other.path.rglob("*")}
    with pytest.raises(AnotherServer):
        restored(file, other.folder)
    assert {path: path.stat().st_mtime_ns for path in other.path.rglob("*")} == before
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "letters.txt").write_text("mine")
    with pytest.raises(FolderExists):
        restored(file, ServerFolder.at(tmp_path / "three"))


def test_a_backup_that_is_damaged_restores_nothing(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder
) -> None:
    put(server.folder, *(another(server.envelope()) for _ in range(10)))
    file = taken(server, tmp_path / "backup")
    raw = bytearray(file.read_bytes())
    raw[-100_000] ^= 1
    file.write_bytes(raw)
    with pytest.raises(BackupDamaged):
        restored(file, elsewhere)
    file.write_bytes(raw[:-70_000])
    with pytest.raises(BackupDamaged):
        restored(file, elsewhere)
    raw[-100_000] ^= 1
    file.write_bytes(raw + b"x")
    with pytest.raises(BackupDamaged):
        restored(file, elsewhere)
    with pytest.raises(WrongPassphrase):
        restore(file, elsewhere, "another passphrase", old_is_gone=True)
    assert not elsewhere.path.exists()


def test_a_restoration_that_was_interrupted_goes_on(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server.folder, *(another(server.envelope()) for _ in range(10)))
    board = Board(server.path, Clock(datetime.now(UTC).timestamp()))
    board.keep(reply_post(today=TODAY))
    board.rebuild()
    before = board.all_slots()
    board.database.close()
    file = taken(server, tmp_path / "backup")
    with monkeypatch.context() as broken:
        from offramp.server.backup import restoring

        broken.setattr(restoring, "write_all", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            restored(file, elsewhere)
    with pytest.raises(Exception, match=r"campaign\.toml"):
        load(elsewhere)  # no server starts on a half of it
    assert restored(file, elsewhere).is_new
    assert contents(elsewhere) == contents(server.folder)
    again = Board(elsewhere.path, Clock(datetime.now(UTC).timestamp()))
    again.rebuild()
    assert again.all_slots() == before
    again.database.close()


def test_a_backup_never_uses_up_the_disk(
    server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "free_bytes", lambda _: 1)
    with pytest.raises(BackupTooLarge):
        taken(server, tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_what_a_backup_says_to_others(server: TestServer, tmp_path: Path) -> None:
    file = taken(server, tmp_path / "backup")
    raw = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    for secret in (
        server.folder.intake_key.read_bytes()[20:84],
        load(server.folder).intake_address[:20].encode(),
    ):
        assert secret not in raw
    assert server.folder.path.joinpath("last-backup").read_text() == f"{TODAY.isoformat()}\n"


def test_gigabytes_do_not_go_through_memory(
    server: TestServer, tmp_path: Path, elsewhere: ServerFolder
) -> None:
    """150 MB of letters go through a process that takes 90 MB more than at its start, at most."""
    pattern = server.campaign.seal(server.keyset, attachment=7_000_000)
    with closing(open_store(server.folder.store_url)) as store:
        for _ in range(18):
            one = another(pattern)
            store.add(one, envelope_id=envelope_id(one), size_class=8 << 20, day=TODAY)
    arguments = [str(server.path), str(tmp_path / "backup"), str(elsewhere.path)]
    done = subprocess.run(
        [sys.executable, "-c", THERE_AND_BACK, *arguments], capture_output=True, text=True, check=True
    )
    assert contents(elsewhere).keys() == contents(server.folder).keys()
    assert int(done.stdout) < 90_000  # KiB


THERE_AND_BACK = r"""
import re, sys
from pathlib import Path
from offramp.server.layout import ServerFolder
from offramp.server.backup import sealing
from offramp.server.backup.taking import take_backup
from offramp.server.backup.restoring import restore
sealing.test_only_cost.update(ops=1, mem=8192)
def peak():  # of getrusage's, a child's begins with its parent's
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
before = peak()
take_backup(ServerFolder.at(Path(sys.argv[1])), Path(sys.argv[2]), "x" * 20)
restore(Path(sys.argv[2]), ServerFolder.at(Path(sys.argv[3])), "x" * 20, old_is_gone=True)
print(peak() - before)
"""
