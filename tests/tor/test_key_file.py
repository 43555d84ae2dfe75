"""The file that keeps an onion's key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from offramp.tor.errors import OnionKeyDamaged, OnionKeyExists, OnionKeyExposed, OnionKeyMissing
from offramp.tor.key_file import load_onion_key, save_onion_key
from offramp.tor.onion import OnionKey


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    key = OnionKey.generate()
    save_onion_key(tmp_path / "intake.key", key)
    assert load_onion_key(tmp_path / "intake.key") == key


def test_only_the_owner_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save_onion_key(tmp_path / "intake.key", OnionKey.generate())
    finally:
        os.umask(before)
    assert (tmp_path / "intake.key").stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_replaced_and_nothing_is_left_over(tmp_path: Path) -> None:
    key = OnionKey.generate()
    save_onion_key(tmp_path / "intake.key", key)
    with pytest.raises(OnionKeyExists):
        save_onion_key(tmp_path / "intake.key", OnionKey.generate())
    assert load_onion_key(tmp_path / "intake.key") == key
    assert [path.name for path in tmp_path.iterdir()] == ["intake.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601, 0o644])
def test_looser_modes_are_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "intake.key"
    save_onion_key(path, OnionKey.generate())
    path.chmod(mode)
    with pytest.raises(OnionKeyExposed):
        load_onion_key(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(OnionKeyMissing):
        load_onion_key(tmp_path / "intake.key")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"offramp-onion-key-1 ",
        b"offramp-onion-key-1 " + b"0" * 63 + b"\n",
        b"offramp-onion-key-1 " + b"0" * 64,
        b"offramp-onion-key-1 " + b"0" * 64 + b"\n\n",
        b"offramp-onion-key-1 " + b"A" * 64 + b"\n",
        b"offramp-onion-key-2 " + b"0" * 64 + b"\n",
        b"\x00" * 85,
    ],
)
def test_other_content_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "intake.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(OnionKeyDamaged):
        load_onion_key(path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "intake.key", 0o600)
    with pytest.raises(OnionKeyDamaged):
        load_onion_key(tmp_path / "intake.key")
