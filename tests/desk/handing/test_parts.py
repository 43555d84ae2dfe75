"""The parts of a case: what is on and off by itself, and what an adviser sees them as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offramp.campaign import Field
from offramp.crypto.letter import Attachment
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.taking_back import take_back
from offramp.desk.answers.writing import write_answer
from offramp.desk.cases.errors import NoSuchCase
from offramp.desk.cases.triage import add_note, merge
from offramp.desk.handing.handing_over import hand_over
from offramp.desk.handing.parts import Part, part_bytes, part_title, parts_of
from offramp.desk.handing.personal import why_personal
from tests.desk.handing.cast import Cast, request
from tests.desk.team import Worker

PERSONAL = [
    "Write to roe@example.org, please.",
    "My Signal is roe.42",
    "Call +1 (202) 555-0147 in the evening.",
    "I am on https://example.org/roe",
    "Find me as @janeroe",
    "My name is Jane.",
    "I am Jane Roe, and would like to leave.",
    "My supervisor is Bob and must not know.",
    "I share an office with John Smith every day.",
    "Badge 12345 is mine.",
    "Me llamo Juana.",
    "I work for ICE.",
    "I'm with the cbp in Texas.",
    "Ten years in the border patrol.",
    "I am at the Laredo station.",
    "HSI, if that helps.",
]
HARMLESS = [
    "",
    "I would like to write for a newspaper.",
    "How do I say in a résumé that I interviewed people?",
    "I speak French and like ice cream.",
    "I can start in 2027, or in 6 months.",
]


@pytest.mark.parametrize("text", PERSONAL)
def test_the_obvious_is_found(text: str) -> None:
    assert why_personal(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_and_what_is_harmless_is_not(text: str) -> None:
    assert why_personal(text) == ""


def test_what_they_gave_to_be_reached_by_is_found_in_other_texts() -> None:
    assert why_personal("roe-in-laredo, as I said", contact="on Threema as ROE-in-Laredo,") != ""
    assert why_personal("I would like to leave", contact="by post") == ""


def test_places_of_work_on_the_form_are_found_in_texts() -> None:
    options = ("Harbour Police: Night Watch", "Harbour Police: other office", "Somewhere else")
    assert why_personal("I am with the night watch.", places_of_work=options)
    assert why_personal("Somewhere else, I hope.", places_of_work=options) == ""


def by_name(cast: Cast) -> dict[str, Part]:
    parts = parts_of(cast.alice, cast.case)
    assert len({part.name for part in parts}) == len(parts)
    return {part.title: part for part in parts}


def test_a_case_with_everything(cast: Cast) -> None:
    again = cast.worker.writes_again(cast.team.first, "And radio?", ("Jane Roe.pdf", b"%PDF-"), read="0")
    cast.arrives(again)
    add_note(cast.alice, cast.case, "Sounds serious.")
    with opened_outbox(cast.place / "outbox.pack") as outbox:
        write_answer(cast.alice, cast.case, "We are looking.", (Attachment("a.pdf", b"a"),), outbox)
        write_answer(cast.alice, cast.case, "Wrong.", (), outbox)
        take_back(cast.alice, cast.case, 2, outbox)
    parts = by_name(cast)
    assert [title for title, part in parts.items() if part.chosen] == [
        "What would help you?",
        "Which part of the country?",
        "What kind of help?",
    ]
    assert [title for title, part in parts.items() if not part.chosen] == [
        "How can we reach you?",
        "Where do you work?",
        "What kind of work is it?",
        "Written later (1): What would you like to tell us?",
        "Written later (1): File 1",
        "Our answer 1",
        "Our answer 1: file 1",
        "Note 1",
    ]
    for part in parts.values():
        assert bool(part.why) is not part.chosen
        assert part_title(cast.alice, cast.case, part.name) == part.title
    files = {
        title: part_bytes(cast.alice, cast.case, part.name) for title, part in parts.items() if part.file
    }
    assert files == {"Written later (1): File 1": b"%PDF-", "Our answer 1: file 1": b"a"}
    assert part_bytes(cast.alice, cast.case, parts["Note 1"].name) == b""


def test_what_the_page_adds_to_a_follow_up_is_no_part(cast: Cast) -> None:
    cast.arrives(cast.worker.writes_again(cast.team.first, "And radio?"))
    assert not any(name.partition("@")[0] in ("answers_read", "day") for name in names(cast))


def names(cast: Cast) -> list[str]:
    return [part.name for part in parts_of(cast.alice, cast.case)]


def test_an_answer_that_is_not_on_the_form_is_off(cast: Cast) -> None:
    """Whoever sends a choice that nobody offered has typed it."""
    cast.arrives(asks_elsewhere := request(cast.worker, cast.team.first, ("soon", "When Jane Roe says so")))
    assert asks_elsewhere
    part = next(part for part in parts_of(cast.alice, cast.case) if part.name.startswith("soon@"))
    assert not part.chosen


@pytest.mark.parametrize(
    ("field", "value", "chosen"),
    [
        ("soon", "Within a year", True),
        ("languages", "English, Spanish", True),
        ("languages", "English; write to roe@example.org", False),
        ("employer", "a bakery", False),
        ("shoe_size", "42", False),
    ],
)
def test_fields_of_other_kinds(cast: Cast, field: str, value: str, chosen: bool) -> None:
    worker = Worker.new()
    cast.arrives(request(worker, cast.team.first, (field, value)))
    part = next(one for one in parts_of(cast.alice, worker.thread) if one.name.startswith(f"{field}@"))
    assert part.chosen is chosen


def test_a_line_that_another_campaign_asks_for_is_off(cast: Cast) -> None:
    question = Field("hobby", "line", "What do you like to do?", "", False, (), ())
    form = replace(cast.alice.campaign.help, fields=(*cast.alice.campaign.help.fields, question))
    cast.alice.campaign = replace(cast.alice.campaign, help=form)
    worker = Worker.new()
    cast.arrives(request(worker, cast.team.first, ("hobby", "chess")), at=cast.alice)
    part = next(one for one in parts_of(cast.alice, worker.thread) if one.name.startswith("hobby@"))
    assert (part.chosen, part.title) == (False, "What do you like to do?")


def test_an_adviser_sees_no_senders_file_name_and_no_gap_in_numbers(cast: Cast) -> None:
    cast.enroll_dana()
    worker = Worker.new()
    files = (Attachment("Jane Roe.pdf", b"1"), Attachment("../../.bashrc", b"2"), Attachment("x.PDF", b"3"))
    cast.arrives(request(worker, cast.team.first, files=files))
    parts = parts_of(cast.alice, worker.thread)
    chosen = [part.name for part in parts if part.name.split("@")[0] in ("file2", "file3")]
    _, file = hand_over(cast.alice, worker.thread, cast.offer, chosen)
    assert cast.opened(file).files == (Attachment("file-1.bin", b"2"), Attachment("file-2.pdf", b"3"))


def test_headings_tell_nothing_of_how_much_else_there_is(cast: Cast) -> None:
    cast.enroll_dana()
    with opened_outbox(cast.place / "outbox.pack") as outbox:
        for text in ("one", "two", "three"):
            write_answer(cast.alice, cast.case, text, (), outbox)
    third = next(part.name for part in parts_of(cast.alice, cast.case) if part.text == "three")
    _, file = hand_over(cast.alice, cast.case, cast.offer, [third])
    assert cast.opened(file).parts == (("What the organizers wrote", "three"),)


def test_merged_cases_are_handed_over_as_one(cast: Cast) -> None:
    cast.enroll_dana()
    other = Worker.new()
    cast.arrives(request(other, cast.team.first, ("soon", "Within a year")))
    merge(cast.alice, [cast.case, other.thread])
    assert any(name.startswith("soon@") for name in names(cast))
    made, _ = hand_over(cast.alice, other.thread, cast.offer, [one for one in names(cast) if "soon" in one])
    assert made.case == cast.case


def test_a_case_that_is_not_here(cast: Cast) -> None:
    with pytest.raises(NoSuchCase):
        parts_of(cast.alice, bytes(16))
