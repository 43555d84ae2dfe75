"""Secret files: what is written is read under its passphrase, and settings are the format's."""

from __future__ import annotations

import resource
import struct
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.crypto.errors import NotASecretFile, SecretFileError, UnsupportedVersion, WrongPassphrase
from offramp.crypto.secret_file import MAX_MEMORY, PAYLOAD_LENGTHS, SecretKind, read_secret, write_secret

# The least that the format allows: 8 MiB and one pass take some ten milliseconds.
CHEAP = {"ops": 1, "mem": 8_192}
SEED = bytes(range(32))
RAW = write_secret(SecretKind.ROOT, SEED, "open sesame", **CHEAP)


@pytest.mark.parametrize("kind", SecretKind)
def test_what_is_written_is_read(kind: SecretKind) -> None:
    payload = bytes(range(PAYLOAD_LENGTHS[kind]))
    raw = write_secret(kind, payload, "open sesame", **CHEAP)
    assert read_secret(raw, "open sesame", kind) == payload
    assert len(raw) == 66 + 16 + len(payload)
    assert payload[:16] not in raw


def test_the_usual_settings_are_those_of_the_format() -> None:
    raw = write_secret(SecretKind.ROOT, SEED, "open sesame")
    assert struct.unpack(">II", raw[18:26]) == (3, 262_144)
    assert read_secret(raw, "open sesame", SecretKind.ROOT) == SEED


def test_two_files_of_one_key_differ() -> None:
    other = write_secret(SecretKind.ROOT, SEED, "open sesame", **CHEAP)
    assert other[26:66] != RAW[26:66]
    assert other[66:] != RAW[66:]


@given(passphrase=st.text(max_size=20))
@settings(max_examples=20)
def test_no_other_passphrase_opens(passphrase: str) -> None:
    with pytest.raises(WrongPassphrase):
        read_secret(RAW, passphrase, SecretKind.ROOT)


@given(bit=st.integers(0, 8 * len(RAW) - 1))
@settings(max_examples=60, deadline=None)
def test_no_flipped_bit_opens(bit: int) -> None:
    offset = bit // 8
    changed = bytearray(RAW)
    changed[offset] ^= 1 << bit % 8
    if 32_768 < struct.unpack(">I", changed[22:26])[0] <= MAX_MEMORY:
        return  # more memory than a test should take
    with pytest.raises((SecretFileError, UnsupportedVersion)):
        read_secret(bytes(changed), "open sesame", SecretKind.ROOT)


@given(raw=st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: RAW[:18] + tail[:8] + tail))
def test_bytes_are_no_secret_file(raw: bytes) -> None:
    with pytest.raises(NotASecretFile):
        read_secret(raw[:97], "open sesame", SecretKind.ROOT)


@pytest.mark.parametrize(
    "bad", [{"ops": 0}, {"ops": 17}, {"mem": 8_191}, {"mem": 1_048_577}, {"payload": bytes(31)}], ids=str
)
def test_nothing_out_of_range_is_written(bad: dict[str, int]) -> None:
    usual = {"kind": SecretKind.ROOT, "payload": SEED, "passphrase": "x"} | CHEAP
    with pytest.raises(NotASecretFile):
        write_secret(**(usual | bad))  # type: ignore[arg-type]  # a mixed bag, on purpose


def test_too_little_memory_is_not_a_wrong_passphrase() -> None:
    """In a process of its own that may have 400 MiB, a file that needs 1 GiB."""
    script = (
        "from offramp.crypto.errors import NotEnoughMemory\n"
        "from offramp.crypto.secret_file import SecretKind, write_secret\n"
        "try: write_secret(SecretKind.ROOT, bytes(32), 'x', ops=1, mem=1_048_576)\n"
        "except NotEnoughMemory: print('typed')\n"
    )
    most = 400 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", script],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "typed\n"
