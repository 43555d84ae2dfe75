"""Drafts on their way back: taken in, shown, used; and each that may not come in is refused by name."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest

from offramp.crypto.bundle import read_stream
from offramp.crypto.draft import draft_in, letter_of, sign_draft
from offramp.crypto.errors import DraftForged, DraftMalformed
from offramp.crypto.letter import Attachment, Letter
from offramp.desk import days
from offramp.desk.answers.unfinished import draft_text
from offramp.desk.handing import drafts as drafting_module
from offramp.desk.handing.advisers import end_adviser
from offramp.desk.handing.drafting import (
    save_unfinished,
    unfinished,
    write_draft,
    written_drafts,
)
from offramp.desk.handing.drafts import (
    all_drafts,
    dismiss_draft,
    draft_files,
    drafts,
    find_draft,
    receive_draft,
    settle_drafts,
    use_draft,
)
from offramp.desk.handing.errors import (
    DraftAfterEnd,
    DraftByAnother,
    DraftForNoHandOff,
    DraftOfAnotherCampaign,
    DraftReplayed,
    DraftTooLate,
    NoSuchHandOff,
    NothingDrafted,
)
from offramp.desk.handing.handed import receive_hand_off
from offramp.desk.handing.handing_over import end_hand_off, hand_over
from offramp.desk.handing.parts import parts_of
from offramp.desk.team.sharing import share
from tests.desk.handing.cast import Cast, other_adviser

Clock = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let so much time pass."""
    began = days.today()

    def move(by: timedelta) -> None:
        monkeypatch.setattr(days, "today", lambda: began + by)

    return move


def test_a_draft_comes_back_to_the_case(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    letter = cast.drafted(hand_off, "Try the newspapers.", ("cv.odt", b"better"))
    receive_draft(cast.alice, letter)
    (kept,) = drafts(cast.alice, cast.case)
    assert (kept.text, kept.adviser, kept.hand_off, kept.done) == (
        "Try the newspapers.",
        cast.offer,
        hand_off.id,
        None,
    )
    assert draft_files(cast.alice, kept) == (Attachment("cv.odt", b"better"),)
    assert drafts(cast.alice, cast.offer) == []


def test_an_organizer_uses_it_as_the_answer(cast: Cast) -> None:
    cast.enroll_dana()
    _, kept = cast.helped()
    use_draft(cast.alice, kept)
    assert draft_text(cast.alice, cast.case) == "Try the newspapers."
    assert drafts(cast.alice, cast.case)[0].done == "used"
    count = len(cast.alice.events)
    assert use_draft(cast.alice, kept) is None
    assert len(cast.alice.events) == count
    dismiss_draft(cast.alice, kept)
    assert find_draft(cast.alice, kept.id).done == "dismissed"


def test_the_desk_keeps_it_when_it_is_locked(cast: Cast) -> None:
    from offramp.desk.campaign_folder import CampaignFolder
    from offramp.desk.desk import Desk
    from tests.desk.team import PASSPHRASE

    cast.enroll_dana()
    _, kept = cast.helped()
    cast.alice.lock()
    cast.alice = Desk.unlock(
        cast.place / "alice" / "vault", PASSPHRASE, CampaignFolder(cast.place / "campaign")
    )
    assert drafts(cast.alice, cast.case) == [kept]
    cast.alice.lock()


def refused(cast: Cast, letter: Letter, reason: type[Exception]) -> None:
    before = all_drafts(cast.alice)
    with pytest.raises(reason) as caught:
        receive_draft(cast.alice, letter)
    assert type(caught.value) is reason
    assert all_drafts(cast.alice) == before


def test_a_replayed_draft_is_refused_by_name(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    letter = cast.drafted(hand_off, "Try the newspapers.")
    receive_draft(cast.alice, letter)
    refused(cast, letter, DraftReplayed)
    anew = letter_of(draft_in(letter), cast.team.second.id)
    refused(cast, anew, DraftReplayed)


def test_a_forged_draft_is_refused_by_name(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    letter = cast.drafted(hand_off, "Try the newspapers.")
    raw = bytearray(letter.attachments[0].data)
    for place in (20, 60, len(raw) // 2, len(raw) - 1):
        forged = bytearray(raw)
        forged[place] ^= 1
        refused(cast, _with(letter, bytes(forged)), DraftForged)
    refused(cast, _with(letter, bytes(raw[:40])), DraftMalformed)
    refused(cast, _with(letter, bytes(raw), bytes(raw)), DraftMalformed)
    refused(cast, _with(letter), DraftMalformed)


def _with(letter: Letter, *raw: bytes) -> Letter:
    attachments = tuple(Attachment("draft", one) for one in raw)
    return Letter("team", letter.campaign, letter.keyset_id, fields=letter.fields, attachments=attachments)


def test_another_advisers_draft_is_refused_by_name(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, _ = cast.hand()
    erin, _ = other_adviser(cast)
    for seed in (erin.me.seed, cast.bob.me.seed, secrets.token_bytes(32)):
        draft = sign_draft(
            seed, campaign="quit-ice", hand_off=hand_off.id, day=days.today(), text="Do it my way."
        )
        refused(cast, letter_of(draft, cast.team.first.id), DraftByAnother)


def test_a_draft_for_an_ended_hand_off_is_refused_by_name(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    letter = cast.drafted(hand_off, "Try the newspapers.")
    end_hand_off(cast.alice, cast.case, hand_off.id)
    refused(cast, letter, DraftAfterEnd)


def test_a_draft_by_an_adviser_whose_key_was_ended_is_refused_by_name(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    letter = cast.drafted(hand_off, "Try the newspapers.")
    end_adviser(cast.alice, cast.offer)
    refused(cast, letter, DraftByAnother)


def test_a_draft_written_after_the_last_day_is_refused_by_name(cast: Cast, later: Clock) -> None:
    cast.enroll_dana()
    hand_off, _ = cast.hand()
    draft = sign_draft(
        cast.dana.me.seed,
        campaign="quit-ice",
        hand_off=hand_off.id,
        day=hand_off.last_day + timedelta(days=1),
        text="I forgot.",
    )
    later(timedelta(days=31))
    refused(cast, letter_of(draft, cast.team.first.id), DraftTooLate)


def test_a_draft_may_be_a_week_on_its_way_and_no_longer(cast: Cast, later: Clock) -> None:
    cast.enroll_dana()
    hand_off, _ = cast.hand()

    def letter(text: str) -> Letter:
        draft = sign_draft(
            cast.dana.me.seed, campaign="quit-ice", hand_off=hand_off.id, day=hand_off.last_day, text=text
        )
        return letter_of(draft, cast.team.first.id)

    later(timedelta(days=38))
    refused(cast, letter("too late"), DraftTooLate)
    later(timedelta(days=37))
    assert receive_draft(cast.alice, letter("just in time"))


def test_a_draft_of_another_campaign_is_refused_by_name(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, _ = cast.hand()
    draft = sign_draft(
        cast.dana.me.seed, campaign="quit-cbp", hand_off=hand_off.id, day=days.today(), text="Do."
    )
    refused(cast, letter_of(draft, cast.team.first.id), DraftOfAnotherCampaign)


def test_a_draft_waits_for_the_event_that_says_what_it_answers(cast: Cast) -> None:
    """The courier brings them in any order: bob has the draft before he knows of the hand-off."""
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    letter = cast.drafted(hand_off, "Try the newspapers.", ("cv.odt", b"better"))
    assert receive_draft(cast.bob, letter) is None
    assert drafts(cast.bob, cast.case) == []
    assert settle_drafts(cast.bob) == []
    with pytest.raises(DraftReplayed):
        receive_draft(cast.bob, letter)
    for event in cast.alice.events.values():
        cast.bob.take_event(event)
    assert settle_drafts(cast.bob) == []
    (kept,) = drafts(cast.bob, cast.case)
    assert (kept.text, draft_files(cast.bob, kept)[0].data) == ("Try the newspapers.", b"better")
    assert not cast.bob.small[drafting_module.WAITING_SINCE]


def test_a_draft_that_waited_is_checked_like_any_other(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    assert receive_draft(cast.bob, cast.drafted(hand_off, "Try the newspapers.")) is None
    end_hand_off(cast.alice, cast.case, hand_off.id)
    for event in cast.alice.events.values():
        cast.bob.take_event(event)
    (refusal,) = settle_drafts(cast.bob)
    assert type(refusal[1]) is DraftAfterEnd
    assert drafts(cast.bob, cast.case) == []
    assert settle_drafts(cast.bob) == []


def test_nobody_fills_the_vault_with_drafts_for_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, later: Clock
) -> None:
    monkeypatch.setattr(drafting_module, "MOST_WAITING", 3)

    def spam(number: int) -> Letter:
        draft = sign_draft(
            secrets.token_bytes(32),
            campaign="quit-ice",
            hand_off=secrets.token_bytes(16),
            day=days.today(),
            text=f"spam {number}",
        )
        return letter_of(draft, cast.team.first.id)

    for number in range(3):
        assert receive_draft(cast.bob, spam(number)) is None
    with pytest.raises(DraftForNoHandOff):
        receive_draft(cast.bob, spam(3))
    later(timedelta(days=57))
    assert [type(reason) for _, reason in settle_drafts(cast.bob)] == [DraftForNoHandOff] * 3
    assert receive_draft(cast.bob, spam(4)) is None


def test_what_an_adviser_writes_is_kept_until_it_is_sealed(cast: Cast) -> None:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    save_unfinished(cast.dana, hand_off.id, "Try the")
    assert unfinished(cast.dana, hand_off.id) == "Try the"
    write_draft(cast.dana, hand_off.id, "Try the newspapers.")
    assert unfinished(cast.dana, hand_off.id) == ""
    assert [one.text for one in written_drafts(cast.dana, hand_off.id)] == ["Try the newspapers."]
    with pytest.raises(NothingDrafted):
        write_draft(cast.dana, hand_off.id, " \n")
    with pytest.raises(NoSuchHandOff):
        write_draft(cast.dana, bytes(16), "For nobody.")


def test_a_draft_is_sealed_to_a_keyset_that_came_with_the_hand_off(cast: Cast) -> None:
    """An adviser whose copy of the campaign is old needs no newer one."""
    cast.enroll_dana()
    hand_off, file = cast.hand()
    cast.dana.keysets = cast.dana.keysets[:1]
    receive_hand_off(cast.dana, file)
    letter = cast.drafted(hand_off, "Try the newspapers.")
    assert letter.keyset_id == cast.team.second.id


def test_the_next_message_goes_to_another_adviser(cast: Cast) -> None:
    cast.enroll_dana()
    first, _ = cast.helped()
    end_hand_off(cast.alice, cast.case, first.id)
    erin, erins = other_adviser(cast)
    parts = [part.name for part in parts_of(cast.alice, cast.case) if part.chosen]
    second, file = hand_over(cast.alice, cast.case, erins, parts)
    receive_hand_off(erin, file)
    letter = cast.letter_in(write_draft(erin, second.id, "Or radio."))
    receive_draft(cast.alice, letter)
    assert {one.text for one in drafts(cast.alice, cast.case)} == {"Try the newspapers.", "Or radio."}


def test_a_courier_may_bring_the_draft_before_the_events(cast: Cast) -> None:
    """From alice's desk to bob's as it really goes: in envelopes, in the wrong order."""
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    (envelope,) = read_stream([write_draft(cast.dana, hand_off.id, "Try the newspapers.")])
    cast.arrives(envelope, at=cast.bob)
    assert drafts(cast.bob, cast.case) == []
    cast.arrives(*share(cast.alice), at=cast.bob)
    (kept,) = drafts(cast.bob, cast.case)
    assert (kept.text, kept.hand_off) == ("Try the newspapers.", hand_off.id)
