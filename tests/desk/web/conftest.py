"""What the tests of the desk's pages share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto.opening import OpeningKey
from offramp.desk.desk import Desk, Person
from tests.desk.team import PASSPHRASE, Team, new_desk
from tests.desk.web.visiting import Visit, place_at


@pytest.fixture
def visit(desk: Path, team: Team) -> Iterator[Visit]:
    """Alice's desk, empty and locked, and a browser outside its door."""
    place = place_at(desk / "alice", desk / "campaign")
    new_desk(place.vault, place.campaign, "alice", team.alice).lock()
    one = Visit(place)
    yield one
    one.keeper.end()


@pytest.fixture
def dana(desk: Path) -> Iterator[Visit]:
    """The desk of Dana, an adviser whose key nobody knows yet; empty and locked."""
    (desk / "campaign" / "keysets" / "000002.keyset").unlink()  # Alice opens what is sealed to the first one
    place = place_at(desk / "dana", desk / "campaign")
    Desk.create(place.vault, PASSPHRASE, place.campaign, Person.adviser("dana", OpeningKey.generate())).lock()
    one = Visit(place)
    yield one
    one.keeper.end()
