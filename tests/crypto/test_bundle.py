"""Bundles: a writer that was interrupted anywhere goes on, and a reader loses no whole envelope."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.crypto.bundle import HEADER, BundleWriter, frame, read_bundle, read_stream
from offramp.crypto.envelope import envelope_id, envelope_length
from offramp.crypto.errors import BundleError, BundleTruncated, NotABundle, UnsupportedVersion

LENGTH = envelope_length(16_384, 2)
ONE, TWO, THREE = (bytes([number]) * LENGTH for number in (1, 2, 3))
LARGE = b"4" * envelope_length(262_144, 10)
WHOLE = HEADER + frame(ONE) + frame(TWO)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.bundle"


def test_what_is_appended_is_read(path: Path) -> None:
    with BundleWriter(path) as writer:
        assert [writer.append(one) for one in (ONE, LARGE, TWO)] == [True, True, True]
        assert writer.ids == {envelope_id(one) for one in (ONE, LARGE, TWO)}
    assert list(read_bundle(path)) == [ONE, LARGE, TWO]


def test_only_its_owner_reads_a_bundle(path: Path) -> None:
    BundleWriter(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_envelope_is_kept_once(path: Path) -> None:
    with BundleWriter(path) as writer:
        assert writer.append(ONE)
        assert not writer.append(ONE)
    with BundleWriter(path) as writer:
        assert not writer.append(ONE)
        assert writer.append(TWO)
    assert list(read_bundle(path)) == [ONE, TWO]


def test_only_lengths_of_envelopes_are_appended(path: Path) -> None:
    with BundleWriter(path) as writer, pytest.raises(NotABundle):
        writer.append(ONE + b"x")
    assert path.read_bytes() == HEADER


def test_synced_means_on_the_disk_for_another_reader(path: Path) -> None:
    with BundleWriter(path) as writer:
        writer.append(ONE)
        writer.sync()
        assert list(read_bundle(path)) == [ONE]


CUTS = [
    0,
    1,
    16,
    17,
    18,
    20,
    21,
    22,
    17 + 4 + LENGTH - 1,
    17 + 4 + LENGTH,
    17 + 4 + LENGTH + 3,
    len(WHOLE) - 1,
]


@pytest.mark.parametrize("cut", CUTS)
def test_a_writer_goes_on_after_any_interruption(path: Path, cut: int) -> None:
    path.write_bytes(WHOLE[:cut])
    whole = [ONE] if cut >= 17 + 4 + LENGTH else []
    with BundleWriter(path) as writer:
        assert writer.ids == {envelope_id(one) for one in whole}
        writer.append(THREE)
    assert list(read_bundle(path)) == [*whole, THREE]


@pytest.mark.parametrize("cut", CUTS)
def test_a_reader_takes_the_whole_frames_first(cut: int) -> None:
    frames = read_stream([WHOLE[:cut]])
    if cut >= 17 + 4 + LENGTH:
        assert next(frames) == ONE
    if cut in (17, 17 + 4 + LENGTH):  # exactly between two frames
        assert list(frames) == []
    else:
        with pytest.raises(BundleTruncated):
            next(frames)


def test_a_file_that_is_no_bundle_is_left_alone(path: Path) -> None:
    for raw, error in (
        (b"my thesis", NotABundle),
        (HEADER[:16] + b"\2", UnsupportedVersion),
        (HEADER + b"\0\0\0\1x", NotABundle),
    ):
        path.write_bytes(raw)
        with pytest.raises(error):
            BundleWriter(path)
        assert path.read_bytes() == raw


@given(raw=st.binary(max_size=100) | st.binary(max_size=100).map(lambda tail: HEADER + tail))
def test_bytes_are_a_bundle_or_an_error(raw: bytes) -> None:
    try:
        envelopes = list(read_stream([raw]))
    except (BundleError, UnsupportedVersion):
        return
    assert raw == HEADER
    assert envelopes == []
