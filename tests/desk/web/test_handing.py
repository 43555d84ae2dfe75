"""Handing over on pages: what is looked at is what is sealed, whatever happens in between; drafts, and ending it."""

from __future__ import annotations

import itertools

import pytest

from offramp.crypto.draft import letter_of, sign_draft
from offramp.crypto.envelope import envelope_id
from offramp.crypto.letter import Attachment
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.cases.triage import add_note
from offramp.desk.handing.advisers import end_adviser
from offramp.desk.handing.handed import handed as all_handed
from offramp.desk.handing.handing_over import all_hand_offs, end_hand_off, handed_over
from tests.desk.handing.cast import FIELDS
from tests.desk.team import Team, Worker, write_bundle
from tests.desk.web.helping import begin, card_of, choosing, drafted, enrolled, handed, opened, the_case
from tests.desk.web.test_day import imported
from tests.desk.web.visiting import Fields, Page, Visit, every_page

SECRETS = ("canary-contact@example.org", "CBP: other office", "Investigation or analysis")


def sent(visit: Visit) -> list[list[tuple[str, str]]]:
    """What exactly went over, of each hand-off."""
    with visit.keeper.desk() as desk:
        found = [handed_over(desk, one) for one in all_hand_offs(desk)]
    return [list(one.parts) for one in found if one]


def mark_of(page: Page, title: str) -> str:
    """What the form calls the part under this title."""
    before, _, after = page.data.decode().partition(f"<legend>{title}</legend>")
    assert before
    return str(after.partition('name="part" value="')[2].partition('"')[0])


def chosen(visit: Visit, page: Page, fields: Fields) -> Page:
    """Send the page on which parts are chosen, with these fields filled in."""
    form = page.form("/hand-over")
    return visit.post(form.action, {**form.fields, **fields})


@pytest.fixture
def ready(visit: Visit, dana: Visit, team: Team) -> Visit:
    """Alice's desk, where Dana is enrolled."""
    begin(visit, team)
    enrolled(visit, card_of(dana))
    return visit


def test_what_is_looked_at_is_what_is_sealed(ready: Visit) -> None:
    look = ready.submit(choosing(ready), "/hand-over")
    assert "This is all that dana gets" in look.text
    for secret in SECRETS:
        assert secret not in look.text
    ready.submit(look, "/seal")
    ((*parts,),) = sent(ready)
    for heading, text in parts:
        assert heading in look.text
        assert text in look.text
    assert [text for _, text in parts] == [FIELDS[0][1], "Midwest", "Résumé, Interviews"]


def test_in_other_words(ready: Visit) -> None:
    page = choosing(ready)
    mark = mark_of(page, "What would help you?")
    look = chosen(ready, page, {f"words-{mark}": "Writes well."})
    assert "Writes well." in look.text
    assert FIELDS[0][1] not in look.text
    ready.submit(look, "/seal")
    assert sent(ready)[0][0][1] == "Writes well."


def test_words_that_were_deleted_never_go(ready: Visit) -> None:
    """An emptied field is not the same as one that nobody touched."""
    page = choosing(ready)
    mark = mark_of(page, "What would help you?")
    page = chosen(ready, page, {f"words-{mark}": ""})
    assert "Nothing was handed over." in page.text
    assert "Leave the part out instead" in page.text
    page = ready.post(page.form("/hand-over").action + "/seal", page.form("/hand-over").fields)
    assert sent(ready) == []


@pytest.mark.parametrize(
    "fields", [{"part": []}, {"last_day": "soon"}, {"last_day": "2001-01-01"}, {"adviser": ""}]
)
def test_what_was_chosen_is_not_lost(ready: Visit, fields: dict[str, str | list[str]]) -> None:
    page = choosing(ready)
    mark = mark_of(page, "What would help you?")
    page = chosen(ready, page, {f"words-{mark}": "Writes well.", **fields})
    assert page.form("/hand-over").fields[f"words-{mark}"][0].strip() == "Writes well."
    assert sent(ready) == []


def test_what_was_typed_when_the_desk_had_locked(ready: Visit) -> None:
    page = choosing(ready)
    mark = mark_of(page, "What would help you?")
    page = chosen(ready, page, {f"words-{mark}": "Writes well.", "do": "keep"})
    assert page.form("/hand-over").fields[f"words-{mark}"][0].strip() == "Writes well."
    assert "Nothing was handed over." in page.text


def test_a_letter_that_comes_in_between_shifts_nothing(visit: Visit, dana: Visit, team: Team) -> None:
    worker = Worker.new()
    begin(visit, team, worker=worker)
    enrolled(visit, card_of(dana))
    page = choosing(visit)
    with visit.keeper.desk() as desk:
        first = desk.cases[worker.thread].letters[0].id
    # Another first letter under the same words, whose parts stand before those that were chosen.
    asked = (worker.asks(team.first, f"The canary at number {n}.") for n in itertools.count())
    imported(visit, next(one for one in asked if envelope_id(one) < first))
    look = visit.submit(page, "/hand-over")
    assert "canary" not in look.text
    for secret in SECRETS:
        assert secret not in look.text
    imported(visit, worker.writes_again(team.first, "A canary again."))
    visit.submit(look, "/seal")
    assert [text for _, text in sent(visit)[0]] == [FIELDS[0][1], "Midwest", "Résumé, Interviews"]
    with visit.keeper.desk() as desk:
        (one,) = all_hand_offs(desk)
    assert {name.partition("@")[2] for name in one.parts} == {first.hex()[:12]}


def test_another_choice_in_between_is_looked_at_first(ready: Visit) -> None:
    page = choosing(ready)
    look = ready.submit(page, "/hand-over")
    contact = mark_of(page, "How can we reach you?")
    ready.submit(page, "/hand-over", part=[*page.form("/hand-over").fields["part"], contact])
    again = ready.submit(look, "/seal")
    assert "It is not the same any more" in again.text
    assert sent(ready) == []
    ready.submit(again, "/seal")
    assert "canary-contact@example.org" in [text for _, text in sent(ready)[0]]


def test_a_note_that_went_in_between_is_not_left_out_silently(ready: Visit) -> None:
    with ready.keeper.desk() as desk:
        case = next(one for one in desk.cases if desk.cases[one].kind == "request")
        add_note(desk, case, "A note for Dana.")
    page = choosing(ready)
    note = mark_of(page, "Note 1")
    look = ready.submit(page, "/hand-over", part=[*page.form("/hand-over").fields["part"], note])
    assert "A note for Dana." in look.text
    ready.submit(the_case(ready), "/note", text="Changed.", note="")
    with ready.keeper.desk() as desk:
        from offramp.desk.cases.triage import change_note, notes_of

        old = next(one for one in notes_of(desk, case) if one.text == "A note for Dana.")
        change_note(desk, old.case, old.id, "Not for Dana.")
    refused = ready.submit(look, "/seal")
    assert "Nothing was handed over." in refused.text
    assert sent(ready) == []


def test_an_adviser_who_was_ended_in_between_gets_nothing(ready: Visit) -> None:
    look = ready.submit(choosing(ready), "/hand-over")
    with ready.keeper.desk() as desk:
        adviser_id = next(one for one in desk.cases if desk.cases[one].kind == "offer")
        end_adviser(desk, adviser_id)
    assert "Nothing was handed over." in ready.submit(look, "/seal").text
    assert sent(ready) == []


def test_sealing_without_having_looked(ready: Visit) -> None:
    page = choosing(ready)
    action = page.form("/hand-over").action
    assert "Nothing was handed over" in ready.post(f"{action}/seal", page.form("/hand-over").fields).text
    ready.submit(page, "/hand-over")
    ready.post(f"{action}/seal", page.form("/hand-over").fields)
    assert sent(ready) == []


def test_nobody_is_offered_who_is_not_enrolled(visit: Visit, team: Team) -> None:
    begin(visit, team)
    page = visit.get(the_case(visit).link("/hand-over"))
    assert "There is nobody yet" in page.text
    assert not [form for form in page.forms if form.action.endswith("/hand-over")]


def test_files_go_under_names_that_are_ours(visit: Visit, dana: Visit, team: Team) -> None:
    files = (Attachment("../mine.pdf", b"one"), Attachment("my name is Ann.pdf", b"two"))
    begin(visit, team, files=files)
    enrolled(visit, card_of(dana))
    page = choosing(visit)
    second = mark_of(page, "File 2")
    look = visit.submit(page, "/hand-over", part=[second])
    assert "Ann" not in look.text
    page = visit.submit(look, "/seal")
    shown = opened(dana, visit.submit(page, "/file").data)
    assert "Ann" not in shown.text
    assert "file-1.bin" in look.text or "file-1.pdf" in look.text
    assert dana.get(shown.link("/file/1")).data == b"two"


def test_the_file_tells_nothing_by_its_name(ready: Visit) -> None:
    page = ready.submit(ready.submit(choosing(ready), "/hand-over"), "/seal")
    file = ready.submit(page, "/file")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="ho-')
    assert b"newspaper" not in file.data


def test_a_draft_becomes_the_answer_with_the_files_that_were_ticked(
    visit: Visit, dana: Visit, team: Team
) -> None:
    begin(visit, team)
    opened(dana, handed(visit, dana))
    files = (("files", "good.odt", b"better words"), ("files", "../../with a name.odt", b"Dana"))
    imported(visit, drafted(dana, "Try the newspapers.", *files))
    write = visit.get(the_case(visit).link("/answer$"))
    visit.submit(write, "/answer", text="Dear you,", do="keep")
    page = visit.get(visit.get("/drafts").link("/draft/"))
    assert visit.get(page.link("/file/2")).data == b"Dana"
    assert (
        "name" not in visit.get(page.link("/file/2")).headers["Content-Disposition"].partition("filename=")[2]
    )
    form = next(one for one in page.forms if "/draft/" in one.action)
    page = visit.post(form.action, {**form.fields, "file": ["1"], "do": "use"})
    assert page.form("/answer").fields["text"][0].strip() == "Dear you,\n\nTry the newspapers."
    assert "good.odt" in page.text
    assert "with a name" not in page.text
    again = visit.get(visit.get("/drafts").link("/draft/"))
    assert "It was used." in again.text


def test_a_draft_for_what_was_ended_is_refused(visit: Visit, dana: Visit, team: Team) -> None:
    begin(visit, team)
    opened(dana, handed(visit, dana))
    with visit.keeper.desk() as desk:
        (one,) = all_hand_offs(desk)
        end_hand_off(desk, one.case, one.id)
    page = imported(visit, drafted(dana, "Try the newspapers."))
    assert "was ended" in page.text
    assert "No draft has come back." in visit.get("/drafts").text


def test_a_hand_off_is_ended(ready: Visit) -> None:
    page = ready.submit(ready.submit(choosing(ready), "/hand-over"), "/seal")
    action = page.form("/file").action
    ended = ready.submit(page, "/end")
    assert "drafts for it are refused" in ended.text
    assert not [form for form in ended.forms if form.action.endswith("/file")]
    assert "is not open any more" in ready.post(action, page.form("/file").fields).text


def test_hostile_drafts_are_inert(visit: Visit, dana: Visit, team: Team) -> None:
    begin(visit, team)
    opened(dana, handed(visit, dana))
    markup = "<script>alert(1)</script></textarea><img src=x>\u202e{{ 7 * 191 }}"
    imported(visit, forged_by(dana, team, markup, Attachment("../<b>\u202e.svg", b"<svg/>")))
    draft = visit.get(visit.get("/drafts").link("/draft/"))
    for page in (visit.get("/drafts"), the_case(visit), draft):
        assert not {"script", "img", "b", "svg"} & set(page.tags)
        assert "1337" not in page.text
        assert "\u202e" not in page.data.decode()
    assert "⟨U+202E⟩" in draft.text
    file = visit.get(draft.link("/file/1"))
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert ".." not in file.headers["Content-Disposition"]
    form = next(one for one in draft.forms if "/draft/" in one.action)
    page = visit.post(form.action, {**form.fields, "file": ["1"], "do": "use"})
    assert "Nothing was changed." in page.text  # nobody would see the name as it is
    assert visit.get(the_case(visit).link("/answer$")).form("/answer").fields["text"][0].strip() == ""


def forged_by(dana: Visit, team: Team, text: str, *files: Attachment) -> bytes:
    """What somebody could sign with Dana's key and a program of their own."""
    with dana.keeper.desk() as desk:
        (one,) = all_handed(desk)
        draft = sign_draft(
            desk.me.seed,
            campaign=desk.campaign.id,
            hand_off=one.id,
            day=days.today(),
            text=text,
            files=files,
        )
    return seal(letter_of(draft, team.first.id), team.first)


def test_addresses_and_titles_tell_nothing(visit: Visit, dana: Visit, team: Team) -> None:
    begin(visit, team)
    opened(dana, handed(visit, dana))
    imported(visit, drafted(dana, "canary-draft"))
    write_bundle(visit.place.bundle)
    with visit.keeper.desk() as desk:
        ids = {one.hex()[:8] for one in (*desk.cases, *desk.events)}
        ids |= {one.id.hex()[:8] for one in all_hand_offs(desk)}
    found = [*every_page(visit), *every_page(dana)]
    assert {"/drafts", "/matches", "/advisers", "/held", "/team"} <= {
        path.removeprefix(visit.root) for path, _ in found
    }
    for path, page in found:
        title = page.data.decode().partition("<title>")[2].partition("</title>")[0]
        for address in (path, title, *page.links, *(form.action for form in page.forms)):
            assert "canary" not in address
            assert "dana" not in address
            assert not any(one in address for one in ids), address
