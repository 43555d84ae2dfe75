"""Handing chosen parts to one adviser: what goes over, what stays, and when it is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offramp.crypto.errors import HandOffForSomebodyElse
from offramp.crypto.letter import Attachment
from offramp.crypto.opening import OpeningKey
from offramp.desk import days
from offramp.desk.handing.advisers import AdviserKey, end_adviser, enroll, vet
from offramp.desk.handing.cards import key_of
from offramp.desk.handing.errors import (
    AdviserNotEnrolled,
    BadEndDate,
    HandingError,
    HandOffClosed,
    HandOffGone,
    HandOffHereAlready,
    HandOffTooLarge,
    NoSuchHandOff,
    NoSuchPart,
    NotARequest,
    NothingChosen,
    NotVetted,
    PartEmpty,
)
from offramp.desk.handing.handed import handed, receive_hand_off, what_was_handed
from offramp.desk.handing.handing_over import (
    end_hand_off,
    file_again,
    hand_offs,
    hand_over,
    handed_over,
    open_counts,
)
from offramp.desk.handing.parts import parts_of
from tests.desk.handing.cast import Cast, other_adviser, request
from tests.desk.team import Worker


def test_only_what_was_chosen_goes_over(cast: Cast) -> None:
    cast.enroll_dana()
    made, file = cast.hand("message", "help")
    said = cast.opened(file)
    assert [title for title, _ in said.parts] == ["What would help you?", "What kind of help?"]
    assert said.parts[1][1] == "Résumé, Interviews"
    assert said.id == made.id
    assert said.last_day == made.day + timedelta(days=30)


def test_what_says_who_they_are_is_off_unless_chosen(cast: Cast) -> None:
    chosen = {part.name.partition("@")[0] for part in parts_of(cast.alice, cast.case) if part.chosen}
    assert chosen == {"message", "region", "help"}
    assert all(part.why for part in parts_of(cast.alice, cast.case) if not part.chosen)


def test_the_adviser_reads_it_without_a_network(cast: Cast) -> None:
    cast.enroll_dana()
    made, file = cast.hand("message")
    receive_hand_off(cast.dana, file)
    (one,) = handed(cast.dana)
    assert (one.id, one.by, one.last_day) == (made.id, "alice", made.last_day)
    assert what_was_handed(cast.dana, one.id).parts[0][1].startswith("I write reports all day")
    with pytest.raises(HandOffHereAlready):
        receive_hand_off(cast.dana, file)


def test_nobody_else_opens_it(cast: Cast) -> None:
    cast.enroll_dana()
    _, file = cast.hand()
    erin, _ = other_adviser(cast)
    for desk in (erin,):
        with pytest.raises(HandOffForSomebodyElse):
            receive_hand_off(desk, file)


@pytest.mark.parametrize("vetting", ["none", "asked", "declined"])
def test_nobody_gets_anything_who_was_not_vetted(cast: Cast, vetting: str) -> None:
    cast.enroll_dana()
    vet(cast.alice, cast.offer, vetting)  # type: ignore[arg-type]
    with pytest.raises(NotVetted):
        cast.hand()
    assert hand_offs(cast.alice, cast.case) == []


def test_nobody_gets_anything_whose_key_was_not_enrolled(cast: Cast) -> None:
    vet(cast.alice, cast.offer, "vetted")
    with pytest.raises(AdviserNotEnrolled):
        cast.hand()
    enroll(cast.alice, cast.offer, key_of(cast.dana.me))
    cast.hand()
    end_adviser(cast.alice, cast.offer)
    with pytest.raises(AdviserNotEnrolled):
        cast.hand()


def test_where_organizers_disagree_about_somebody_nothing_is_handed_over(cast: Cast) -> None:
    cast.enroll_dana()
    other = vet(cast.bob, cast.offer, "declined")
    cast.alice.take_event(other)
    with pytest.raises(NotVetted):
        cast.hand()
    vet(cast.alice, cast.offer, "vetted")
    cast.hand()


def test_what_is_refused(cast: Cast) -> None:
    cast.enroll_dana()
    names = [part.name for part in parts_of(cast.alice, cast.case)]
    today = days.today()
    refusals: list[tuple[type[HandingError], dict[str, object]]] = [
        (NothingChosen, {"parts": []}),
        (NoSuchPart, {"parts": [*names, "message@000000000000"]}),
        (BadEndDate, {"last_day": today - timedelta(days=1)}),
        (BadEndDate, {"last_day": today + timedelta(days=367)}),
        (PartEmpty, {"wording": {names[0]: "  "}}),
        (NotARequest, {"case_id": cast.offer}),
        (NotARequest, {"case_id": bytes(16)}),
    ]
    for error, given in refusals:
        with pytest.raises(error):
            hand_over(
                cast.alice,
                **{"case_id": cast.case, "adviser_id": cast.offer, "parts": names} | given,  # type: ignore[arg-type]
            )
    assert hand_offs(cast.alice, cast.case) == []


def test_a_part_can_go_over_in_other_words(cast: Cast) -> None:
    cast.enroll_dana()
    name = parts_of(cast.alice, cast.case)[0].name
    made, file = hand_over(cast.alice, cast.case, cast.offer, [name], wording={name: "They write."})
    assert cast.opened(file).parts == (("What would help you?", "They write."),)
    kept = handed_over(cast.alice, made)
    assert kept is not None
    assert kept.parts == cast.opened(file).parts


def test_what_was_handed_to_whom_is_on_record_at_every_desk(cast: Cast) -> None:
    cast.enroll_dana()
    made, _ = cast.hand("help")
    for event in cast.alice.events.values():
        cast.bob.take_event(event)
    (seen,) = hand_offs(cast.bob, cast.case)
    assert seen == made
    assert seen.by == cast.alice.me.public
    assert open_counts(cast.bob) == {cast.offer: 1}
    assert handed_over(cast.bob, seen) is None  # the words themselves are where they were handed over


def test_ending_it_frees_the_adviser_and_another_can_take_over(cast: Cast) -> None:
    cast.enroll_dana()
    made, _ = cast.hand()
    end_hand_off(cast.alice, cast.case, made.id)
    assert [one.state(days.today()) for one in hand_offs(cast.alice, cast.case)] == ["ended"]
    assert not open_counts(cast.alice)
    for refused in (
        lambda: end_hand_off(cast.alice, cast.case, made.id),
        lambda: file_again(cast.alice, made.id),
    ):
        with pytest.raises(HandOffClosed):
            refused()
    erin, erins = other_adviser(cast)
    parts = [part.name for part in parts_of(cast.alice, cast.case) if part.chosen]
    _, file = hand_over(cast.alice, cast.case, erins, parts)
    receive_hand_off(erin, file)
    assert [one.adviser for one in hand_offs(cast.alice, cast.case)].count(erins) == 1


def test_two_who_end_it_at_once_agree(cast: Cast) -> None:
    cast.enroll_dana()
    made, _ = cast.hand()
    for event in list(cast.alice.events.values()):
        cast.bob.take_event(event)
    events = [end_hand_off(desk, cast.case, made.id) for desk in (cast.alice, cast.bob)]
    cast.alice.take_event(events[1])
    cast.bob.take_event(events[0])
    ours, theirs = (hand_offs(desk, cast.case) for desk in (cast.alice, cast.bob))
    assert ours == theirs
    assert len(ours) == 1
    assert ours[0].ended == days.today()
    assert ours[0].by == cast.alice.me.public


def test_a_file_that_was_lost_is_sealed_again(cast: Cast) -> None:
    cast.enroll_dana()
    made, first = cast.hand()
    again = file_again(cast.alice, made.id)
    assert again != first
    assert cast.opened(again) == cast.opened(first)
    assert len(hand_offs(cast.alice, cast.case)) == 1


def test_another_key_for_an_adviser_ends_what_was_sealed_to_the_old_one(cast: Cast) -> None:
    cast.enroll_dana()
    made, _ = cast.hand()
    new = OpeningKey.generate()
    enroll(cast.alice, cast.offer, AdviserKey("dana", new.public, cast.bob.me.public))
    assert [one.state(days.today()) for one in hand_offs(cast.alice, cast.case)] == ["ended"]
    assert hand_offs(cast.alice, cast.case)[0].id == made.id


def test_only_the_desk_that_handed_over_can_write_the_file_again(cast: Cast) -> None:
    cast.enroll_dana()
    made, _ = cast.hand()
    for event in cast.alice.events.values():
        cast.bob.take_event(event)
    with pytest.raises(HandOffGone):
        file_again(cast.bob, made.id)
    with pytest.raises(NoSuchHandOff):
        file_again(cast.bob, bytes(16))


def test_the_largest_file_that_anybody_can_send_can_be_handed_over(cast: Cast) -> None:
    cast.enroll_dana()
    worker = Worker.new()
    large = Attachment("cv.pdf", bytes(8_386_000))
    cast.arrives(request(worker, cast.team.first, files=(large,)), at=cast.alice)
    again = worker.writes_again(cast.team.first, "More.", ("b.pdf", bytes(100_000)))
    cast.arrives(again, at=cast.alice)
    files = [part.name for part in parts_of(cast.alice, worker.thread) if part.file]
    _, file = hand_over(cast.alice, worker.thread, cast.offer, files[:1])
    said = cast.opened(file)
    assert ([len(one.data) for one in said.files], said.keysets) == ([8_386_000], ())
    with pytest.raises(HandOffTooLarge):
        hand_over(cast.alice, worker.thread, cast.offer, files)
    assert len(hand_offs(cast.alice, worker.thread)) == 1
