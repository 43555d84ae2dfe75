"""What is put into a vault comes out of it, for whoever has the passphrase, and all of a transaction or nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from offramp.crypto.errors import WrongPassphrase
from offramp.desk.errors import FileInTheWay, MissingFile
from offramp.desk.vault import database, writing
from offramp.desk.vault.errors import VaultDamaged, VaultFull, VaultInUse, VaultLocked
from offramp.desk.vault.vault import HOUSE, Record, Vault
from tests.desk.vault.kept import CANARY, ROOMS, WORDS, content, every_byte, letters, make_vault, opened


class Stopped(Exception):  # noqa: N818  # nothing went wrong
    """What ends a transaction in the middle."""


def test_it_gives_back_what_was_put(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault").close()
    with opened(tmp_path / "vault") as vault:
        assert letters(vault) == {room: content(number) for number, room in enumerate(ROOMS)}
        assert vault.get(ROOMS[3], "letter", b"one") == content(3)
        assert (vault.get(ROOMS[3], "file", b"two") or b"").endswith(CANARY)
        assert vault.get(ROOMS[3], "letter", b"other") is None
        assert vault.get(bytes(15) + b"\x77", "letter", b"one") is None


@pytest.mark.parametrize("value", [b"", b"\x80", b"\x80\0\0", bytes(300), b"\x80" * 256, os.urandom(300_000)])
def test_any_value_is_kept_to_the_byte(tmp_path: Path, value: bytes) -> None:
    with contextlib.closing(Vault.create(tmp_path / "vault", WORDS)) as vault:
        with vault.writing() as writing:
            writing.put(Record(HOUSE, "setting", b"", value))
            writing.put(Record(HOUSE, "file", b"\0" * 64, value), large=True)
        assert vault.get(HOUSE, "setting", b"") == value
        assert vault.get(HOUSE, "file", b"\0" * 64) == value


def test_the_last_value_counts(tmp_path: Path) -> None:
    with contextlib.closing(make_vault(tmp_path / "vault")) as vault:
        for value in (b"first", b"second"):
            with vault.writing() as writing:
                writing.put(Record(ROOMS[0], "letter", b"one", value))
        assert vault.get(ROOMS[0], "letter", b"one") == b"second"
        with vault.writing() as writing:
            writing.delete(ROOMS[0], "letter", b"one")
            writing.delete(ROOMS[0], "letter", b"never there")
        assert vault.get(ROOMS[0], "letter", b"one") is None


def test_a_room_that_was_destroyed_is_gone_and_can_be_made_again(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault")
    with vault.writing() as writing:
        writing.destroy([ROOMS[0], bytes(15) + b"\x77"])
    assert vault.get(ROOMS[0], "letter", b"one") is vault.get(ROOMS[0], "file", b"two") is None
    with vault.writing() as writing:
        writing.put(Record(ROOMS[0], "letter", b"one", b"again"))
    vault.close()
    with opened(tmp_path / "vault") as vault:
        assert vault.get(ROOMS[0], "letter", b"one") == b"again"
        assert len(letters(vault)) == len(ROOMS)


def test_a_transaction_that_fails_leaves_nothing_also_not_in_memory(tmp_path: Path) -> None:
    """Else the next record of a room is sealed under a key that is in no file, and is lost."""
    new = bytes(15) + b"\x77"
    vault = make_vault(tmp_path / "vault")
    with contextlib.suppress(Stopped), vault.writing() as writing:
        writing.put(Record(new, "letter", b"one", b"not to be"))
        writing.destroy([ROOMS[0]])
        writing.put(Record(ROOMS[1], "letter", b"one", b"not to be"))
        raise Stopped
    assert letters(vault) == {room: content(number) for number, room in enumerate(ROOMS)}
    with vault.writing() as writing:
        writing.put(Record(new, "letter", b"one", b"this is"))
        writing.put(Record(ROOMS[0], "letter", b"two", b"this is"))
    vault.close()
    with opened(tmp_path / "vault") as vault:
        assert vault.get(new, "letter", b"one") == vault.get(ROOMS[0], "letter", b"two") == b"this is"
        assert vault.get(ROOMS[1], "letter", b"one") == content(1)


def test_a_block_within_another_is_a_part_of_it(tmp_path: Path) -> None:
    inner, other = bytes(15) + b"\x77", bytes(15) + b"\x78"
    vault = make_vault(tmp_path / "vault")
    with vault.writing() as outer:
        with contextlib.suppress(Stopped), vault.writing() as writing:
            writing.put(Record(inner, "letter", b"one", b"not to be"))
            writing.destroy([ROOMS[0]])
            raise Stopped
        with vault.writing() as writing:
            writing.put(Record(inner, "letter", b"one", b"kept"))
            writing.destroy([ROOMS[1]])
        outer.put(Record(ROOMS[0], "letter", b"two", b"kept"))
    with contextlib.suppress(Stopped), vault.writing():
        with vault.writing() as writing:
            writing.put(Record(other, "letter", b"one", b"not to be"))
            writing.destroy([ROOMS[2]])
        raise Stopped
    vault.close()
    with opened(tmp_path / "vault") as vault:
        assert vault.get(inner, "letter", b"one") == vault.get(ROOMS[0], "letter", b"two") == b"kept"
        assert letters(vault).keys() == {inner, *ROOMS} - {ROOMS[1]}


def test_a_wrong_passphrase_says_so_and_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase) as wrong:
        Vault.open(path, "Correct horse battery")
    assert str(wrong.value) == "The passphrase is wrong."
    assert wrong.value.__context__ is None or wrong.value.__suppress_context__
    assert path.read_bytes() == before
    with opened(path):
        pass


def test_one_program_has_it_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with contextlib.closing(make_vault(path)):
        with pytest.raises(VaultInUse):
            Vault.open(path, WORDS)
        with pytest.raises(VaultInUse):  # the first refusal took no lock away
            Vault.open(path, WORDS)
    with opened(path):
        pass


def test_a_locked_vault_gives_nothing(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault")
    vault.close()
    vault.close()
    with pytest.raises(VaultLocked):
        vault.get(ROOMS[0], "letter", b"one")
    with pytest.raises(VaultLocked):
        list(vault.records())
    with pytest.raises(VaultLocked), vault.writing():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]


def test_it_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlucky() -> Iterator[Record]:
        yield Record(HOUSE, "me", b"", b"half")
        raise Stopped

    path = tmp_path / "vault"
    with pytest.raises(Stopped):
        Vault.create(path, WORDS, unlucky())
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".vault.part").write_text("what a killed run left")
    (tmp_path / ".vault.part-wal").write_text("what a killed run left")
    with contextlib.closing(Vault.create(path, WORDS, [Record(HOUSE, "me", b"", b"whole")])) as vault:
        assert vault.get(HOUSE, "me", b"") == b"whole"
        assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["vault"]


@pytest.mark.parametrize("there", ["vault", "vault-wal"])
def test_nothing_is_written_over(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("precious")
    with pytest.raises(FileInTheWay):
        Vault.create(tmp_path / "vault", WORDS)
    assert (tmp_path / there).read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_vault_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        Vault.open(tmp_path / "vault", WORDS)
    with pytest.raises(MissingFile):
        Vault.open(tmp_path, WORDS)
    assert list(tmp_path.iterdir()) == []


def test_an_almost_full_disk_takes_nothing_and_still_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(make_vault(tmp_path / "vault")) as vault:
        with monkeypatch.context() as full:
            full.setattr(writing, "free_bytes", lambda _: database.RESERVE + 100)
            with pytest.raises(VaultFull), vault.writing() as block:
                block.put(Record(bytes(15) + b"\x77", "letter", b"one", b"too much"))
            with vault.writing() as block:
                block.destroy([ROOMS[0]])
        assert letters(vault).keys() == set(ROOMS[1:])
        with vault.writing() as block:
            block.put(Record(bytes(15) + b"\x77", "letter", b"one", b"now there is room"))
    with opened(tmp_path / "vault") as vault:
        assert len(letters(vault)) == len(ROOMS)


def test_a_record_that_was_moved_or_copied_to_another_place_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    with contextlib.closing(apsw.Connection(str(path))) as theirs:
        (one, two) = theirs.execute("SELECT place, sealed FROM records LIMIT 2").fetchall()
        theirs.execute("UPDATE records SET sealed = ? WHERE place = ?", (two[1], one[0]))
    with contextlib.closing(Vault.open(path, WORDS)) as vault, pytest.raises(VaultDamaged):
        list(vault.records())


def test_lengths_say_little(tmp_path: Path) -> None:
    """Sealed lengths of everything from nothing to 2 000 bytes, and of files from 1 000 000 to 1 030 000."""
    with contextlib.closing(Vault.create(tmp_path / "vault", WORDS)) as vault, vault.writing() as block:
        for length in range(0, 2000, 7):
            block.put(Record(HOUSE, "setting", length.to_bytes(4), bytes(length)))
        for length in range(1_000_000, 1_030_000, 5_000):
            block.put(Record(HOUSE, "file", length.to_bytes(4), bytes(length)), large=True)
    with contextlib.closing(apsw.Connection(str(tmp_path / "vault"))) as look:
        small = {value for (value,) in look.execute("SELECT length(sealed) FROM records")}
        large = {value for (value,) in look.execute("SELECT length(sealed) FROM large")}
    assert small == {40 + 256 * count for count in range(1, 9)}
    assert len(large) <= 2


def test_the_file_shows_nothing(tmp_path: Path) -> None:
    with contextlib.closing(make_vault(tmp_path / "vault")) as vault:
        with vault.writing() as block:
            block.put(Record(HOUSE, "kind-of-canary", CANARY, CANARY))
        for readable in (CANARY, b"readable", b"letter", b"kind-of-canary", ROOMS[4]):
            assert readable not in every_byte(tmp_path)
