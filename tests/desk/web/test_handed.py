"""The adviser's desk on pages: what was handed over, a draft that is not lost, and nothing of an organizer's."""

from __future__ import annotations

import html

import pytest

from offramp.crypto.bundle import read_stream
from offramp.desk.answers import composing
from offramp.desk.handing import drafting
from offramp.desk.handing.cards import key_of, pasted_card
from offramp.desk.handing.drafting import WRITTEN, written_drafts
from offramp.desk.web.guard import MOST_BYTES
from tests.desk.team import PASSPHRASE, Team
from tests.desk.web.helping import begin, drafted, handed, opened
from tests.desk.web.visiting import Page, Visit

ORGANIZERS: tuple[str, ...] = (
    "/requests",
    "/offers",
    "/similar",
    "/advisers",
    "/matches",
    "/drafts",
    "/answers",
    "/numbers",
)
ORGANIZERS += ("/team", "/held", "/import", "/numbers/public")
ADVISERS = ("/handed", "/your-key")


@pytest.fixture
def shown(visit: Visit, dana: Visit, team: Team) -> Page:
    """What was handed over, on Dana's desk."""
    begin(visit, team)
    return opened(dana, handed(visit, dana))


def test_an_adviser_reaches_no_organizers_page(dana: Visit) -> None:
    home = dana.open()
    menu = {link.removeprefix(dana.root) for link in home.links}
    assert {"/handed", "/your-key"} <= menu
    assert not menu & set(ORGANIZERS)
    token = dana.get("/handed").form("/handed").fields["form_token"]
    for path in ORGANIZERS:
        page = dana.get(path)
        assert page.status == 409, path
        assert "adviser" in page.text or "organizer" in page.text, page.text
        if path not in ("/numbers",):
            assert dana.post(path, {"form_token": token, "name": "x"}).status in (404, 405, 409), path


def test_an_organizer_reaches_no_advisers_page(visit: Visit) -> None:
    visit.open()
    for path in ADVISERS:
        assert visit.get(path).status == 409
        token = visit.get("/advisers").form("/advisers").fields["form_token"]
        assert visit.post(path, {"form_token": token}).status == 409


def test_only_what_was_handed_over_is_there(dana: Visit, shown: Page) -> None:
    assert "I write reports all day" in shown.text
    for path in ADVISERS:
        assert "canary-contact" not in dana.get(path).text
    assert "canary-contact" not in shown.text
    assert "CBP" not in shown.text


@pytest.mark.parametrize("file", [b"", b"nonsense", b"\0" * 20_000])
def test_what_is_no_hand_off_is_refused(dana: Visit, file: bytes) -> None:
    dana.open()
    assert opened(dana, file).status == 409
    assert "Nothing is with you now." in dana.get("/handed").text


def test_the_same_file_twice(visit: Visit, dana: Visit, team: Team) -> None:
    begin(visit, team)
    file = handed(visit, dana)
    opened(dana, file)
    assert "is on this desk already" in opened(dana, file).text


def test_no_file_chosen(dana: Visit) -> None:
    dana.open()
    assert "Choose the file" in dana.submit(dana.get("/handed"), "/handed").text


def test_what_is_written_is_kept(dana: Visit, shown: Page) -> None:
    page = dana.submit(shown, "/draft", text="Half a thought\r\n\r\n<b>", do="keep")
    assert page.form("/draft").fields["text"][0].strip() == "Half a thought\n\n<b>"
    dana.keeper.lock()
    dana.keeper.unlock(PASSPHRASE)
    page = dana.get(dana.get("/handed").link("/handed/"))
    assert page.form("/draft").fields["text"][0].strip() == "Half a thought\n\n<b>"


@pytest.mark.parametrize("size", [0, 1001])
def test_files_that_are_refused_lose_no_text(
    dana: Visit, shown: Page, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing, or too much; the guard, which knows no forms, lets several times as much through."""
    assert MOST_BYTES >= 3 * composing.MOST_FILE_BYTES
    monkeypatch.setattr(composing, "MOST_FILE_BYTES", 1000)
    page = dana.submit(shown, "/draft", files=[("files", "a.bin", bytes(size))], text="Mine.")
    assert "Nothing was sealed." in page.text
    assert page.form("/draft").fields["text"][0].strip() == "Mine."


def test_what_was_looked_at_is_what_is_sealed(dana: Visit, shown: Page) -> None:
    look = dana.submit(shown, "/draft", text="One.", do="look")
    assert "One." in look.text
    dana.submit(shown, "/draft", text="Two.", do="keep")
    again = dana.submit(look, "/seal")
    assert "It is not the same any more" in again.text
    assert "Sealed already" not in again.text
    look = dana.submit(shown, "/draft", text="Two.", do="look")
    file = dana.submit(look, "/seal")
    assert len(list(read_stream([file.data]))) == 1
    assert b"Two." not in file.data
    assert "Sealed already" in dana.get(dana.get("/handed").link("/handed/")).text


def test_an_empty_draft(dana: Visit, shown: Page) -> None:
    assert "A draft needs some text" in dana.submit(shown, "/draft", text=" ", do="look").text


def test_destroying_it_now(dana: Visit, shown: Page) -> None:
    link = dana.get("/handed").link("/handed/")
    dana.submit(shown, "/draft", text="canary-of-mine", do="keep")
    dana.submit(shown, "/destroy")
    assert "Nothing is with you now." in dana.get("/handed").text
    assert dana.get(link).status in (404, 409)
    with dana.keeper.desk() as desk:
        held = repr(dict(desk.small)) + repr([one.value for one in desk.vault.records()])
    assert "canary-of-mine" not in held
    assert "I write reports" not in held


def test_the_ten_words_and_the_card(dana: Visit) -> None:
    dana.open()
    card = dana.submit(dana.get("/your-key"), "/your-key")
    assert card.headers["Content-Disposition"] == 'attachment; filename="dana.adviser.toml"'
    assert b"offramp adviser" in card.data


def test_a_draft_is_saved_again_word_for_word(dana: Visit, shown: Page) -> None:
    """For a server that took nothing more that was sealed to the keys of an earlier week."""
    first = drafted(dana, "Try the newspapers.", ("files", "cv.odt", b"better"))
    page = dana.get(dana.get("/handed").link("/handed/"))
    again = dana.submit(page, "/again")
    assert again.headers["Content-Disposition"].startswith('attachment; filename="ho-')
    (second,) = read_stream([again.data])
    assert second != first
    with dana.keeper.desk() as desk:
        (written,) = (room for room, _ in desk.small[WRITTEN])
        assert len(written_drafts(desk, written)) == 1


def test_without_a_keyset_for_today_the_page_says_so_before_anybody_writes(
    dana: Visit, shown: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "offramp adviser join COPY" not in shown.text
    monkeypatch.setattr(drafting, "about_now", lambda keysets, now: None)
    page = dana.get(dana.get("/handed").link("/handed/"))
    assert "offramp adviser join COPY" in page.text
    look = dana.submit(page, "/draft", text="Try the newspapers.", do="look")
    refused = dana.submit(look, "/seal")
    assert "There is no keyset for today here" in refused.text
    page = dana.get(dana.get("/handed").link("/handed/"))
    assert page.form("/draft").fields["text"][0].strip() == "Try the newspapers."


def test_the_key_is_there_to_be_pasted(dana: Visit) -> None:
    dana.open()
    page = dana.get("/your-key")
    shown = (
        page.data.decode().partition('<textarea id="text"')[2].partition(">")[2].partition("</textarea>")[0]
    )
    with dana.keeper.desk() as desk:
        assert pasted_card(html.unescape(shown)) == key_of(desk.me)
