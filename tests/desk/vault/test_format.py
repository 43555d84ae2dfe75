"""The vault read again by the text of FORMAT.md, section 12, alone: with SQLite, BLAKE2b, Argon2id and SecretBox."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from pathlib import Path

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13
from nacl.secret import SecretBox

from tests.desk.vault.kept import ROOMS, WORDS, content, make_vault


def Hash(label: str, data: bytes, key: bytes) -> bytes:  # noqa: N802 - the format's name
    return hashlib.blake2b(data, digest_size=32, key=key, person=label.encode().ljust(16, b"\0")).digest()


def place(vault_key: bytes, *parts: bytes) -> bytes:
    framed = b"".join(bytes([len(part)]) + part for part in parts)
    return Hash("offramp/vaultplc", framed, vault_key)[:16]


def test_a_reader_made_from_the_text_finds_every_letter(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault").close()
    with contextlib.closing(sqlite3.connect(tmp_path / "vault")) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (0x4F667661,)
        assert file.execute("PRAGMA user_version").fetchone() == (1,)
        ((header, sealed_rooms_key),) = file.execute("SELECT header, rooms_key FROM vault")
        sealed_rooms = dict(file.execute("SELECT place, sealed FROM rooms"))
        rows = {where: (room, sealed) for where, room, sealed in file.execute("SELECT * FROM records")}
    # 12.2
    assert len(header) == 113
    assert header[:17] == b"offramp/vault\0\0\0\1"
    operations, memory = int.from_bytes(header[17:21]), int.from_bytes(header[21:25])
    stretched = crypto_pwhash_alg(
        32, WORDS.encode(), header[25:41], operations, memory * 1024, crypto_pwhash_ALG_ARGON2ID13
    )
    header_key = Hash("offramp/vaultkey", header[:65], stretched)
    vault_key = SecretBox(header_key).decrypt(header[65:], header[41:65])
    # 12.3
    assert len(sealed_rooms_key) == 72
    rooms_key = SecretBox(Hash("offramp/roomskey", b"", vault_key)).decrypt(sealed_rooms_key)
    for number, room in enumerate(ROOMS):
        room_place = place(vault_key, b"room", room)
        opened = SecretBox(rooms_key).decrypt(sealed_rooms[room_place])
        assert opened[:16] == room
        assert opened[48:] == b"\x80" + bytes(256 - 49)
        # 12.4 and 12.5
        found_room, sealed = rows[place(vault_key, room, b"letter", b"one")]
        assert found_room == room_place
        said = SecretBox(opened[16:48]).decrypt(sealed)
        expected = b"\x06letter\x03one" + content(number) + b"\x80"
        step = max(256, 2 ** (len(expected).bit_length() - 5))
        assert said == expected + bytes(-len(expected) % step)
