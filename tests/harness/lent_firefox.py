"""One Firefox of each level for many tests: starting one takes two seconds, and most tests need only a new page."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import Level


class Firefoxes:
    """Browsers that are lent to one test after another; a test of a fresh profile needs `open_firefox` instead."""

    def __init__(self) -> None:
        self._idle: dict[Level, tuple[Firefox, object]] = {}

    @contextlib.contextmanager
    def lent(self, level: Level, *, may_complain: bool = False) -> Iterator[Firefox]:
        """A browser that shows no page. It may not reach for the outside, nor fail unseen unless it `may_complain`."""
        browser, size = self._idle.pop(level) if level in self._idle else _started(level)
        try:
            yield browser
            browser.open("about:blank")
            assert may_complain or browser.console_errors() == []
            assert browser.escapes == []
            _tidy(browser, size)
        except BaseException:  # nobody else gets this one
            browser.close()
            raise
        if self._idle.setdefault(level, (browser, size))[0] is not browser:  # a test had two of them
            browser.close()

    def close(self) -> None:
        """End all of them."""
        for browser, _ in self._idle.values():
            browser.close()


def _started(level: Level) -> tuple[Firefox, object]:
    browser = Firefox(level)
    return browser, _size(browser)


def _size(browser: Firefox) -> object:
    return browser.run("return [innerWidth, innerHeight]")


def _tidy(browser: Firefox, size: object) -> None:
    browser.run_as_browser(
        "gBrowser.selectedTab = gBrowser.tabs[0];"
        "gBrowser.removeAllTabsBut(gBrowser.tabs[0], {animate: false, skipWarnAboutClosingTabs: true});"
        "Services.console.reset();"
    )
    for left in browser.downloads.iterdir():
        left.unlink()
    if _size(browser) != size:
        assert isinstance(size, list)
        browser.resize(*size)
