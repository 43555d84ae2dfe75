"""Vetting, enrolling and ending advisers; the card that carries their key, and the words that are read over a call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from mnemonic import Mnemonic

from offramp.crypto.errors import BadRecipient
from offramp.crypto.keyset import Recipient
from offramp.crypto.opening import OpeningKey
from offramp.desk.errors import BadName, MissingFile
from offramp.desk.handing.advisers import (
    AdviserKey,
    add_adviser,
    adviser,
    advisers,
    end_adviser,
    enroll,
    find_adviser,
    vet,
)
from offramp.desk.handing.cards import key_of, parse_card, read_card, write_card
from offramp.desk.handing.errors import (
    AdviserKeysDiffer,
    AdviserNotEnrolled,
    KeyEnrolledAlready,
    NoSuchAdviser,
    NotAnAdvisersHalf,
    NotVetted,
    SeveralAdvisers,
)
from tests.desk.handing.cast import Cast


def key(name: str = "dana") -> AdviserKey:
    made = OpeningKey.generate()
    return AdviserKey(name, made.public, bytes(32)[:-1] + b"\1")


def test_ten_words_of_the_list(cast: Cast) -> None:
    words = key_of(cast.dana.me).words.split()
    assert len(words) == 10
    assert set(words) <= set(Mnemonic("english").wordlist)


def test_the_words_tell_every_part_of_a_key_apart(cast: Cast) -> None:
    mine, other = key_of(cast.dana.me), key()
    changed = (
        replace(mine, name="danb"),
        replace(mine, ed25519=other.ed25519),
        replace(mine, recipient=Recipient(other.recipient.x25519, mine.recipient.mlkem)),
        replace(mine, recipient=Recipient(mine.recipient.x25519, other.recipient.mlkem)),
    )
    assert len({one.words for one in (mine, other, *changed)}) == 6


def test_a_card_says_the_key_again(cast: Cast, tmp_path: Path) -> None:
    mine = key_of(cast.dana.me)
    path = tmp_path / "dana.adviser.toml"
    path.write_bytes(write_card(mine))
    assert read_card(path) == mine
    with pytest.raises(MissingFile):
        read_card(tmp_path / "none")


def test_cards_that_are_none(cast: Cast) -> None:
    card = write_card(key_of(cast.dana.me)).decode()
    for old, new in (
        ("offramp adviser", "offramp organizer"),
        ("ed25519", "ed25518"),
        ('name = "dana"', "name = 1"),
        ('name = "dana"', 'name = "dana"\nmore = "x"'),
        ('x25519 = "', 'x25519 = "A'),
        ('x25519 = "', 'x25519 = "ab'),
        ('mlkem768 = "', 'mlkem768 = "!'),
        ('mlkem768 = "', 'mlkem768 = "AAAA'),
        ('"', ""),
    ):
        assert old in card
        with pytest.raises(NotAnAdvisersHalf):
            parse_card(card.replace(old, new).encode())
    for raw in (b"", b"\xff", b"#" * 9000, b"a = " + b"[" * 4000):
        with pytest.raises(NotAnAdvisersHalf):
            parse_card(raw)
    with pytest.raises(BadName):
        parse_card(card.replace('"dana"', '"../dana"').encode())


def test_keys_that_cannot_be_used_are_found_in_time(cast: Cast) -> None:
    good = key_of(cast.dana.me)
    for bad in (
        replace(good, ed25519=b"\1" + bytes(31)),
        replace(good, recipient=Recipient(bytes(32), good.recipient.mlkem)),
        replace(good, recipient=Recipient(good.recipient.x25519, b"\xff" * 1184)),
    ):
        with pytest.raises(BadRecipient):
            parse_card(write_card(bad))


def test_from_an_offer_to_an_adviser(cast: Cast) -> None:
    one = adviser(cast.alice, cast.offer)
    assert (one.vetting, one.keys, one.may_be_handed) == ("none", (), False)
    assert advisers(cast.alice) == []
    vet(cast.alice, cast.offer, "asked")
    with pytest.raises(NotVetted):
        enroll(cast.alice, cast.offer, key_of(cast.dana.me))
    vet(cast.alice, cast.offer, "vetted")
    enroll(cast.alice, cast.offer, key_of(cast.dana.me))
    (one,) = advisers(cast.alice)
    assert (one.name, one.may_be_handed, one.key()) == ("dana", True, key_of(cast.dana.me))
    end_adviser(cast.alice, cast.offer)
    assert not adviser(cast.alice, cast.offer).may_be_handed
    with pytest.raises(AdviserNotEnrolled):
        end_adviser(cast.alice, cast.offer)


def test_nobody_is_two_advisers(cast: Cast) -> None:
    cast.enroll_dana()
    other = add_adviser(cast.alice, "dana's sister")
    vet(cast.alice, other, "vetted")
    mine = key_of(cast.dana.me)
    for taken in (mine, replace(key(), ed25519=mine.ed25519), replace(mine, ed25519=key().ed25519)):
        with pytest.raises(KeyEnrolledAlready):
            enroll(cast.alice, other, taken)
    with pytest.raises(KeyEnrolledAlready):
        enroll(cast.alice, cast.offer, mine)


def test_two_keys_that_two_organizers_enrolled_are_none_until_one_decides(cast: Cast) -> None:
    vet(cast.alice, cast.offer, "vetted")
    for event in cast.alice.events.values():
        cast.bob.take_event(event)
    ours = enroll(cast.alice, cast.offer, key_of(cast.dana.me))
    theirs = enroll(cast.bob, cast.offer, key())
    cast.alice.take_event(theirs)
    cast.bob.take_event(ours)
    for desk in (cast.alice, cast.bob):
        assert len(adviser(desk, cast.offer).keys) == 2
        with pytest.raises(AdviserKeysDiffer):
            adviser(desk, cast.offer).key()
    enroll(cast.alice, cast.offer, key_of(cast.dana.me))
    assert adviser(cast.alice, cast.offer).key() == key_of(cast.dana.me)


def test_a_key_that_one_of_two_organizers_ended_is_ended(cast: Cast) -> None:
    cast.enroll_dana()
    for event in list(cast.alice.events.values()):
        cast.bob.take_event(event)
    other = enroll(cast.alice, cast.offer, key())
    end = end_adviser(cast.bob, cast.offer)
    cast.alice.take_event(end)
    cast.bob.take_event(other)
    for desk in (cast.alice, cast.bob):
        assert adviser(desk, cast.offer).keys == ()


def test_finding_somebody(cast: Cast) -> None:
    assert find_adviser(cast.alice, cast.offer.hex()[:8]).id == cast.offer
    cast.enroll_dana()
    assert find_adviser(cast.alice, "DANA").id == cast.offer
    first = add_adviser(cast.alice, "erin", {"skills": ["Interviews"], "hours": 3})
    assert find_adviser(cast.alice, "erin").id == first
    add_adviser(cast.alice, "Erin")
    with pytest.raises(SeveralAdvisers):
        find_adviser(cast.alice, "erin")
    assert find_adviser(cast.alice, first.hex()).id == first
    for nobody in ("frank", "", cast.case.hex()):
        with pytest.raises(NoSuchAdviser):
            find_adviser(cast.alice, nobody)
    with pytest.raises(NoSuchAdviser):
        vet(cast.alice, cast.case, "vetted")
