"""Keysets: making them, and that nothing but a KeysetError comes of bytes that are none."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.crypto.errors import (
    BadRecipient,
    BadSignature,
    KeysetError,
    KeysetExpired,
    NotAKeyset,
    UnsupportedVersion,
    WrongCampaign,
    WrongOnion,
)
from offramp.crypto.keyset import Keyset, Recipient, read_keyset, verify_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.opening import OpeningKey
from tests.crypto.samples import (
    ANN,
    BEN,
    CAMPAIGN,
    CARD_KEY,
    KEYSET,
    NOW,
    ONION,
    RAW,
    ROOT,
    ROOT_SEED,
    make_raw,
)

REFUSED = (KeysetError, UnsupportedVersion)
LOW_ORDER = bytes([1]) + bytes(31)


def verify(raw: bytes, **changes: Any) -> Keyset:
    usual: dict[str, Any] = {"root": ROOT, "campaign": CAMPAIGN, "now": NOW, "onion": ONION}
    return verify_keyset(raw, **(usual | changes))


def make(**changes: Any) -> bytes:
    usual: dict[str, Any] = {
        "campaign": CAMPAIGN,
        "onion": ONION,
        "sequence": 1,
        "previous": bytes(32),
        "valid_from": NOW,
        "valid_until": NOW + 60,
        "card_key": CARD_KEY,
        "organizers": [ANN.public],
        "slot_count": 8,
    }
    return sign_keyset(ROOT_SEED, **(usual | changes))


@pytest.mark.parametrize("slot_count", [2, 8, 10])
def test_organizers_and_dummies_fill_the_slots(slot_count: int) -> None:
    keyset = verify(make_raw(slot_count))
    assert keyset.slot_count == slot_count
    assert {ANN.public, BEN.public} <= set(keyset.recipients)
    assert len(set(keyset.recipients)) == slot_count


def test_the_number_of_slots_does_not_tell_the_number_of_organizers() -> None:
    assert len(make()) == len(make(organizers=[OpeningKey.generate().public for _ in range(8)]))


def test_organizers_stand_anywhere() -> None:
    places = {verify(make_raw(6)).recipients.index(ANN.public) for _ in range(120)}
    assert places == set(range(6))  # by chance one is missing once in 500 million runs


def test_each_keyset_has_its_own_dummies() -> None:
    one, other = verify(make_raw(8)), verify(make_raw(8))
    assert set(one.recipients) & set(other.recipients) == {ANN.public, BEN.public}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"slot_count": 1}, NotAKeyset),
        ({"slot_count": 11}, NotAKeyset),
        ({"organizers": []}, BadRecipient),
        (
            {"organizers": [ANN.public, BEN.public, OpeningKey.generate().public], "slot_count": 2},
            BadRecipient,
        ),
        ({"organizers": [ANN.public, ANN.public]}, BadRecipient),
        ({"organizers": [ANN.public, Recipient(ANN.public.x25519, BEN.public.mlkem)]}, BadRecipient),
        ({"organizers": [Recipient(LOW_ORDER, ANN.public.mlkem)]}, BadRecipient),
        ({"organizers": [Recipient(bytes(32), ANN.public.mlkem)]}, BadRecipient),
        ({"organizers": [Recipient(bytes(31), ANN.public.mlkem)]}, BadRecipient),
        ({"organizers": [Recipient(ANN.public.x25519, b"\xff" * 1184)]}, BadRecipient),
        ({"organizers": [Recipient(ANN.public.x25519, ANN.public.mlkem[:-1])]}, BadRecipient),
        ({"sequence": 0}, NotAKeyset),
        ({"sequence": 2}, NotAKeyset),
        ({"sequence": 2**32, "previous": ROOT}, NotAKeyset),
        ({"previous": ROOT}, NotAKeyset),
        ({"previous": bytes(31)}, NotAKeyset),
        ({"valid_from": -1}, NotAKeyset),
        ({"valid_until": NOW}, NotAKeyset),
        ({"valid_until": NOW + 367 * 86_400}, NotAKeyset),
        ({"onion": "short.onion"}, NotAKeyset),
        ({"onion": ONION.upper()}, NotAKeyset),
        ({"campaign": ""}, NotAKeyset),
        ({"campaign": "é"}, NotAKeyset),
        ({"campaign": "a" * 300}, NotAKeyset),
    ],
)
def test_no_bad_keyset_is_signed(changes: dict[str, Any], error: type[KeysetError]) -> None:
    with pytest.raises(error):
        make(**changes)


def test_an_old_keyset_can_still_be_read_by_a_desk() -> None:
    with pytest.raises(KeysetExpired):
        verify(RAW, now=NOW + 10_000_000)
    assert read_keyset(RAW, root=ROOT, campaign=CAMPAIGN) == KEYSET
    with pytest.raises(WrongCampaign):
        read_keyset(RAW, root=ROOT, campaign="another")
    with pytest.raises(BadSignature):
        read_keyset(RAW, root=ANN.public.x25519, campaign=CAMPAIGN)


def test_the_onion_is_asked_only_where_the_reader_stands_on_one() -> None:
    other = "other" * 11 + "a.onion"
    with pytest.raises(WrongOnion):
        verify(RAW, onion=other)
    assert verify(RAW, onion=None).onion == ONION


@given(raw=st.binary(max_size=400) | st.binary(max_size=3000).map(lambda tail: RAW[:140] + tail))
def test_bytes_are_no_keyset(raw: bytes) -> None:
    with pytest.raises(REFUSED):
        verify(raw)


@given(bit=st.integers(0, 8 * len(RAW) - 1))
def test_no_flipped_bit_goes_unseen(bit: int) -> None:
    changed = bytearray(RAW)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(REFUSED):
        verify(bytes(changed))


@given(raw=st.binary(min_size=165, max_size=182), root=st.binary(min_size=32, max_size=32))
def test_whatever_the_root_only_our_errors_come_out(raw: bytes, root: bytes) -> None:
    with suppress(*REFUSED):
        read_keyset(RAW[:17] + raw[17:], root=root, campaign=CAMPAIGN)
    with pytest.raises(REFUSED):
        read_keyset(RAW, root=root, campaign=CAMPAIGN)
