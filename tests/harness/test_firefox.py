"""The browser itself: is each security level what it says, and does nothing leave the machine?"""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import firefox_startup
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import Level
from tests.harness.fixtures import OpenFirefox
from tests.harness.marionette import JavascriptException, MarionetteException
from tests.harness.private_tor import PrivateTor
from tests.harness.wire import Relay

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LEVELS: tuple[Level, ...] = ("standard", "safer", "safest")

PAGE = b"""<!doctype html><title>A page</title><link rel="icon" href="/icon">
<noscript>without scripts</noscript><p id="said"></p>
<form><input id="words"><input id="file" type="file"><button type="button">Send</button></form>
<script src="/page.js"></script>"""
BROKEN = b"""<!doctype html><title>A broken page</title><script src="/broken.js"></script>"""
SCRIPT = b"""document.getElementById("said").textContent = "with scripts, WebAssembly " + typeof WebAssembly;
document.querySelector("button").addEventListener("click", async () => {
  const body = new Blob([document.getElementById("words").value]);
  const answer = await fetch("/sent", {method: "POST", body});
  document.getElementById("said").textContent = await answer.text();
});"""


FILES = {
    "/": (PAGE, "text/html"),
    "/page.js": (SCRIPT, "text/javascript"),
    "/broken": (BROKEN, "text/html"),
    "/broken.js": (b"throw new Error('nobody catches this')", "text/javascript"),
}


class _Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(*FILES.get(self.path, (b"", "text/plain")))

    def do_POST(self) -> None:
        length = len(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(f"received {length}".encode(), "text/plain")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def relay(site: int) -> Iterator[Relay]:
    with Relay(site) as relay:
        yield relay


@pytest.fixture(scope="module", params=LEVELS)
def browser(request: pytest.FixtureRequest) -> Iterator[Firefox]:
    with Firefox(request.param) as browser:
        yield browser


def test_scripts(browser: Firefox, relay: Relay) -> None:
    browser.open(relay.url)
    if browser.level == "safest":
        assert "without scripts" in browser.text
        assert browser.find("#said").text == ""
    else:
        browser.wait_for("#said", text="with scripts")
        assert "without scripts" not in browser.text


def test_web_assembly(browser: Firefox, relay: Relay) -> None:
    browser.open(relay.url)
    assert browser.run("return typeof WebAssembly") == (
        "object" if browser.level == "standard" else "undefined"
    )
    if browser.level == "safer":
        browser.wait_for("#said", text="WebAssembly undefined")


def test_just_in_time_compilers(browser: Firefox) -> None:
    options = browser.run_as_browser("return Cu.getJSTestingFunctions().getJitCompilerOptions()")
    assert isinstance(options, dict)
    on = 1 if browser.level == "standard" else 0
    assert {options["ion.enable"], options["baseline.enable"], options["native_regexp.enable"]} == {on}


def test_a_secure_context_with_random_bytes(browser: Firefox, relay: Relay) -> None:
    browser.open(relay.url)
    assert browser.run("return isSecureContext && typeof crypto.getRandomValues") == "function"


def test_typing_choosing_a_file_and_a_picture(browser: Firefox, relay: Relay, tmp_path: Path) -> None:
    browser.open(relay.url)
    browser.find("#words").type("grüße")
    assert browser.find("#words").property("value") == "grüße"
    (tmp_path / "letter.txt").write_text("a letter")
    browser.find("#file").attach(tmp_path / "letter.txt")
    assert str(browser.find("#file").property("value")).endswith("letter.txt")
    browser.screenshot(tmp_path / "shots" / "page.png")
    assert (tmp_path / "shots" / "page.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("size", [(320, 568), (1000, 900)])
def test_the_size_of_the_page(browser: Firefox, relay: Relay, size: tuple[int, int]) -> None:
    browser.open(relay.url)
    browser.resize(*size)
    assert browser.run("return [innerWidth, innerHeight]") == list(size)


def test_nothing_leaves_the_machine(browser: Firefox, relay: Relay) -> None:
    before = len(browser.escapes)
    browser.open(relay.url)
    time.sleep(5)  # what a browser does on its own, it does after a while
    assert browser.escapes[before:] == []


def test_what_tries_to_leave_is_stopped_and_named(browser: Firefox) -> None:
    with pytest.raises(MarionetteException):
        browser.open("http://example.org/")
    assert any(escape.startswith("example.org:") for escape in browser.escapes)
    browser.gate.refused.clear()


@pytest.mark.parametrize("level", ["standard", "safer"])
def test_the_wire_sees_what_is_sent(open_firefox: OpenFirefox, relay: Relay, level: Level) -> None:
    browser = open_firefox(level)
    browser.open(relay.url)
    loaded = relay.wait_quiet()
    assert sorted(request.target for request in relay.requests) == ["/", "/icon", "/page.js"]
    browser.find("#words").type("canary " + "x" * 100)
    assert not relay.saw(b"canary")
    browser.find("button").click()
    browser.wait_for("#said", text="received 107")
    sent = relay.wait_quiet() - loaded
    assert sent.requests == 1
    assert sent.up > 107
    assert relay.requests[-1].body == b"canary " + b"x" * 100
    assert relay.saw(b"canary")


def test_asynchronous_scripts_and_their_errors(open_firefox: OpenFirefox, relay: Relay) -> None:
    browser = open_firefox("safer")
    browser.open(relay.url)
    assert browser.run_async("return await Promise.resolve(arguments[0] + 1)", 41) == 42
    with pytest.raises(JavascriptException, match="no such thing"):
        browser.run_async("throw new Error('no such thing')")
    assert browser.console_errors() == []
    browser.open(relay.url + "broken")
    (error,) = browser.console_errors()
    assert "nobody catches this" in error


@pytest.mark.tor
@pytest.mark.parametrize("level", LEVELS)
def test_an_onion_is_reached_and_recorded(
    open_firefox: OpenFirefox, private_tor: PrivateTor, site: int, level: Level
) -> None:
    browser = open_firefox(level, socks_port=private_tor.socks_port)
    with private_tor.host.control() as control:
        added = control.ask(f"ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=80,127.0.0.1:{site}")
        url = f"http://{added[0].removeprefix('ServiceID=')}.onion/"
        wait_for("the onion", lambda: _opens(browser, url), seconds=120, pause=1.0)
        assert browser.run("return isSecureContext")
        assert "/page.js" in [request.target for request in browser.gate.requests] or level == "safest"
        assert browser.gate.requests[0].headers["accept-encoding"] == "gzip, deflate"
        assert browser.escapes == []


def _opens(browser: Firefox, url: str) -> bool:
    try:
        browser.open(url)
    except MarionetteException:  # its descriptor is not everywhere yet
        return False
    return browser.title == "A page"


def test_a_later_profile_begins_with_what_firefox_knows_of_itself_and_no_more(tmp_path: Path) -> None:
    with Firefox():
        pass
    firefox_startup.give(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"startupCache", "compatibility.ini"}
