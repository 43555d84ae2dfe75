"""What somebody can get out of a vault's raw bytes who has the passphrase, and tries everything everywhere.

A key lies under its room's key, that under a rooms key, and that under the vault key. Each may begin at any byte of
any file, in a page that is used or free, or in the log: all of them are tried at every place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nacl.bindings import crypto_secretbox_open_easy
from nacl.exceptions import CryptoError

from offramp.crypto import labels
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.opening import OpeningKey
from offramp.desk.vault.record import Record
from offramp.desk.vault.sealing import open_vault_key
from offramp.desk.weekly.stock import OPENING_KEY

_NONCE, _TAG = 24, 16
_ROOMS_KEY = _NONCE + _TAG + 32
_SMALL = _NONCE + _TAG + 256
"""How long a room's key, and an opening key, are when they are sealed (FORMAT.md, 12.5)."""
_HEADER = 113


def carved(folder: Path, passphrase: str) -> list[OpeningKey]:
    """Every opening key that can be had from the files in a folder, whatever the vault says is in it."""
    raw = b"\0".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    rooms_keys = {
        key for header in _headers(raw) for key in _rooms_keys(raw, open_vault_key(header, passphrase))
    }
    rooms = {one[:48] for key in rooms_keys for one in _opened(raw, _SMALL, key)}
    found = (_key_in(one) for room in rooms for one in _opened(raw, _SMALL, room[16:48]))
    return [one for one in found if one is not None]


def _headers(raw: bytes) -> Iterator[bytes]:
    at = raw.find(labels.VAULT)
    while at >= 0:
        yield raw[at : at + _HEADER]
        at = raw.find(labels.VAULT, at + 1)


def _rooms_keys(raw: bytes, vault_key: bytes) -> list[bytes]:
    return list(_opened(raw, _ROOMS_KEY, labelled_hash(labels.VAULT_ROOMS, b"", vault_key)))


def _opened(raw: bytes, length: int, key: bytes) -> Iterator[bytes]:
    for at in range(len(raw) - length + 1):
        try:
            yield crypto_secretbox_open_easy(raw[at + _NONCE : at + length], raw[at : at + _NONCE], key)
        except CryptoError:
            continue


def _key_in(padded: bytes) -> OpeningKey | None:
    content = padded.rstrip(b"\0")[:-1]
    kind_length = content[0]
    if content[1 : 1 + kind_length] != OPENING_KEY.encode():
        return None
    value = Record.from_bytes(bytes(16), content).value
    return OpeningKey(value[:32], value[32:])
