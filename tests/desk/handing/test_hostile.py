"""Drafts and hand-offs that were made to break a desk, and what is left of them when a case is forgotten."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

import pytest

from offramp.crypto.bundle import read_bundle
from offramp.crypto.draft import letter_of, sign_draft
from offramp.crypto.envelope import envelope_id
from offramp.crypto.errors import DraftMalformed, HandOffMalformed
from offramp.crypto.handoff import Statement, seal_hand_off, sign_statement
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.cases.forgetting import drop_forgotten, forget
from offramp.desk.cases.importing import import_bundle
from offramp.desk.cases.triage import add_note, set_status
from offramp.desk.desk import Decision, Desk
from offramp.desk.handing import drafts as drafting_module
from offramp.desk.handing.cards import key_of
from offramp.desk.handing.drafting import write_draft
from offramp.desk.handing.drafts import all_drafts
from offramp.desk.handing.errors import DraftForNoHandOff
from offramp.desk.handing.handed import receive_hand_off
from offramp.desk.handing.handing_over import end_hand_off
from offramp.desk.handing.personal import why_personal
from offramp.desk.team.sharing import share
from offramp.desk.vault.vault import HOUSE
from tests.desk.handing.cast import Cast
from tests.desk.team import write_bundle


def strangers_draft(desk: Desk, keyset: Keyset, *files: Attachment) -> bytes:
    """Anybody can make a key, and a draft for no hand-off."""
    draft = sign_draft(
        secrets.token_bytes(32),
        campaign=desk.campaign.id,
        hand_off=secrets.token_bytes(16),
        day=days.today(),
        text="hello",
        files=files,
    )
    return seal(letter_of(draft, keyset.id), keyset)


def test_strangers_drafts_keep_no_advisers_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The places for drafts that came early are few; one that found none free is read again."""
    monkeypatch.setattr(drafting_module, "MOST_WAITING", 3)
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    flood = [strangers_draft(cast.bob, cast.team.first) for _ in range(3)]
    place = write_bundle(cast.place / "drafts", *flood)
    import_bundle(cast.bob, place)
    (cast.place / "drafts").unlink()
    sent = cast.place / "sent"
    sent.write_bytes(write_draft(cast.dana, hand_off.id, "Try the newspapers."))
    found = import_bundle(cast.bob, sent)
    assert [type(reason) for _, reason in found.refused] == [DraftForNoHandOff]
    cast.arrives(*share(cast.alice), at=cast.bob)
    import_bundle(cast.bob, sent)
    assert [one.text for one in all_drafts(cast.bob)] == ["Try the newspapers."]


def test_a_draft_with_more_files_than_anybody_sends(cast: Cast) -> None:
    files = (Attachment("a", b""),) * 70_000
    place = write_bundle(cast.place / "drafts", strangers_draft(cast.alice, cast.team.first, *files))
    found = import_bundle(cast.alice, place)
    assert [type(reason) for _, reason in found.refused] == [DraftMalformed]


def test_a_hand_off_that_never_ends_breaks_nothing(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    for_ever = replace(hand_off, last_day=date.max).to_value()
    cast.alice.decide(Decision(cast.case, "hand_off", for_ever, adds=True, after=hand_off.events))
    cast.arrives(*share(cast.alice), at=cast.bob)
    sent = cast.place / "sent"
    sent.write_bytes(write_draft(cast.dana, hand_off.id, "Try the newspapers."))
    assert import_bundle(cast.bob, sent).drafts == 1


def test_no_hand_off_gets_into_the_house(cast: Cast) -> None:
    """There lies the adviser's own key, and what is handed over is destroyed with its room."""
    dana = key_of(cast.dana.me)
    made = Statement(
        cast.alice.campaign.id,
        HOUSE,
        cast.alice.me.public,
        dana.ed25519,
        days.today(),
        days.today(),
        (("Message", "hello"),),
    )
    file = seal_hand_off(sign_statement(made, cast.alice.me.seed), dana.recipient)
    with pytest.raises(HandOffMalformed):
        receive_hand_off(cast.dana, file)


def test_what_told_of_a_forgotten_case_leaves_the_bundle_too(cast: Cast) -> None:
    """Notes and drafts travel in letters of their own, which this desk's key would go on opening."""
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    add_note(cast.alice, cast.case, "a note about them")
    sent = cast.place / "sent"
    sent.write_bytes(write_draft(cast.dana, hand_off.id, "Try the newspapers."))
    [draft] = read_bundle(sent)
    news = share(cast.alice)
    bundle = write_bundle(cast.place / "inbox", draft, *news)
    import_bundle(cast.bob, bundle)
    assert len(all_drafts(cast.bob)) == 1
    end_hand_off(cast.bob, cast.case, hand_off.id)
    set_status(cast.bob, [cast.case], "done")
    forget(cast.bob, [cast.case])
    assert drop_forgotten(cast.bob, bundle) == 1 + len(news)
    assert list(read_bundle(bundle)) == []
    again = write_bundle(cast.place / "again", draft, *news)
    found = import_bundle(cast.bob, again)
    assert (found.known, found.drafts, found.events) == (1 + len(news), 0, 0)
    resealed = seal(cast.letter_in(sent.read_bytes()), cast.team.second)
    assert envelope_id(resealed) != envelope_id(draft)
    import_bundle(cast.bob, write_bundle(cast.place / "more", resealed))
    assert all_drafts(cast.bob) == []


@pytest.mark.parametrize("text", ["a" * 300_000, "a@" * 100_000, "mr " * 100_000, "1(" * 100_000])
def test_looking_for_names_takes_no_longer_than_reading(text: str) -> None:
    why_personal(text)
