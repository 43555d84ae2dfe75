"""The real `offramp desk` in a process of its own, and a real Firefox at it that takes pictures and asks axe."""

from __future__ import annotations

import http.client
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.harness.axe import complaints
from tests.harness.children import GaveUpWaiting, end_child, start_child, tail, wait_for
from tests.harness.element import Element
from tests.harness.firefox import Firefox
from tests.harness.marionette import MarionetteException

ROOT = Path(__file__).parents[3]
SCREENSHOTS = Path(os.environ.get("OFFRAMP_SCREENSHOTS", ROOT / "build" / "screenshots")) / "desk"
WIDTHS = (1280, 400)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+/open/\S+")


@contextmanager
def running_desk(folder: Path, passphrase: Path, *options: str) -> Iterator[str]:
    """`offramp desk` on this folder; the address that it prints. It must end by itself when it is asked to."""
    log = folder / "desk.log"
    log.unlink(missing_ok=True)  # an earlier run's, with another address
    command = [sys.executable, "-m", "offramp.cli", "desk", "--desk", str(folder)]
    command += ["--passphrase-file", str(passphrase), *options]
    temporary = folder / "tmp"  # what the program would spill is then where tests look for it
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(temporary)}
    process = start_child(command, log=log, env=environment, cwd=folder)

    def address() -> str:
        assert process.poll() is None, tail(log)
        found = _ADDRESS.search(log.read_text())
        return found[0] if found else ""

    try:
        yield str(wait_for("the desk's address", address, seconds=60))
    finally:
        end_child(process, patience=20)
        said = log.read_text()
        assert "bug" not in said, said


class Browser:
    """A Firefox at the desk's pages."""

    def __init__(self, firefox: Firefox, address: str) -> None:
        self.firefox = firefox
        firefox.open(address)

    def look_at(self, name: str, *, whole: bool = True) -> None:
        """Take pictures of the open page at each width; it must fit, and axe must find nothing serious."""
        for width in WIDTHS:
            self.firefox.resize(width, 900)
            self.firefox.screenshot(SCREENSHOTS / f"{name}-{width}.png", whole_page=whole)
            fits = self.firefox.run("return [innerWidth, document.documentElement.scrollWidth <= innerWidth]")
            assert fits == [width, True], f"{name}: {self._too_wide()}"
            self.ask_axe(name)
        self.firefox.resize(WIDTHS[0], 900)

    def _too_wide(self) -> object:
        return self.firefox.run(
            """return [...document.querySelectorAll("body *")].filter((one) =>
                 one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 200))"""
        )

    def ask_axe(self, name: str) -> None:
        """Nothing that somebody who sees or moves otherwise would be kept out by, or held up."""
        assert complaints(self.firefox) == [], name

    def print_preview(self, name: str) -> None:
        """A picture of the page as it is printed."""
        self._medium("print")
        self.firefox.screenshot(SCREENSHOTS / f"{name}-print.png")
        assert not self.firefox.find("header nav").visible
        self._medium("")

    def _medium(self, medium: str) -> None:
        self.firefox.run_as_browser(
            "gBrowser.selectedBrowser.browsingContext.mediumOverride = arguments[0];", medium
        )

    def lock_elsewhere(self) -> None:
        """Lock the desk, as another tab of this browser would, while the open page stays as it is."""
        cookies = self.firefox.run_as_browser(
            """return Services.cookies.getCookiesWithOriginAttributes('{"privateBrowsingId": 1}')
                 .map((one) => `${one.name}=${one.value}`).join("; ");"""
        )
        form = "document.querySelector('form.lock')"
        token = self.firefox.run(f"return {form}.elements.form_token.value")
        address = urlsplit(str(self.firefox.run(f"return {form}.action")))
        headers = {
            "Cookie": str(cookies),
            "Origin": f"http://{address.netloc}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with closing(http.client.HTTPConnection(address.netloc, timeout=60)) as connection:
            connection.request("POST", address.path, f"form_token={token}", headers)
            assert connection.getresponse().status == 303

    def press(self, text: str) -> None:
        """Press the button, or follow the link, that says this."""
        self._named("main button, main a, main summary, header button, .cover button, .cover a", text).click()

    def _named(self, css: str, text: str) -> Element:
        found = [one for one in self.firefox.find_all(css) if one.visible and one.text.strip() == text]
        assert found, f"no {text!r} at {self.firefox.url}:\n{self.firefox.text}"
        return found[0]

    def menu(self, text: str) -> None:
        """Go to a page by the menu."""
        self._named("header nav a", text).click()
        self.says(text, "header nav [aria-current]")

    def says(self, text: str, css: str = "main") -> None:
        """Wait until the page says this, where it can be seen."""

        def shown() -> bool:
            try:
                found = self.firefox.run(f"return document.querySelector({css!r})?.innerText ?? ''")
            except MarionetteException:  # the page is just being replaced by the next one
                return False
            return text in str(found)

        try:
            wait_for(f"{text!r} in {css!r}", shown, seconds=30)
        except GaveUpWaiting as error:
            raise GaveUpWaiting(f"{error}; the page shows:\n{self.firefox.text}") from None


def until(what: str, check: Callable[[], object]) -> object:
    """Wait for a condition."""
    return wait_for(what, check, seconds=30)
