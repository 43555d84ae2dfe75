"""Letters that were made to break a desk: what they reach for stays out of reach, and all others come in."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offramp.crypto.envelope import envelope_id
from offramp.crypto.letter import Attachment
from offramp.crypto.sealing import seal
from offramp.desk.answers.conversation import conversation
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases import similar
from offramp.desk.cases.errors import LetterOverfull
from offramp.desk.cases.forgetting import forget
from offramp.desk.cases.listing import rows
from offramp.desk.cases.search import text_of
from offramp.desk.cases.similar import groups
from offramp.desk.cases.sketch import likeness
from offramp.desk.cases.triage import set_status
from offramp.desk.desk import Desk
from offramp.desk.errors import NoAnswerWanted
from offramp.desk.vault.vault import HOUSE
from tests.desk.cases.filled import offer, sealed_offer, take_in
from tests.desk.team import PASSPHRASE, Team, Worker, letter, sealed


def test_no_letter_gets_into_the_house(team: Team, unlocked: Desk, desk: Path) -> None:
    """The house holds the organizer's own key: a case that has its id would take it along when it goes."""
    hostile = Worker(HOUSE, bytes(32)).asks(team.first, "buy my watches")
    found = take_in(unlocked, hostile, sealed(team.first))
    assert found.letters == 1
    assert [name for name, _ in found.refused] == [envelope_id(hostile)]
    set_status(unlocked, [row.id for row in rows(unlocked)], "spam")
    forget(unlocked, [row.id for row in rows(unlocked)])
    unlocked.lock()
    opened = Desk.unlock(unlocked.vault.path, PASSPHRASE, CampaignFolder(desk / "campaign"))
    assert opened.me.name == "alice"
    opened.lock()


@pytest.mark.parametrize(
    "made",
    [
        {"attachments": tuple(Attachment("a", b"") for _ in range(65_537))},
        {"fields": tuple((f"a{number}", "") for number in range(5_000))},
        {"fields": (("message", *("" for _ in range(50_000))),)},
    ],
    ids=["files", "questions", "values"],
)
def test_an_overfull_letter_stops_no_other(team: Team, unlocked: Desk, made: dict[str, Any]) -> None:
    hostile = seal(replace(letter(team.first), **made), team.first)
    found = take_in(unlocked, sealed(team.first, "first"), hostile, sealed(team.first, "second"))
    assert found.letters == 2
    assert [(name, type(reason)) for name, reason in found.refused] == [
        (envelope_id(hostile), LetterOverfull)
    ]
    assert take_in(unlocked, hostile).refused == []


@pytest.mark.parametrize("hostile_first", [True, False])
def test_nobody_is_answered_in_place_of_somebody_without_words(
    team: Team, unlocked: Desk, hostile_first: bool
) -> None:
    """The server knows the ids of envelopes. No thread of twelve words is one of them."""
    honest = sealed_offer(team.first, "I write résumés for a living.")
    name = envelope_id(honest)
    other = Worker(name, bytes(32)).sends(offer(team.first, "Answer me here."), team.first)
    for one in (other, honest) if hostile_first else (honest, other):
        take_in(unlocked, one)
    with pytest.raises(NoAnswerWanted):
        conversation(unlocked, name).address()
    assert [row.wants_answer for row in rows(unlocked)] == [False]


def test_letters_that_grow_in_searching_do_not_fill_the_memory(team: Team, unlocked: Desk) -> None:
    """One character can stand for eighteen."""
    assert len(unicodedata.normalize("NFKD", "\ufdfa")) == 18
    swollen = {f"field{number}": "\ufdfa" * 10_000 for number in range(50)}
    take_in(unlocked, seal(offer(team.first, "Zürich", **swollen), team.first))
    found = text_of(unlocked, rows(unlocked)[0].id)
    assert found.startswith("zurich")
    assert len(found) < 2 * 50 * 10_000


def test_nearly_alike_texts_cost_no_more_than_others(
    team: Team, unlocked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that share one part, and are not alike, are compared with a few of the others, not with all."""
    compared = 0

    def counted(one: Sequence[int], other: Sequence[int]) -> float:
        nonlocal compared
        compared += 1
        return likeness(one, other)

    chance = random.Random(1)
    shared = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=1000))
    texts = [shared + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=2000)) for _ in range(600)]
    monkeypatch.setattr(similar, "likeness", counted)
    monkeypatch.setattr(similar, "MOST_NEAR", 2)
    take_in(unlocked, *(sealed_offer(team.first, text) for text in texts))
    groups(unlocked)
    assert compared <= 600 * 16 * 2
