"""A vault on a bad disk: what is damaged is said to be, what is something else is left alone, and nothing is lost."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from offramp.crypto.errors import WrongPassphrase
from offramp.desk.vault.errors import (
    NotAVault,
    VaultDamaged,
    VaultDiskFailed,
    VaultError,
    VaultFull,
    VaultReadOnly,
)
from offramp.desk.vault.upkeep import check
from offramp.desk.vault.vault import Record, Vault
from tests.desk.vault.kept import ROOMS, WORDS, content, letters, make_vault, opened

ROOT = Path(__file__).parents[3]


def _made_elsewhere(path: Path) -> None:
    with contextlib.closing(apsw.Connection(str(path))) as theirs:
        theirs.execute("CREATE TABLE theirs (x); PRAGMA user_version = 7")


def _of_a_newer_version(path: Path) -> None:
    make_vault(path).close()
    with contextlib.closing(apsw.Connection(str(path))) as later:
        later.execute("PRAGMA user_version = 2")


FOREIGN = {
    "empty": lambda path: path.write_bytes(b""),
    "short": lambda path: path.write_bytes(b"text"),
    "text": lambda path: path.write_text("This is no database, and long enough for SQLite to notice. " * 20),
    "another database": _made_elsewhere,
    "a newer version": _of_a_newer_version,
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, what: str) -> None:
    path = tmp_path / "vault"
    FOREIGN[what](path)
    before = path.read_bytes()
    with pytest.raises(NotAVault):
        Vault.open(path, WORDS)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
def test_a_vault_that_was_cut_off_is_damaged(tmp_path: Path, share: float) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises((VaultDamaged, NotAVault)), opened(path):
        pass


def test_no_changed_bit_is_taken_for_true(tmp_path: Path) -> None:
    """Each is found, or it is in bytes that mean nothing: all letters and files come out as they were, or none."""
    path = tmp_path / "vault"
    make_vault(path).close()
    whole = path.read_bytes()
    with opened(path) as vault:
        good = set(vault.records()) | set(vault.large_records())
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # to play it again
    draw, found = random.Random(seed), 0
    for _ in range(300):
        changed = bytearray(whole)
        changed[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        try:
            with opened(path) as vault:
                assert set(vault.records()) | set(vault.large_records()) == good
        except (VaultDamaged, NotAVault, WrongPassphrase):  # the last if it was in the header
            found += 1
        for one in tmp_path.iterdir():
            one.unlink()
    assert found > 100  # the others fall into bytes that SQLite does not use


def test_a_table_that_is_not_there_is_damage(tmp_path: Path) -> None:
    for table in ("vault", "rooms", "records"):
        path = tmp_path / table
        make_vault(path).close()
        with contextlib.closing(apsw.Connection(str(path))) as theirs:
            theirs.execute(f"DROP TABLE {table}")
        with pytest.raises(VaultDamaged), opened(path):
            pass
    path = tmp_path / "no row"
    make_vault(path).close()
    with contextlib.closing(apsw.Connection(str(path))) as theirs:
        theirs.execute("DELETE FROM vault")
    with pytest.raises(VaultDamaged):
        Vault.open(path, WORDS)


def test_a_lost_row_of_an_index_is_found(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    query = "SELECT rootpage FROM sqlite_schema WHERE name = 'records_by_room'"
    with contextlib.closing(apsw.Connection(str(path))) as theirs:
        page = int(str(theirs.execute(query).get))
    raw = bytearray(path.read_bytes())
    start = (page - 1) * 4096
    assert raw[start + 4] == len(ROOMS)  # the lower byte of the number of rows on this page
    raw[start + 4] -= 1
    path.write_bytes(raw)
    with contextlib.closing(Vault.open(path, WORDS)) as vault, pytest.raises(VaultDamaged):
        check(vault)


class _FullDisk(apsw.VFS):
    """The system's disk, on which nothing can be written from some moment on."""

    error: type[apsw.Error] | None = None

    def __init__(self) -> None:
        super().__init__("full", "unix", makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _FullFile("unix", name, flags)


class _FullFile(apsw.VFSFile):
    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        if _FullDisk.error:
            raise _FullDisk.error
        super().xWrite(data, offset)


@pytest.fixture
def disk() -> Iterator[type[_FullDisk]]:
    made = _FullDisk()
    yield _FullDisk
    _FullDisk.error = None
    made.unregister()


@pytest.mark.parametrize(("theirs", "ours"), [(apsw.FullError, VaultFull), (apsw.IOError, VaultDiskFailed)])
def test_a_disk_that_takes_nothing_more_loses_nothing(
    tmp_path: Path, disk: type[_FullDisk], theirs: type[apsw.Error], ours: type[VaultError]
) -> None:
    path, new = tmp_path / "vault", bytes(15) + b"\x77"
    vault = make_vault(path)
    disk.error = theirs
    with pytest.raises(ours), vault.writing() as writing:
        writing.put(Record(new, "letter", b"one", b"too much"))
    with pytest.raises(ours), vault.writing() as writing:
        writing.destroy(ROOMS)
    assert letters(vault) == {room: content(number) for number, room in enumerate(ROOMS)}
    disk.error = None
    with vault.writing() as writing:
        writing.put(Record(new, "letter", b"one", b"there is room again"))
        writing.destroy([ROOMS[0]])
    vault.close()
    with opened(path) as vault:
        assert letters(vault).keys() == {new, *ROOMS[1:]}


def test_a_disk_without_room_to_make_one(tmp_path: Path, disk: type[_FullDisk]) -> None:
    disk.error = apsw.FullError
    with pytest.raises(VaultFull):
        Vault.create(tmp_path / "vault", WORDS)
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_grow(tmp_path: Path) -> None:
    """The kernel refuses to write beyond a length, in the middle of whatever SQLite writes."""
    program = """
import contextlib, os, resource, sys
from pathlib import Path
from offramp.desk.vault import vault
from offramp.desk.vault.errors import VaultError
from tests.desk.vault.kept import WORDS
vault.test_only_cost.update(ops=1, mem=8192)
kept, names, refused = vault.Vault.create(Path(sys.argv[1]), WORDS), [], 0
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
def put(name):
    with kept.writing() as writing:
        writing.put(vault.Record(name, "letter", b"one", name * 300))
for limit in (300_007, 700_001, 1_500_003):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    for _ in range(150):
        name = os.urandom(16)
        try:
            put(name)
        except VaultError:
            refused += 1
        else:
            names.append(name)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    names.append(os.urandom(16))
    put(names[-1])
kept.close()
assert refused > 20, refused
print(*(name.hex() for name in names))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "vault")], check=True, stdout=subprocess.PIPE, cwd=ROOT
    )
    names = {bytes.fromhex(name) for name in done.stdout.decode().split()}
    with opened(tmp_path / "vault") as vault:
        assert {one.room: one.value for one in vault.records()} == {name: name * 300 for name in names}


class _ReadOnlyDisk(apsw.VFS):
    """The system's disk, as if it were mounted read-only; as root, no permission stops us."""

    def __init__(self) -> None:
        super().__init__("read-only", "unix", makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        wanted = (
            flags[0] & ~(apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE) | apsw.SQLITE_OPEN_READONLY
        )
        inner = [wanted, 0]
        opened_file = apsw.VFSFile("unix", name, inner)
        flags[1] = inner[1]
        return opened_file


def test_a_disk_that_is_read_only_is_said_to_be(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault").close()
    disk = _ReadOnlyDisk()
    try:
        with pytest.raises(VaultReadOnly):
            Vault.open(tmp_path / "vault", WORDS)
    finally:
        disk.unregister()
    shutil.copy(tmp_path / "vault", tmp_path / "elsewhere")
    with opened(tmp_path / "elsewhere") as vault:
        assert len(letters(vault)) == len(ROOMS)
