"""A language by its catalogue alone, from right to left: every word of every page is in it, and all is mirrored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.campaign import default_campaign
from offramp.site.pages import Page
from tests.harness.firefox import Firefox
from tests.harness.lent_firefox import Firefoxes
from tests.page.bundle import REPOSITORY, make_bundle
from tests.page.conftest import ONION, ROOT, Organizer
from tests.page.mirrored import CODE, make_pages, said_in_latin
from tests.page.page_server import Answer, PageServer
from tests.page.states import HARMLESS, LONG_TEXT, TELLING, answers_states, form_states, opened

# Physical sides in a style sheet are not mirrored; logical ones (`inline-start`, `text-align: start`) are.
PHYSICAL = re.compile(
    r"(margin|padding|border)-(left|right)|(^|[;{\s])(left|right)\s*:|:\s*(left|right)\b|float\s*:"
)


@pytest.fixture(scope="module")
def mirrored_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    make_bundle()
    return make_pages(tmp_path_factory.mktemp(CODE), default_campaign(), ROOT, ONION)


@pytest.fixture
def mirrored_server(
    mirrored_pages: dict[str, Page], keyset: bytes, organizer: Organizer
) -> Iterator[PageServer]:
    with PageServer(mirrored_pages, Answer(200, keyset + organizer.card())) as running:
        yield running


def html_pages(pages: dict[str, Page]) -> list[str]:
    return [
        path for path, page in pages.items() if path.startswith(f"/{CODE}/") and "html" in page.content_type
    ]


def test_no_sentence_of_any_page_escapes_translation(mirrored_pages: dict[str, Page]) -> None:
    paths = html_pages(mirrored_pages)
    assert len(paths) >= 8
    for path in paths:
        page = mirrored_pages[path].body.decode()
        assert f'<html lang="{CODE}" dir="rtl">' in page, path
        assert list(said_in_latin(page)) == [], path


def test_one_that_escaped_would_be_found() -> None:
    assert list(said_in_latin('<html lang="qrl"><p>שלום <b>Hello</b>')) == ["Hello"]
    assert list(said_in_latin('<nav aria-label="Pages"><br>')) == ["Pages"]
    assert list(said_in_latin('<a lang="en">English</a><code>cafe</code><b id="campaign-code">X</b>')) == []


@pytest.mark.parametrize("name", ["style.css", "landing.css"])
def test_no_style_names_a_side_of_the_window(name: str) -> None:
    text = (REPOSITORY / "offramp" / "static" / name).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if PHYSICAL.search(line)] == []


@pytest.mark.browser
def test_in_use_everything_is_translated_and_nothing_overflows(
    firefoxes: Firefoxes, mirrored_server: PageServer, tmp_path: Path
) -> None:
    """At 320 pixels, through every state of the form and of the answers."""
    file = tmp_path / "notes.pdf"
    file.write_bytes(b"no PDF at all")
    theirs = f"{TELLING} {HARMLESS} {LONG_TEXT} {file.name} Thank you for writing. Two questions. résumé.pdf no name"
    with firefoxes.lent("standard", may_complain=True) as browser:
        browser.resize(320, 640)
        states = [form_states(browser, mirrored_server, f"/{CODE}", file)]
        states += [answers_states(browser, mirrored_server, f"/{CODE}")]
        for one in states:
            for state in one:
                said = [
                    text
                    for text in shown_in_latin(browser)
                    if not set(words_of(text)) <= set(words_of(theirs))
                ]
                assert said == [], state
                assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), state


@pytest.mark.browser
def test_the_layout_is_mirrored(browser: Firefox, mirrored_server: PageServer) -> None:
    browser.resize(1000, 600)
    for path, start, end in ((f"/{CODE}/", "right", "left"), ("/", "left", "right")):
        opened(browser, mirrored_server.url + path)
        assert browser.run(_START_OF, "h1") == start
        assert browser.run(_BEGINS_AT, "#field-help .tick input", "#field-help .tick") == start
        assert browser.run(_BEGINS_AT, "#leave", "body") == end
        assert browser.run(_PADDED_AT, "#gate ul") == start


_START_OF = """
  const { direction, textAlign } = getComputedStyle(document.querySelector(arguments[0]));
  return textAlign === "start" ? (direction === "rtl" ? "right" : "left") : textAlign;
"""
_BEGINS_AT = """
  const [part, whole] = [...arguments].map((css) => document.querySelector(css).getBoundingClientRect());
  return part.left - whole.left < whole.right - part.right ? "left" : "right";
"""
_PADDED_AT = """
  const { paddingLeft, paddingRight } = getComputedStyle(document.querySelector(arguments[0]));
  return parseFloat(paddingLeft) > parseFloat(paddingRight) ? "left" : "right";
"""


def words_of(text: str) -> list[str]:
    """Its words, without what it quotes from a letter, or offers to put into it in the letter's language."""
    return re.findall(r"[A-Za-zé]+", re.sub("“[^”]*”", "", text))


def shown_in_latin(browser: Firefox) -> list[str]:
    """What can be seen or is read aloud, in the page's own language and not as code, with Latin letters in it."""
    found = browser.run("""
      const other = "code, [lang]:not(html):not([lang=qrl]), [id^=campaign-], textarea, input, script";
      const said = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const { parentElement, data } = texts.currentNode;
        if (parentElement.checkVisibility() && !parentElement.closest(other)) said.push(data.trim());
      }
      for (const one of document.querySelectorAll("[aria-label]")) said.push(one.ariaLabel);
      return said.filter((text) => /[A-Za-z]/.test(text));
    """)
    assert isinstance(found, list)
    return found
