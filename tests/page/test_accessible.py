"""Whoever sees, hears or moves otherwise: what axe finds, and every size of window and of letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.site.pages import Page
from tests.harness.axe import complaints
from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import LEVELS, Level
from tests.harness.lent_firefox import Firefoxes
from tests.page.page_server import PageServer
from tests.page.states import answers_states, form_states, opened

pytestmark = pytest.mark.browser

SIZES = {"": (1000, 600), "/es": (360, 640)}
"""English in a letterboxed window, Spanish on a phone."""


def html_pages(pages: dict[str, Page]) -> list[str]:
    """All that a person looks at here; the sealer is a file, which is opened elsewhere."""
    return [path for path, page in pages.items() if "html" in page.content_type and "sealer" not in path]


@pytest.mark.parametrize("level", LEVELS)
def test_axe_finds_nothing_in_any_page(
    firefoxes: Firefoxes, level: Level, server: PageServer, pages: dict[str, Page]
) -> None:
    with firefoxes.lent(level, may_complain=True) as browser:
        for at, size in SIZES.items():
            browser.resize(*size)
            for path in html_pages(pages):
                if path.startswith("/es/") == bool(at):
                    opened(browser, server.url + path)
                    assert complaints(browser) == [], path


@pytest.mark.parametrize(("level", "at"), [("standard", "/es"), ("safer", "")])
def test_axe_finds_nothing_in_any_state(
    firefoxes: Firefoxes, level: Level, at: str, server: PageServer, tmp_path: Path
) -> None:
    file = tmp_path / "notes.pdf"
    file.write_bytes(b"no PDF at all")
    with firefoxes.lent(level, may_complain=True) as browser:
        browser.resize(*SIZES[at])
        for states in (form_states(browser, server, at, file), answers_states(browser, server, at)):
            for state in states:
                assert complaints(browser) == [], state
                assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), state
                assert state == "closed" or browser.run(_HAS_FOCUS), state


_HAS_FOCUS = "return document.activeElement !== document.body"


def test_axe_would_find_something(browser: Firefox, server: PageServer) -> None:
    """Each of these would keep somebody out."""
    for spoil, rule in {
        "document.querySelector('label[for=field-agency]').remove()": "select-name",
        "document.querySelector('.hint').style.color = '#999'": "color-contrast",
        "document.title = ''": "document-title",
        "document.querySelector('#leave').replaceChildren()": "link-name",
    }.items():
        opened(browser, server.url + "/")
        browser.run(spoil)
        assert [line for line in complaints(browser) if line.startswith(rule)], rule


# A width in CSS pixels, how much the page is enlarged, and how much its letters alone are.
ENLARGED = [(320, 1.0, 1.0), (1000, 2.0, 1.0), (1280, 4.0, 1.0), (1000, 1.0, 2.0)]


@pytest.mark.parametrize("level", ["standard", "safest"])
def test_nothing_is_wider_than_the_window(
    firefoxes: Firefoxes, level: Level, server: PageServer, pages: dict[str, Page]
) -> None:
    """WCAG 1.4.4 and 1.4.10: what is enlarged goes downwards."""
    with firefoxes.lent(level, may_complain=True) as browser:
        for width, page, text in ENLARGED:
            browser.resize(width, 600)
            browser.zoom(page=page, text=text)
            for path in html_pages(pages):
                opened(browser, server.url + path)
                assert browser.run(_TOO_WIDE) == [], (path, width, page, text)
        browser.zoom()


_TOO_WIDE = """
const wide = document.documentElement.scrollWidth > innerWidth;
const out = (one) => { const {left, right} = one.getBoundingClientRect(); return right > innerWidth + 1 || left < -1; };
return wide ? [...document.querySelectorAll("body *")].filter(out).map((one) => one.outerHTML.slice(0, 200)) : [];
"""
