"""Parcels: what comes out is what went in, and nothing that was touched comes out."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.crypto.answer import MAX_PARCEL_SIZE
from offramp.crypto.envelope import SIZE_CLASSES
from offramp.crypto.errors import ParcelDamaged, ParcelError, ParcelTooLarge, WrongParcelLength
from offramp.crypto.parcel import class_of_parcel, parcel_id, parcel_length
from offramp.crypto.parcel_sealing import open_parcel, seal_parcel
from tests.crypto.vectors import FOLDER

DATA = b"a revised r\xe9sum\xe9"
SEALED, ENTRY = seal_parcel(DATA, "a.pdf")
LONG = secrets.token_bytes(200_000)
LONG_SEALED, LONG_ENTRY = seal_parcel(LONG, "")
SEALED_CHUNK = 65_536 + 16


@given(data=st.binary(max_size=400) | st.integers(16_000, 70_000).map(bytes))
def test_what_is_sealed_is_opened(data: bytes) -> None:
    sealed, entry = seal_parcel(data, "a")
    assert (entry.size, entry.name, entry.id) == (len(data), "a", parcel_id(sealed))
    assert class_of_parcel(len(sealed)) is not None
    assert open_parcel(sealed, entry.key, entry.size) == data


@pytest.mark.parametrize("size_class", SIZE_CLASSES)
def test_classes_at_their_edges(size_class: int) -> None:
    sealed, entry = seal_parcel(bytes(size_class - 4), "a")
    assert len(sealed) == parcel_length(size_class)
    assert class_of_parcel(len(sealed)) == size_class
    assert open_parcel(sealed, entry.key, entry.size) == bytes(size_class - 4)
    if size_class < SIZE_CLASSES[-1]:
        assert class_of_parcel(len(seal_parcel(bytes(size_class - 3), "a")[0])) != size_class


def test_the_largest_parcel() -> None:
    assert SIZE_CLASSES[-1] - 4 == MAX_PARCEL_SIZE
    with pytest.raises(ParcelTooLarge):
        seal_parcel(bytes(MAX_PARCEL_SIZE + 1), "a")


def test_the_lengths_are_those_of_the_format() -> None:
    text = (FOLDER.parent / "FORMAT.md").read_text()
    lengths = [f"{parcel_length(size_class):,}".replace(",", " ") for size_class in SIZE_CLASSES]
    assert f"that is {', '.join(lengths[:-1])} or {lengths[-1]} bytes" in text


def test_the_same_file_never_gives_the_same_parcel() -> None:
    sealed, entry = seal_parcel(DATA, "a.pdf")
    assert sealed != SEALED
    assert entry.id != ENTRY.id
    with pytest.raises(ParcelDamaged):
        open_parcel(sealed, ENTRY.key, ENTRY.size)


@given(bit=st.integers(0, 8 * len(SEALED) - 1))
@settings(max_examples=300)
def test_no_flipped_bit_goes_unseen(bit: int) -> None:
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ParcelDamaged):
        open_parcel(bytes(changed), ENTRY.key, ENTRY.size)


@given(length=st.integers(0, len(SEALED) - 1))
def test_no_truncated_parcel_opens(length: int) -> None:
    with pytest.raises(WrongParcelLength):
        open_parcel(SEALED[:length], ENTRY.key, ENTRY.size)


@given(size=st.integers(0, MAX_PARCEL_SIZE + 10).filter(lambda size: size != len(DATA)))
def test_no_other_size_opens(size: int) -> None:
    with pytest.raises(ParcelError):
        open_parcel(SEALED, ENTRY.key, size)


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 1, 3, 2), (0, 0, 2, 3), (3, 1, 2, 0)], ids=str)
def test_chunks_stay_in_their_places(order: tuple[int, ...]) -> None:
    assert open_parcel(LONG_SEALED, LONG_ENTRY.key, LONG_ENTRY.size) == LONG
    moved = b"".join(LONG_SEALED[i * SEALED_CHUNK : (i + 1) * SEALED_CHUNK] for i in order)
    with pytest.raises(ParcelDamaged):
        open_parcel(moved, LONG_ENTRY.key, LONG_ENTRY.size)


@given(length=st.integers(0, 9_000_000))
def test_few_lengths_are_a_parcels(length: int) -> None:
    of_classes = {parcel_length(size_class): size_class for size_class in SIZE_CLASSES}
    assert class_of_parcel(length) == of_classes.get(length)
