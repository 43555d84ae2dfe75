"""The public half of an organizer's key: read strictly, for it decides who can open."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from offramp.crypto.errors import BadRecipient
from offramp.crypto.keyset import Recipient
from offramp.crypto.opening import OpeningKey
from offramp.desk.errors import BadName, NotAPublicHalf
from offramp.desk.people import OrganizerCard, read_organizer

CARD = OrganizerCard.of("alice", OpeningKey(bytes(32), bytes(64)))
X25519 = CARD.recipient.x25519.hex()
ED25519 = CARD.ed25519.hex()
MLKEM = base64.b64encode(CARD.recipient.mlkem).decode()


def changed(old: str, new: str) -> bytes:
    text = CARD.write().decode()
    assert old in text
    return text.replace(old, new).encode()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(CARD.write())
    assert read_organizer(tmp_path / "card") == CARD


MALFORMED = {
    "empty": b"",
    "not_toml": b"[",
    "not_utf8": b"\xff",
    "nested": b"a = " + b"[" * 4000,
    "too_long": CARD.write() + b"#" * 10_000,
    "a_courier": changed("offramp organizer", "offramp courier"),
    "one_more_member": CARD.write() + b'more = "x"\n',
    "a_number_for_a_name": changed('"alice"', "5"),
    "upper_case": changed(X25519, X25519.upper()),
    "short_x25519": changed(X25519, X25519[:-2]),
    "no_hexadecimal": changed(X25519, "z" * 64),
    "white_space": changed(X25519, " " + X25519),
    "short_ed25519": changed(ED25519, ED25519[:-2]),
    "without_ed25519": changed(f'ed25519 = "{ED25519}"\n', ""),
    "short_mlkem": changed(MLKEM, MLKEM[:-4]),
    "no_base64": changed(MLKEM, "!" + MLKEM[1:]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_card_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(MALFORMED[name])
    with pytest.raises(NotAPublicHalf):
        read_organizer(tmp_path / "card")


@pytest.mark.parametrize("name", ["", "../eve", "a b", "é", "a" * 41, "-rf"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(changed('"alice"', f'"{name}"'))
    with pytest.raises(BadName):
        read_organizer(tmp_path / "card")


@pytest.mark.parametrize(
    "card",
    [
        changed(X25519, "00" * 32),
        changed(MLKEM, base64.b64encode(b"\xff" * 1184).decode()),
        changed(ED25519, "01" + "00" * 31),
    ],
    ids=["x25519", "mlkem", "ed25519"],
)
def test_keys_that_nothing_can_be_sealed_to_are_refused(card: bytes, tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(card)
    with pytest.raises(BadRecipient):
        read_organizer(tmp_path / "card")


def test_a_fingerprint_is_over_the_name_and_all_keys() -> None:
    other = OrganizerCard.of("alice", OpeningKey(b"\1" * 32, b"\1" * 64))
    cards = [
        CARD,
        replace(CARD, name="alicia"),
        replace(CARD, recipient=Recipient(other.recipient.x25519, CARD.recipient.mlkem)),
        replace(CARD, recipient=Recipient(CARD.recipient.x25519, other.recipient.mlkem)),
        replace(CARD, ed25519=other.ed25519),
    ]
    assert len({card.fingerprint for card in cards}) == 5
    assert all(len(card.fingerprint) == 35 and card.fingerprint.replace(" ", "").isdigit() for card in cards)
