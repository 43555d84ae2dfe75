"""The public half of a courier's key, which the operator of a server is given."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from offramp.desk.errors import BadName
from offramp.desk.people import CourierCard, check_name
from offramp.server.couriers import Courier
from tests.desk.team import Team

CARD = CourierCard("carla", bytes(31) + b"\1", bytes(31) + b"\2")


def test_ten_words_are_over_the_name_and_all_keys() -> None:
    cards = [
        CARD,
        replace(CARD, name="carola"),
        replace(CARD, ed25519=bytes(31) + b"\3"),
        replace(CARD, client_auth=bytes(31) + b"\3"),
    ]
    assert len({card.words for card in cards}) == 4
    assert all(len(card.words.split()) == 10 for card in cards)


def test_the_operator_sees_the_words_that_the_courier_does(team: Team) -> None:
    card = CourierCard("carla", team.carla.public, team.carla.public_client_auth)
    said = tomllib.loads(card.write().decode())
    there = Courier(said["name"], bytes.fromhex(said["ed25519"]), said["client_auth"])
    assert there.words == card.words


@pytest.mark.parametrize("name", ["", "../eve", "a b", "é", "a" * 41, "-rf", "_x"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BadName):
        check_name(name)


@pytest.mark.parametrize("name", ["carla", "C", "c-3_po", "a" * 40, "0"])
def test_a_name_is_taken_as_it_is(name: str) -> None:
    assert check_name(name) == name
