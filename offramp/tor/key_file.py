"""The file that keeps an onion's key on the server: one line of text that only its owner can read.

It is not under a passphrase: the server must come back after a power cut with nobody there.
Whoever takes it can pose as the onion, and cannot open anything that was sealed.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from offramp.disk import sync_folder
from offramp.tor.errors import OnionKeyDamaged, OnionKeyExists, OnionKeyExposed, OnionKeyMissing
from offramp.tor.onion import OnionKey

MODE: Final = 0o600
_OTHERS: Final = 0o077
_LINE: Final = re.compile(rb"offramp-onion-key-1 ([0-9a-f]{64})\n")
_LENGTH: Final = len(b"offramp-onion-key-1 ") + 64 + 1


def save_onion_key(path: Path, key: OnionKey) -> None:
    """Make the file, whole or not at all; it is on the disk when this returns. `OnionKeyExists`."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(partial, f"offramp-onion-key-1 {key.seed.hex()}\n".encode("ascii"))
        os.link(partial, path)  # a rename would replace a key that is there
    except FileExistsError:
        raise OnionKeyExists(f"{path} is there already, and losing it would lose its address.") from None
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def load_onion_key(path: Path) -> OnionKey:
    """Read the file; `OnionKeyMissing`, `OnionKeyExposed`, `OnionKeyDamaged`, each with the path."""
    try:
        descriptor = os.open(
            path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
        )  # never wait for a pipe's writer
    except FileNotFoundError:
        raise OnionKeyMissing(
            f"There is no onion key at {path}: make one, or restore it from its copy."
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OnionKeyDamaged(f"{path} is not a file.")
        if state.st_mode & _OTHERS:
            raise OnionKeyExposed(f"Others can read {path}: type `chmod 600 {path}`.")
        form = _LINE.fullmatch(file.read(_LENGTH + 1))
    if form is None:
        raise OnionKeyDamaged(f"{path} is not an onion key: restore it from its copy.")
    return OnionKey(bytes.fromhex(form[1].decode("ascii")))


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
