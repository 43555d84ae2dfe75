"""What the page says about files, and what of them it sends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.conftest import Organizer
from tests.page.form_visit import open_gate, ready, send, write
from tests.page.metadata import telling_files
from tests.page.metadata.telling_files import SECRET
from tests.page.metadata.test_cleaning import everything_in
from tests.page.page_server import Answer, PageServer

pytestmark = pytest.mark.browser

LOOKING = "/static/en/metadata.js"
KINDS = [f"/static/metadata_{kind}.js" for kind in ("picture", "pdf", "office")]
PHOTO = b"\0\0\0\x18ftypheic" + bytes(100)
LOCKED = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< /Root 1 0 R /Encrypt 1 0 R >>\n"
# Of files that the page cannot look into: what is in them, and what it says. All names are such as say nothing.
OTHERS = {
    "notes.txt": (b"What I want to say.", "Nothing is hidden in “notes.txt”"),
    "photo.heic": (PHOTO, "cannot clean files of the kind of “photo.heic”"),
    "form.pdf": (LOCKED, "could not look into “form.pdf”"),
    "scan.jpg": (telling_files.jpeg()[:900], "could not look into “scan.jpg”"),
    "old.doc": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "does not know files of the kind of “old.doc”",
    ),
}


def attach(browser: Firefox, *paths: Path) -> None:
    """Add files, and wait until each of them is listed."""
    before = len(browser.find_all("#files > li"))
    browser.find("#add").attach(*paths)
    wait_for("the files", lambda: len(browser.find_all("#files > li")) == before + len(paths), seconds=120)


def told(browser: Firefox, name: str) -> str:
    """What the page says below a file's name."""
    return next(row.text for row in browser.find_all("#files > li") if row.text.startswith(name))


def test_what_is_hidden_in_files_is_told_and_not_sent(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    ready(browser, server)
    for name, make in telling_files.ALL.items():
        (tmp_path / name).write_bytes(make())
    for name, (content, _) in OTHERS.items():
        (tmp_path / name).write_bytes(content)
    assert not {LOOKING, *KINDS} & {*server.requests}
    attach(browser, *(tmp_path / name for name in [*telling_files.ALL, *OTHERS]))
    assert sorted(path for path in server.requests if "metadata" in path) == sorted([LOOKING, *KINDS])

    assert "The place where it was taken: 31.3342, -110.9333" in told(browser, "photo.jpg")
    assert "A name: Jane SECRET" in told(browser, "screen.png")
    assert "Another file inside, which this page did not look into: inside.txt" in told(browser, "letter.pdf")
    assert "What was deleted can still be read" in told(browser, "letter.docx")
    assert "A folder on somebody’s computer" in told(browser, "letter.docx")
    assert "Hidden rows, sheets, slides or text" in told(browser, "table.xlsx")
    assert "Notes for the speaker" in told(browser, "slides.pptx")
    for name, (_, sentence) in OTHERS.items():
        assert sentence in told(browser, name)
    assert sentence in browser.find("#files-left").text  # which is read out

    write(browser)
    send(browser)
    browser.wait_for("#received", seconds=120)
    attachments = organizer.open(server.sealed[0], keyset).attachments
    sent = {file.name: file.data for file in attachments}
    assert [*sent] == [*telling_files.ALL, *OTHERS]
    for name, content in sent.items():
        if name in OTHERS:
            assert content == OTHERS[name][0]
        else:
            assert content != (tmp_path / name).read_bytes()
            assert SECRET not in everything_in(content)


@pytest.mark.parametrize("failing", ["standard"], indirect=True)
def test_where_a_part_does_not_arrive_the_file_goes_as_it_is_and_the_page_says_so(
    failing: Firefox, server: PageServer, tmp_path: Path
) -> None:
    """In Spanish, so that one visit shows both."""
    (tmp_path / "foto.jpg").write_bytes(telling_files.jpeg())
    for script, sentence in [
        ("/static/es/metadata.js", "No llegó la parte de esta página que busca datos ocultos."),
        (KINDS[0], "No llegó la parte de esta página que revisa “foto.jpg”."),
    ]:
        server.next[script].append(Answer(503))
        failing.open(f"{server.url}/es/")
        open_gate(failing)
        failing.wait_for("#state", text="Se puede enviar")
        attach(failing, tmp_path / "foto.jpg")
        assert sentence in failing.find("#files-left").text
        failing.find("#files button").click()
        # It is fetched again by itself.
        wait_for("what it does", lambda: _is_cleaned(failing, tmp_path / "foto.jpg"), seconds=60)
        assert f"{script}?2" in server.requests


def _is_cleaned(browser: Firefox, path: Path) -> bool:
    attach(browser, path)
    if "Se quitaron datos ocultos de “foto.jpg”." in browser.find("#files-left").text:
        return "El lugar donde se tomó: 31.3342" in told(browser, path.name)
    browser.find("#files button").click()
    return False
