"""Submitted text is hostile: on every page it stands inert, and its files are saved under names that are ours."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.sealing import seal
from tests.desk.team import Team, Worker, letter
from tests.desk.web.test_day import imported
from tests.desk.web.visiting import Page, Visit, every_page

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)></textarea><style>*{display:none}</style>"
OVERRIDE = "an invoice\u202efdp.exe\u2066\u200b\U000e0041"
ACTS = "\x1b[2J\x07\x00\r\x85"
SPREADSHEET = '=HYPERLINK("http://example.com")'
NAMES = ("../../etc/passwd", "a\r\nSet-Cookie: x=1", '";.html', "\u202efdp.exe", "<b>.svg", "x" * 120)
HIDDEN = re.compile("[\u200b\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f-\x9f]")
TEMPLATE = "{{ 7 * 191 }}{% raw %}"


def hostile(team: Team, message: str) -> bytes:
    """A letter that says it in every field, with files that are called badly."""
    one: Letter = letter(team.first, message)
    fields = (*((name, message) for name, *_ in one.fields), ("a_field_of_theirs", message))
    files = tuple(Attachment(name, b"<script>alert(1)</script>") for name in NAMES)
    return Worker.new().sends(replace(one, fields=fields, attachments=files), team.first)


@pytest.fixture
def pages(visit: Visit, team: Team) -> list[tuple[str, Page]]:
    visit.open()
    texts = [MARKUP, OVERRIDE + ACTS.replace("\0", ""), SPREADSHEET + TEMPLATE, "x" * 2_000_000]
    offer = replace(letter(team.first, MARKUP), purpose="offer")
    listed = imported(visit, *(hostile(team, text) for text in texts), seal(offer, team.first))
    cases = [link for link in listed.links if "/case/" in link]
    return [*every_page(visit, "/requests/all"), *((link, visit.get(link)) for link in cases)]


def test_nothing_of_it_is_markup(pages: list[tuple[str, Page]]) -> None:
    cases = [page for path, page in pages if "/case/" in path]
    assert any("<script>" in page.text for page in cases)
    for path, page in pages:
        assert not {"script", "img", "style", "b", "iframe", "object"} & set(page.tags), path
        assert "1337" not in page.text


def test_nothing_of_it_acts_or_hides(pages: list[tuple[str, Page]]) -> None:
    assert any("⟨U+202E⟩" in page.text for _, page in pages)
    for path, page in pages:
        assert not HIDDEN.search(page.data.decode().replace("\r\n", "\n")), path


def test_no_page_is_endless(pages: list[tuple[str, Page]]) -> None:
    for path, page in pages:
        assert len(page.data) < 500_000, path


def test_what_is_too_long_for_a_page_is_a_file(visit: Visit, team: Team) -> None:
    visit.open()
    page = imported(visit, hostile(team, "y" * 50_000))
    page = visit.get(visit.get(page.link("/case/")).link("/text/"))
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.data.count(b"y" * 50_000) == 3


def test_files_are_saved_under_names_that_are_ours(visit: Visit, team: Team) -> None:
    visit.open()
    page = visit.get(imported(visit, hostile(team, "Hello.")).link("/case/"))
    files = [link for link in page.links if "/file/" in link]
    assert len(files) == len(NAMES)
    for link in files:
        found = visit.get(link)
        named = re.fullmatch(
            r'attachment; filename="([0-9a-f]{16}-[0-9]\.bin)"', found.headers["Content-Disposition"]
        )
        assert named, found.headers["Content-Disposition"]
        assert found.data == b"<script>alert(1)</script>"
        assert found.headers["Content-Type"] == "application/octet-stream"
        assert "Set-Cookie" not in found.headers


@pytest.mark.parametrize("which", ["0", "7", "-1", "99999999999999999999"])
def test_a_file_that_there_is_not(visit: Visit, team: Team, which: str) -> None:
    visit.open()
    page = visit.get(imported(visit, hostile(team, "Hello.")).link("/case/"))
    assert visit.get(page.link("/file/").rpartition("/")[0] + f"/{which}").status == 404
