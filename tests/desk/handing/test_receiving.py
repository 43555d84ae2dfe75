"""An adviser's desk takes nothing but what an organizer of the campaign handed to its own key, until it is over."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.crypto.draft import read_draft
from offramp.crypto.errors import (
    HandOffDamaged,
    HandOffForged,
    HandOffForSomebodyElse,
    NotAHandOff,
    OfframpError,
)
from offramp.crypto.handoff import (
    Statement,
    open_hand_off,
    read_statement,
    seal_hand_off,
    sign_statement,
)
from offramp.crypto.opening import OpeningKey
from offramp.crypto.signing import signing_seed
from offramp.desk import days
from offramp.desk.desk import Person
from offramp.desk.errors import WrongRole
from offramp.desk.handing.errors import (
    HandOffFromStranger,
    HandOffOfAnotherCampaign,
    HandOffOver,
    NoSuchHandOff,
)
from offramp.desk.handing.handed import destroy, find_handed, handed, receive_hand_off, what_was_handed
from tests.desk.handing.cast import Cast, other_adviser


def statement(cast: Cast, **changes: object) -> Statement:
    """What alice might hand to dana."""
    today = days.today()
    said = Statement(
        "quit-ice",
        secrets.token_bytes(16),
        cast.alice.me.public,
        cast.dana.me.public,
        today,
        today + timedelta(days=30),
        (("What would help you?", "A résumé."),),
    )
    return replace(said, **changes)  # type: ignore[arg-type]


def refused(cast: Cast, file: bytes, reason: type[OfframpError]) -> None:
    with pytest.raises(reason) as caught:
        receive_hand_off(cast.dana, file)
    assert type(caught.value) is reason
    assert handed(cast.dana) == []


def sealed(cast: Cast, said: Statement, seed: bytes | None = None) -> bytes:
    return seal_hand_off(sign_statement(said, seed or cast.alice.me.seed), cast.dana.me.key.public)


def test_what_an_organizer_hands_over_is_taken_in(cast: Cast) -> None:
    said = statement(cast)
    receive_hand_off(cast.dana, sealed(cast, said))
    assert what_was_handed(cast.dana, said.id) == said
    assert find_handed(cast.dana).id == said.id
    assert find_handed(cast.dana, said.id.hex()[:4].upper()).by == "alice"


def test_nobody_but_an_organizer_can_hand_anything_over(cast: Cast) -> None:
    stranger = OpeningKey.generate()
    erin, _ = other_adviser(cast)
    for key in (stranger, erin.me.key):
        author = Person.adviser("erin", key).public
        refused(cast, sealed(cast, statement(cast, author=author), signing_seed(key)), HandOffFromStranger)


def test_nobody_can_write_in_an_organizers_name(cast: Cast) -> None:
    refused(cast, sealed(cast, statement(cast), secrets.token_bytes(32)), HandOffForged)


def test_nobody_passes_on_what_was_meant_for_them(cast: Cast) -> None:
    """Erin opens hers, and seals alice's signed words to dana: they name erin's key, not dana's."""
    erin, _ = other_adviser(cast)
    for_erin = sign_statement(statement(cast, adviser=erin.me.public), cast.alice.me.seed)
    refused(cast, seal_hand_off(for_erin, cast.dana.me.key.public), HandOffForSomebodyElse)


def test_another_campaigns_is_refused(cast: Cast) -> None:
    refused(cast, sealed(cast, statement(cast, campaign="quit-cbp")), HandOffOfAnotherCampaign)


def test_one_that_is_over_is_not_opened(cast: Cast) -> None:
    begun = days.today() - timedelta(days=31)
    over = statement(cast, day=begun, last_day=begun + timedelta(days=30))
    refused(cast, sealed(cast, over), HandOffOver)


def test_it_is_there_on_its_last_day_and_gone_on_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = statement(cast)
    receive_hand_off(cast.dana, sealed(cast, said))
    monkeypatch.setattr(days, "today", lambda: said.last_day)
    assert len(handed(cast.dana)) == 1
    monkeypatch.setattr(days, "today", lambda: said.last_day + timedelta(days=1))
    with pytest.raises(NoSuchHandOff):
        what_was_handed(cast.dana, said.id)
    assert handed(cast.dana) == []
    assert not list(cast.dana.vault.large_records())


def test_an_adviser_can_destroy_it_before(cast: Cast) -> None:
    kept, gone = statement(cast), statement(cast)
    for one in (kept, gone):
        receive_hand_off(cast.dana, sealed(cast, one))
    destroy(cast.dana, gone.id)
    assert [one.id for one in handed(cast.dana)] == [kept.id]
    assert what_was_handed(cast.dana, kept.id) == kept
    with pytest.raises(NoSuchHandOff):
        find_handed(cast.dana, gone.id.hex())


def test_files_that_are_none(cast: Cast) -> None:
    refused(cast, b"", NotAHandOff)
    refused(cast, b"%PDF-", NotAHandOff)
    file = sealed(cast, statement(cast))
    refused(cast, file[:-1], HandOffDamaged)
    refused(cast, file + b"\0", HandOffDamaged)


def test_an_organizers_desk_takes_no_hand_off(cast: Cast) -> None:
    with pytest.raises(WrongRole):
        receive_hand_off(cast.alice, sealed(cast, statement(cast)))


def test_every_changed_byte_is_found(cast: Cast) -> None:
    file = sealed(cast, statement(cast))
    places = [*range(0, 60), 1104, 1105, 1200, 1201, 1300, len(file) // 2, len(file) - 1]
    for place in places:
        changed = bytearray(file)
        changed[place] ^= 1
        with pytest.raises(OfframpError):
            receive_hand_off(cast.dana, bytes(changed))
    assert handed(cast.dana) == []


@given(st.binary(max_size=400))
def test_readers_raise_nothing_but_errors_of_ours(raw: bytes) -> None:
    readers: tuple[Callable[[bytes], object], ...] = (
        read_statement,
        read_draft,
        lambda one: read_draft(b"offramp/draft\0\0\0\1" + one),
        lambda one: open_hand_off(b"offramp/handoff\0\1" + one, KEY),
        lambda one: read_statement(len(one).to_bytes(4, "big") + one + bytes(64)),
    )
    for read in readers:
        with contextlib.suppress(OfframpError):
            read(raw)


KEY = OpeningKey.generate()
