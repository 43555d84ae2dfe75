"""The landing page as an ordinary browser shows it."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from offramp.desk.landing.writing import write_landing
from tests.desk.landing.conftest import IDENTITY
from tests.harness.axe import complaints
from tests.harness.lent_firefox import Firefoxes

pytestmark = pytest.mark.browser


class _Files(SimpleHTTPRequestHandler):
    """A web server that knows nothing of us."""

    def __init__(self, asked: list[str], *arguments: Any, **more: Any) -> None:
        self._asked = asked
        super().__init__(*arguments, **more)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class's name
        self._asked.append(self.path)


@pytest.fixture
def site(files: dict[str, bytes], tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """Its address, and what was asked of it."""
    write_landing(tmp_path / "landing", files)
    asked: list[str] = []
    handler = functools.partial(_Files, asked, directory=str(tmp_path / "landing"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def test_it_can_be_read_by_everybody_and_asks_nobody_else(
    firefoxes: Firefoxes, site: tuple[str, list[str]]
) -> None:
    url, asked = site
    with firefoxes.lent("standard") as browser:
        for width in (1000, 360, 320):
            browser.resize(width, 600)
            browser.open(url + "/")
            assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), width
            assert complaints(browser) == [], width
        browser.find(".address span").click()
        assert browser.run("return getSelection().toString().trim()") == IDENTITY.onion
        browser.find("a[lang=es]").click()
        browser.wait_for("b[lang=es]")
        assert complaints(browser) == []
        browser.find("a[lang=en]").click()
        browser.wait_for("b[lang=en]")
        assert set(asked) == {"/", "/style.css", "/es/index.html", "/index.html"}
        assert browser.escapes == []
