"""Backups, restoring them, and another passphrase: done or not done, and nothing is ever written over."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from datetime import date
from pathlib import Path
from typing import NoReturn

import apsw
import pytest

from offramp.crypto.errors import WrongPassphrase
from offramp.desk.errors import FileInTheWay, MissingFile
from offramp.desk.vault import upkeep
from offramp.desk.vault.database import RESERVE
from offramp.desk.vault.errors import (
    BackupDamaged,
    BackupNotMade,
    NotAVault,
    VaultDamaged,
    VaultFull,
    VaultInUse,
)
from offramp.desk.vault.upkeep import back_up, change_passphrase, check, last_backup, restore
from offramp.desk.vault.vault import Record, Vault
from tests.desk.vault.kept import CANARY, ROOMS, WORDS, content, letters, make_vault, opened, rows

NEW = "another battery staple"
DAY = date(2026, 12, 1)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def change(vault: Vault) -> None:
    with vault.writing() as writing:
        writing.put(Record(ROOMS[0], "letter", b"one", b"later"))


def test_a_backup_is_the_vault_as_it_was_and_can_be_restored(tmp_path: Path) -> None:
    path, backup = tmp_path / "vault", tmp_path / "backup"
    vault = make_vault(path)
    assert last_backup(vault) is None
    assert back_up(vault, backup, DAY) == (len(ROOMS), 2 * len(ROOMS))
    assert last_backup(vault) == DAY
    change(vault)
    vault.close()
    assert backup.stat().st_mode & 0o777 == 0o600
    aside = restore(backup, path, WORDS)
    assert aside == tmp_path / "vault.before-1"
    with opened(path) as vault:
        assert letters(vault)[ROOMS[0]] == content(0)
        assert (vault.get(ROOMS[7], "file", b"two") or b"").endswith(CANARY)
    with opened(aside) as vault:
        assert letters(vault)[ROOMS[0]] == b"later"
    assert restore(backup, path, WORDS) == tmp_path / "vault.before-2"
    assert names(tmp_path) == {"vault", "backup", "vault.before-1", "vault.before-2"}


def test_a_backup_of_what_was_destroyed_has_nothing_of_it(tmp_path: Path) -> None:
    with contextlib.closing(make_vault(tmp_path / "vault")) as vault:
        with vault.writing() as writing:
            writing.destroy(ROOMS[1:])
        back_up(vault, tmp_path / "backup", DAY)
    with opened(tmp_path / "backup") as backup:
        assert letters(backup) == {ROOMS[0]: content(0)}


def test_no_backup_over_another_file(tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("precious")
    with contextlib.closing(make_vault(tmp_path / "vault")) as vault, pytest.raises(FileInTheWay):
        back_up(vault, tmp_path / "backup", DAY)
    assert (tmp_path / "backup").read_text() == "precious"


def test_no_backup_of_a_damaged_vault(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    with contextlib.closing(apsw.Connection(str(path))) as theirs:
        theirs.execute("UPDATE large SET sealed = zeroblob(length(sealed)) WHERE rowid = 1")
    with contextlib.closing(Vault.open(path, WORDS)) as vault, pytest.raises(VaultDamaged):
        back_up(vault, tmp_path / "backup", DAY)
    assert names(tmp_path) == {"vault"}


def test_a_backup_that_does_not_fit_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with contextlib.closing(make_vault(tmp_path / "vault")) as vault:
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", no_room)
            with pytest.raises(OSError, match="No space"):
                back_up(vault, tmp_path / "backup", DAY)
        with monkeypatch.context() as full:
            full.setattr(Vault, "write_copy", lambda *_: (_ for _ in ()).throw(BackupNotMade))
            with pytest.raises(BackupNotMade):
                back_up(vault, tmp_path / "backup", DAY)
        assert last_backup(vault) is None
    assert names(tmp_path) == {"vault"}


def test_restoring_where_there_is_no_vault(tmp_path: Path) -> None:
    with contextlib.closing(make_vault(tmp_path / "old")) as vault:
        back_up(vault, tmp_path / "backup", DAY)
    (tmp_path / "vault-wal").write_bytes(b"what a crash left of a vault that is gone")
    assert restore(tmp_path / "backup", tmp_path / "vault", WORDS) is None
    with opened(tmp_path / "vault") as vault:
        assert len(letters(vault)) == len(ROOMS)
    assert (tmp_path / "vault.before-1-wal").exists()


def test_restoring_over_a_damaged_vault_with_a_log(tmp_path: Path) -> None:
    """The log of the old one must not become that of the new one."""
    path = tmp_path / "vault"
    with contextlib.closing(make_vault(path)) as vault:
        back_up(vault, tmp_path / "backup", DAY)
        change(vault)
        log = (tmp_path / "vault-wal").read_bytes()
    raw = bytearray(path.read_bytes())
    raw[100] ^= 0xFF  # the kind of the first page
    path.write_bytes(raw[:-5000])
    (tmp_path / "vault-wal").write_bytes(log)
    aside = restore(tmp_path / "backup", path, WORDS)
    assert aside is not None
    with opened(path) as vault:
        assert letters(vault)[ROOMS[0]] == content(0)
    assert "vault-wal" not in names(tmp_path)


def test_a_backup_that_is_not_good_changes_nothing(tmp_path: Path) -> None:
    path, backup = tmp_path / "vault", tmp_path / "backup"
    with contextlib.closing(make_vault(path)) as vault:
        back_up(vault, backup, DAY)
        change(vault)
    whole = backup.read_bytes()
    with pytest.raises(WrongPassphrase):
        restore(backup, path, NEW)
    with pytest.raises(MissingFile):
        restore(tmp_path / "nowhere", path, WORDS)
    backup.write_bytes(b"something else" * 1000)
    with pytest.raises(NotAVault):
        restore(backup, path, WORDS)
    for damaged in (whole[:-10_000], whole[:30_000] + bytes(3000) + whole[33_000:]):
        backup.write_bytes(damaged)
        with pytest.raises(BackupDamaged):
            restore(backup, path, WORDS)
    with opened(path) as vault:
        assert letters(vault)[ROOMS[0]] == b"later"
    assert names(tmp_path) == {"vault", "backup"}


def test_nothing_is_restored_or_changed_while_the_vault_is_open(tmp_path: Path) -> None:
    path, backup = tmp_path / "vault", tmp_path / "backup"
    with contextlib.closing(make_vault(path)) as vault:
        back_up(vault, backup, DAY)
        with pytest.raises(VaultInUse):
            restore(backup, path, WORDS)
        with pytest.raises(VaultInUse):
            change_passphrase(path, WORDS, NEW)
        change(vault)
    with opened(path) as vault:
        assert letters(vault)[ROOMS[0]] == b"later"
    assert names(tmp_path) == {"vault", "backup"}


def test_the_old_passphrase_opens_nothing_any_more(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    (old_header,), before = rows(path, "SELECT header FROM vault"), path.read_bytes()
    with path.open("rb") as held:  # whoever looks at the old file's blocks, which no name leads to any more
        change_passphrase(path, WORDS, NEW)
        assert not any(held.read())
    with pytest.raises(WrongPassphrase):
        Vault.open(path, WORDS)
    with opened(path, NEW) as vault:
        assert letters(vault) == {room: content(number) for number, room in enumerate(ROOMS)}
        assert (vault.get(ROOMS[7], "file", b"two") or b"").endswith(CANARY)
    after = path.read_bytes()
    assert old_header not in after
    assert names(tmp_path) == {"vault"}
    assert path.stat().st_mode & 0o777 == 0o600
    # Also the keys are others: with a copy from before, the old passphrase opens nothing of what is there now.
    (tmp_path / "copy").write_bytes(before)
    with (
        contextlib.closing(apsw.Connection(str(path))) as new,
        contextlib.closing(apsw.Connection(str(tmp_path / "copy"))) as copy,
    ):
        copy.execute("DELETE FROM records; DELETE FROM rooms")
        copy.executemany("INSERT INTO rooms VALUES (?, ?)", new.execute("SELECT * FROM rooms").fetchall())
    with pytest.raises(VaultDamaged):
        Vault.open(tmp_path / "copy", WORDS)


def test_the_log_of_an_earlier_crash_is_not_taken_for_one_of_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed, snapshot = tmp_path / "crashed", tmp_path / "snapshot"
    crashed.mkdir()
    with contextlib.closing(make_vault(tmp_path / "vault")) as vault:
        change(vault)
        for name in ("vault", "vault-wal"):
            shutil.copy(tmp_path / name, crashed / name)
    assert (crashed / "vault-wal").stat().st_size > 0
    # What would be on the disk if all ended when the new file has its name.
    monkeypatch.setattr(upkeep, "_write_over", lambda _: shutil.copytree(crashed, snapshot))
    change_passphrase(crashed / "vault", WORDS, NEW)
    with opened(snapshot / "vault", NEW) as vault:
        assert letters(vault)[ROOMS[0]] == b"later"


def test_a_killed_change_of_the_passphrase_leaves_no_second_vault_once_the_desk_was_open(
    tmp_path: Path,
) -> None:
    """Nothing would ever destroy the keys in it."""
    path = tmp_path / "vault"
    make_vault(path).close()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            pytest.MonkeyPatch().setattr(upkeep, "check", lambda _: os._exit(9))
            change_passphrase(path, WORDS, NEW)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert ".vault.part" in names(tmp_path)
    with opened(path):
        assert names(tmp_path) == {"vault", "vault-wal"}


def test_a_passphrase_that_cannot_be_changed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    with pytest.raises(WrongPassphrase):
        change_passphrase(path, NEW, NEW)
    with monkeypatch.context() as full:
        full.setattr(upkeep, "free_bytes", lambda _: RESERVE)
        with pytest.raises(VaultFull):
            change_passphrase(path, WORDS, NEW)
    with opened(path) as vault:
        assert check(vault).rooms == len(ROOMS)
    assert names(tmp_path) == {"vault"}
