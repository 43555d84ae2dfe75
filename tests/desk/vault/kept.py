"""Vaults with known things in them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import apsw

from offramp.desk.vault.upkeep import check
from offramp.desk.vault.vault import Record, Vault

WORDS = "correct horse battery"
CANARY = b"CANARY-" + b"readable" * 4
ROOMS = tuple(bytes((number,)) * 16 for number in range(1, 9))


def content(number: int) -> bytes:
    """What the letter of a room says."""
    return CANARY + bytes((number,)) * (100 * number)


def make_vault(path: Path) -> Vault:
    """Each of the rooms has a letter and a file."""
    vault = Vault.create(path, WORDS)
    with vault.writing() as writing:
        for number, room in enumerate(ROOMS):
            writing.put(Record(room, "letter", b"one", content(number)))
            writing.put(Record(room, "file", b"two", os.urandom(9000) + CANARY), large=True)
    return vault


def letters(vault: Vault) -> dict[bytes, bytes]:
    """By room, what the letters say."""
    return {one.room: one.value for one in vault.records() if one.kind == "letter"}


@contextlib.contextmanager
def opened(path: Path, passphrase: str = WORDS) -> Iterator[Vault]:
    """The vault, which is found to be whole."""
    with contextlib.closing(Vault.open(path, passphrase)) as vault:
        check(vault)
        yield vault


def rows(path: Path, query: str) -> list[bytes]:
    """What lies in a vault's file that nobody has open, sealed as it is."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    with contextlib.closing(apsw.Connection(f"file:{path}?immutable=1", flags=flags)) as look:
        return [value for (value,) in look.execute(query)]


def every_byte(folder: Path) -> bytes:
    """All that is in a folder, the names of its files too."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in paths)
