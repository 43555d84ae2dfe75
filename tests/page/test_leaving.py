"""Leaving: the screen is empty at once, nothing of the site is left in the browser, and no way leads back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

import pytest

from offramp.site.pages import Page
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.lent_firefox import Firefoxes
from tests.harness.marionette import Keys
from tests.page.answers_visit import enter, open_answers
from tests.page.form_visit import ready, write
from tests.page.page_server import Answer, PageServer
from tests.page.phrase_visit import ready as ready_for_words
from tests.page.twelve_words import ask_for_words

BLAND = "Kitchen measures"
OURS = ("ICE", "CBP", "agency", "agencia", "organizer", "career", "laboral", "campaign-words", "letter")
TAUGHT = (
    "New Identity",
    "Ctrl, Shift and U",
    "broom",
    "“Quit”",
    "does not erase",
    "address of this site",
)
ESCAPE = [Keys.ESCAPE] * 3


class Tab(NamedTuple):
    """What the browser knows of where its tab has been: the entries' addresses and titles, and its Back button."""

    entries: list[list[str]]
    can_go_back: bool


def tab_of(browser: Firefox) -> Tab:
    found = browser.run_as_browser(
        """const history = gBrowser.selectedBrowser.browsingContext.sessionHistory;
           const entries = [...Array(history.count).keys()].map((place) => history.getEntryAtIndex(place));
           return [entries.map((entry) => [entry.URI.spec, entry.title]), gBrowser.canGoBack];"""
    )
    assert isinstance(found, list)
    return Tab(*found)


def by_key(browser: Firefox) -> None:
    browser.press(*ESCAPE)


def by_link(browser: Firefox) -> None:
    browser.find("#leave").click()


def leave_behind(browser: Firefox) -> None:
    """Things in the browser's store, which our own pages never put there."""
    browser.run("document.cookie = 'seen=1'; localStorage.seen = 1; sessionStorage.seen = 1;")


def look_around(browser: Firefox, server: PageServer) -> None:
    """Go from page to page by links, as people do."""
    browser.open(server.url + "/promises")
    browser.find('nav a[href="/statement"]').click()
    browser.wait_for('[aria-current][href="/statement"]')
    browser.find('nav a[href="/about"]').click()
    browser.wait_for('[aria-current][href="/about"]')
    leave_behind(browser)


def write_a_letter(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    write(browser, "Nobody may read this")
    browser.find("#field-message").click()


def see_the_words(browser: Firefox, server: PageServer) -> None:
    ready_for_words(browser, server)
    ask_for_words(browser)


def type_the_words(browser: Firefox, server: PageServer) -> None:
    open_answers(browser, server)
    enter(browser, "abandon " * 12)


@pytest.mark.browser
def test_nothing_is_left_and_no_way_leads_back(browser: Firefox, server: PageServer) -> None:
    visits: list[tuple[Callable[[Firefox, PageServer], None], Callable[[Firefox], None]]] = [
        (look_around, by_link),
        (write_a_letter, by_key),
        (see_the_words, by_key),
        (type_the_words, by_link),
    ]
    for visit, leave in visits:
        visit(browser, server)
        leave(browser)
        is_left(browser, server)


def is_left(browser: Firefox, server: PageServer) -> None:
    """The tab shows the plain page, and so does every place that its history has."""
    bland = [server.url + "/leave", BLAND]
    browser.wait_for("h1", text=BLAND)
    wait_for("the script there", lambda: tab_of(browser).entries[-1] == bland, seconds=30)
    tab = tab_of(browser)
    assert {address for address, _ in tab.entries} == {server.url + "/leave"}
    assert {title for _, title in tab.entries} <= {BLAND, "…"}
    assert not tab.can_go_back
    for move in ("gotoIndex(0)", "goForward(false)"):
        browser.run_as_browser(f"gBrowser.{move};")
        browser.wait_for("h1", text=BLAND)
    # Asked of the origin itself: the header reached what its pages could have stored.
    assert browser.run("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


@pytest.mark.browser
def test_the_screen_is_empty_before_the_network_answers(
    firefoxes: Firefoxes, server: PageServer, pages: dict[str, Page]
) -> None:
    held = threading.Event()
    with firefoxes.lent("safer") as browser:
        write_a_letter(browser, server)
        server.next["/leave"].append(
            Answer(200, pages["/leave"].body, pages["/leave"].content_type, held=held)
        )
        try:
            browser.press(*ESCAPE)
            wait_for("the request", lambda: server.requests[-1] == "/leave", seconds=30)
            assert browser.run("return document.documentElement.checkVisibility()") is False
            assert browser.text == ""
            assert (browser.url, browser.title) == (server.url + "/leave", "…")
            assert {address for address, _ in tab_of(browser).entries} == {server.url + "/leave"}
        finally:
            held.set()
        browser.wait_for("h1", text=BLAND)


@pytest.mark.browser
def test_tor_browser_tells_no_page_of_shift(firefoxes: Firefoxes, server: PageServer) -> None:
    """Why it is Escape that the page speaks of. Once this fails, Shift can be spoken of too."""
    with firefoxes.lent("standard") as browser:
        browser.open(server.url + "/about")
        browser.run("window.heard = []; addEventListener('keyup', ({key}) => heard.push(key));")
        browser.press(*[Keys.SHIFT] * 3, "a")
        assert browser.run("return heard") == ["a"]
        assert browser.title == "About us"


@pytest.mark.browser
def test_without_scripts_nothing_is_left_either(safest: Firefox, server: PageServer) -> None:
    look_around(safest, server)
    by_link(safest)
    safest.wait_for("h1", text=BLAND)
    assert safest.run("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    seen = [server.url + path for path in ("/promises", "/statement", "/about", "/leave")]
    assert [address for address, _ in tab_of(safest).entries][-4:] == seen
    # A tab keeps 50 entries, and the plain page's frames add one in a second: here are the first forty at once.
    safest.run("for (let i = 0; i < 40; i++) history.pushState(null, '', location.href);")
    assert not only_bland(safest, server)
    wait_for("an empty history", lambda: only_bland(safest, server), seconds=120)
    assert not tab_of(safest).can_go_back
    safest.run_as_browser("gBrowser.gotoIndex(0);")
    safest.wait_for("h1", text=BLAND)
    assert safest.url == server.url + "/leave"


def only_bland(browser: Firefox, server: PageServer) -> bool:
    return {address for address, _ in tab_of(browser).entries} == {server.url + "/leave"}


@pytest.mark.browser
def test_what_was_typed_does_not_come_back_even_where_scripts_are_late(
    firefoxes: Firefoxes, server: PageServer
) -> None:
    """The link alone: Back leads to the page anew, and the page is empty."""
    with firefoxes.lent("standard") as browser:
        write_a_letter(browser, server)
        browser.open(server.url + "/about")
        browser.run_as_browser("gBrowser.goBack(false);")
        browser.wait_for("#gate")
        assert browser.find("#field-message").property("value") == ""


def test_every_page_can_be_left(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        if not page.content_type.startswith("text/html") or path.endswith(("/leave", "/sealer.html")):
            continue
        prefix = "/es" if path.startswith("/es") else ""
        text = page.body.decode()
        assert f'id="leave" class="button" href="{prefix}/leave"' in text, path
        assert text.count('id="leave"') == 1
        assert "<script src=" in text, path


@pytest.mark.parametrize("path", ["/leave", "/es/leave"])
def test_the_plain_page_says_nothing_of_the_campaign(pages: dict[str, Page], path: str) -> None:
    text = pages[path].body.decode()
    for word in OURS:
        assert word not in text, word
    assert text.count("/static/") == 1  # its script, and no style sheet by which it would look like the site
    assert dict(pages[path].headers) == {"Clear-Site-Data": '"cache","cookies","storage"'}


def test_it_teaches_new_identity_and_what_stays(pages: dict[str, Page]) -> None:
    for path in ("/leave", "/about"):
        text = pages[path].body.decode()
        for word in TAUGHT:
            assert word in text, word
    assert 'id="leaving"' in pages["/about"].body.decode()
    assert 'href="/about#leaving"' in pages["/"].body.decode()
