"""The backup's file: what was written comes out, and nothing that was changed, cut off or added to."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from nacl.exceptions import RuntimeError as SodiumError

from offramp.crypto import labels
from offramp.crypto.errors import NotEnoughMemory, OfframpError, UnsupportedVersion, WrongPassphrase
from offramp.server.backup import sealing
from offramp.server.backup.contents import Writing, members_of
from offramp.server.backup.sealing import CHUNK_LENGTH, SealedReader, SealingWriter
from offramp.server.errors import BackupDamaged, NotABackup

PASSPHRASE = "a long passphrase of the test"
HEADER = 65


def sealed(*pieces: bytes) -> bytes:
    file = io.BytesIO()
    writer = SealingWriter(file, PASSPHRASE)
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    return file.getvalue()


def opened(raw: bytes, passphrase: str = PASSPHRASE) -> bytes:
    reader = SealedReader(io.BytesIO(raw), passphrase)
    data = b"".join(iter(lambda: reader.read(7777), b""))
    reader.finish()
    return data


@pytest.mark.parametrize("length", [0, 1, CHUNK_LENGTH - 1, CHUNK_LENGTH, CHUNK_LENGTH + 1, 3 * CHUNK_LENGTH])
def test_what_was_written_comes_out(length: int) -> None:
    data = (b"0123456789abcdef" * (length // 16 + 1))[:length]
    assert opened(sealed(data)) == data
    assert opened(sealed(data[:5], b"", data[5:])) == data


def test_nothing_of_it_can_be_seen() -> None:
    raw = sealed(b"a canary of the test" * 1000)
    assert b"canary" not in raw
    assert sealed(b"same") != sealed(b"same")


def test_a_wrong_passphrase() -> None:
    with pytest.raises(WrongPassphrase):
        opened(sealed(b"x"), "another passphrase")


def broken() -> Iterator[tuple[str, bytes, type[OfframpError]]]:
    raw = sealed(bytes(3 * CHUNK_LENGTH))
    chunk = CHUNK_LENGTH + 17
    yield "empty", b"", NotABackup
    yield "header cut off", raw[:40], NotABackup
    yield "stream's header cut off", raw[:60], NotABackup
    yield "another magic", b"x" + raw[1:], NotABackup
    yield "another version", raw[:16] + b"\2" + raw[17:], UnsupportedVersion
    yield "too many operations", raw[:17] + bytes((0, 0, 0, 17)) + raw[21:], NotABackup
    yield "no memory", raw[:21] + bytes(4) + raw[25:], NotABackup
    yield "weaker settings", raw[:21] + (8193).to_bytes(4, "big") + raw[25:], WrongPassphrase
    yield "another salt", raw[:25] + bytes(16) + raw[41:], WrongPassphrase
    yield "first chunk changed", raw[: HEADER + 9] + b"?" + raw[HEADER + 10 :], WrongPassphrase
    yield "later chunk changed", raw[: HEADER + chunk + 9] + b"?" + raw[HEADER + chunk + 10 :], BackupDamaged
    yield "last chunk gone", raw[: HEADER + 2 * chunk], BackupDamaged
    yield "cut off within a chunk", raw[:-1], BackupDamaged
    yield "something behind it", raw + b"x", BackupDamaged
    swapped = raw[HEADER + chunk : HEADER + 2 * chunk] + raw[HEADER : HEADER + chunk]
    yield "chunks in another order", raw[:HEADER] + swapped + raw[HEADER + 2 * chunk :], WrongPassphrase


def test_whatever_was_changed_is_refused(subtests: pytest.Subtests) -> None:
    for what, raw, error in broken():
        with subtests.test(what), pytest.raises(error):
            opened(raw)


def test_no_memory_for_the_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = sealed(b"x")

    def none(*_: object) -> bytes:
        raise SodiumError

    monkeypatch.setattr(sealing, "crypto_pwhash_alg", none)
    with pytest.raises(NotEnoughMemory):
        opened(raw)


def test_the_layout_is_that_of_the_format() -> None:
    raw = sealed(b"abc")
    assert raw[:16] == labels.BACKUP
    assert raw[16:25] == b"\1" + (1).to_bytes(4, "big") + (8192).to_bytes(4, "big")
    assert len(raw) == HEADER + 3 + 17


NAME = "envelopes/2026-11-22/16384/" + "0a" * 16


def tarred(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    tar = Writing(file)
    for name, data in members:
        tar.add(name, data)
    tar.close()
    return file.getvalue()


def test_members_come_out_as_they_went_in() -> None:
    members = [("about", b"{}"), (NAME, bytes(700)), (f"acknowledged/{'0b' * 32}/{'0c' * 16}", b"")]
    assert list(members_of(io.BytesIO(tarred(*members)))) == members


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../x",
        "files/../../x",
        "files/couriers/../x.toml",
        "files/onion/x.key",
        "other",
        "files/",
    ],
)
def test_a_name_that_we_never_write_is_refused(name: str) -> None:
    with pytest.raises(BackupDamaged):
        list(members_of(io.BytesIO(tarred((name, b"x")))))


@pytest.mark.parametrize("kept", [0, 100, 512, 600, 1024])
def test_a_tar_that_is_cut_off_is_refused(kept: int) -> None:
    with pytest.raises(BackupDamaged):
        list(members_of(io.BytesIO(tarred((NAME, bytes(512)))[:kept])))
