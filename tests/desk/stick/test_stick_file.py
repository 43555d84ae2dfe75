"""A stick file's bytes (FORMAT.md, 19): they say nothing, and open whole or not at all."""

from __future__ import annotations

import io
import math
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13, crypto_secretbox_open_easy

from offramp.crypto import labels, stick
from offramp.crypto.errors import NotAStickFile, StickTooLarge
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.secret_file import MEMORY, OPERATIONS
from offramp.crypto.stick import LENGTHS, StickReader, StickWriter, length_for

MIB = 1 << 20
WORDS = "ribbon orbit anchor velvet cradle museum"


def sealed(data: bytes, passphrase: str = WORDS) -> bytes:
    file = io.BytesIO()
    writer = StickWriter(file, passphrase, len(data))
    writer.write(data)
    writer.finish()
    return file.getvalue()


def opened(raw: bytes, size: int, passphrase: str = WORDS) -> bytes:
    reader = StickReader(io.BytesIO(raw), passphrase, len(raw))
    data = reader.read(size)
    reader.finish()
    return data


@settings(max_examples=25)
@given(st.integers(0, MIB - 272), st.integers(1, 70_000))
def test_what_was_written_piece_by_piece_comes_back(size: int, piece: int) -> None:
    data = bytes(range(251)) * (size // 251 + 1)
    data = data[:size]
    file = io.BytesIO()
    writer = StickWriter(file, WORDS, size)
    for start in range(0, size, piece):
        writer.write(data[start : start + piece])
    writer.finish()
    assert len(file.getvalue()) == MIB
    assert opened(file.getvalue(), size) == data


def test_the_format_to_the_byte() -> None:
    """Another way to the same bytes, from the text of 19.1 alone."""
    raw = sealed(b"hello")
    stretched = crypto_pwhash_alg(32, WORDS.encode(), raw[:16], 1, 8192 * 1024, crypto_pwhash_ALG_ARGON2ID13)
    key = labelled_hash(labels.STICK, raw[:16], stretched)
    chunks = [raw[start : start + 65_552] for start in range(16, MIB, 65_552)]
    assert len(chunks) == 16
    nonces = [number.to_bytes(8, "big") + bytes(15) + bytes([number == 15]) for number in range(16)]
    content = b"".join(map(crypto_secretbox_open_easy, chunks, nonces, [key] * 16))
    assert content == b"hello".ljust(MIB - 16 - 16 * 16, b"\0")


def test_the_settings_are_those_of_the_format() -> None:
    command = "from offramp.crypto.stick import test_only_cost as cost; print(cost['ops'], cost['mem'])"
    said = subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True)
    assert said.stdout.split() == [str(OPERATIONS), str(MEMORY)] == ["3", "262144"]


@pytest.mark.parametrize("length", LENGTHS)
def test_each_length_is_taken_up_to_its_last_byte(length: int) -> None:
    chunks = math.ceil((length - 16) / 65_552)
    room = length - 16 - 16 * chunks
    assert length_for(room) == length
    if length != LENGTHS[-1]:
        assert length_for(room + 1) == LENGTHS[LENGTHS.index(length) + 1]
    assert length % MIB == 0
    assert length < 2**32  # what FAT takes


def test_too_much_is_refused() -> None:
    with pytest.raises(StickTooLarge):
        length_for(LENGTHS[-1])
    writer = StickWriter(io.BytesIO(), WORDS, 5)
    with pytest.raises(StickTooLarge):
        writer.write(bytes(MIB))


def test_a_full_file_has_no_padding_and_one_byte_more_has_much() -> None:
    room = MIB - 16 - 16 * 16
    assert len(sealed(b"\1" * room)) == MIB
    assert opened(sealed(b"\1" * room), room) == b"\1" * room
    assert len(sealed(b"\1" * (room + 1))) == 4 * MIB


@pytest.mark.parametrize(
    "typed", [WORDS.upper(), f"  {WORDS}\n", WORDS.replace(" ", "   "), "Ribbon" + WORDS[6:]]
)
def test_words_heard_over_a_call_open_it_however_they_are_typed(typed: str) -> None:
    assert opened(sealed(b"x"), 1, typed) == b"x"


def test_an_accent_opens_it_on_either_keyboard() -> None:
    assert opened(sealed(b"x", "cafe\u0301 au lait"), 1, "caf\u00e9 au lait") == b"x"


def spoilt(raw: bytes) -> dict[str, bytes]:
    """Everything that is not this stick file, and has a length that one can have."""
    flipped = {
        f"byte {place}": raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        for place in (0, 15, 16, 31, 32, 70_000, MIB - 1)
    }
    first, second = raw[16 : 16 + 65_552], raw[16 + 65_552 : 16 + 2 * 65_552]
    return flipped | {
        "chunks swapped": raw[:16] + second + first + raw[16 + 2 * 65_552 :],
        "zeros": bytes(MIB),
        "text": b"Dear finder, " * MIB,
        "another's beginning": sealed(b"hello")[:65_552] + raw[65_552:],
    }


def test_wrong_damaged_and_foreign_are_one_and_the_same_to_a_reader() -> None:
    raw = sealed(b"hello")
    with pytest.raises(NotAStickFile) as wrong:
        opened(raw, 5, "ribbon orbit anchor velvet cradle musical")
    for name, other in spoilt(raw).items():
        with pytest.raises(NotAStickFile) as refused:
            opened(other[:MIB], 5)
        assert str(refused.value) == str(wrong.value), name


@pytest.mark.parametrize("length", [0, 1, 16, MIB - 1, MIB + 1, 65_552, 4 * MIB - 1])
def test_other_lengths_are_refused_before_any_work(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick, "_stick_key", None)
    with pytest.raises(NotAStickFile):
        StickReader(io.BytesIO(bytes(length)), WORDS, length)


def test_a_file_cut_or_joined_at_a_length_that_one_can_have_does_not_open() -> None:
    large = sealed(bytes(2 * MIB))
    assert len(large) == 4 * MIB
    for raw in (large[:MIB], sealed(b"x") * 4):
        with pytest.raises(NotAStickFile):
            opened(raw, 1)


def test_what_stands_in_the_padding_is_refused() -> None:
    raw = sealed(b"hello" + bytes(900_000) + b"\1")
    with pytest.raises(NotAStickFile):
        opened(raw, 5)


def test_bytes_look_random() -> None:
    """At every place of many files, whatever is in them: no magic, no setting, nothing that repeats."""
    files = [sealed(b"the same") for _ in range(64)]
    for place in [*range(256), *range(65_540, 65_640), *range(MIB - 64, MIB)]:
        assert len({raw[place] for raw in files}) > 40, place  # 256 values drawn 64 times: about 56 are seen
    counts = [0] * 256
    for raw in files[:8]:
        for value, times in enumerate(map(raw.count, (bytes([one]) for one in range(256)))):
            counts[value] += times
    expected = 8 * MIB / 256
    chi_square = sum((count - expected) ** 2 / expected for count in counts)
    assert 140 < chi_square < 400  # 255 degrees of freedom: 9 standard deviations either way, at least 5


def test_a_large_one_needs_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from offramp.crypto import stick
stick.test_only_cost |= {"ops": 1, "mem": 8192}
path, size = Path(sys.argv[1]), 200 << 20
with path.open("wb") as file:
    writer = stick.StickWriter(file, "six words", size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200):
        writer.write(bytes(1 << 20))
    writer.finish()
with path.open("rb") as file:
    reader = stick.StickReader(file, "six words", path.stat().st_size)
    for _ in range(200):
        reader.read(1 << 20)
    reader.finish()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "large")]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    kilobytes = int(said.stdout) // (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 16_384, resource.RUSAGE_SELF
