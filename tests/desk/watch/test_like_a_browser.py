"""Whoever watches asks as a visitor's browser does, so that a server cannot show them other files than visitors."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.desk.watch.browser import Kind, asking
from tests.desk.watch.site import Served, Site
from tests.harness.children import wait_for
from tests.harness.lent_firefox import Firefoxes
from tests.harness.wire import Relay

KINDS: dict[str, Kind] = {
    "/": "page",
    "/static/style.css": "style",
    "/static/en/form.js": "script",
    "/keyset": "data",
}
# The version and what follows from it: the browser of the tests is another one than Tor Browser's.
OF_THE_VERSION = {"User-Agent", "Accept-Language", "Host"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    one.html = one.html.replace("</title>", "</title><script src=/static/en/form.js defer></script>")
    one.files["/static/en/form.js"] = Served(b"fetch('/keyset')", "text/javascript; charset=utf-8")
    one.serve("/static/en/form.js")
    one.server.answers["/favicon.ico"] = lambda _: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    for served in one.files.values():
        served.own_headers = (
            ("content-security-policy", "default-src 'self'"),
            ("referrer-policy", "no-referrer"),  # as all answers of the real site
        )
    yield one
    one.server.close()


def heads(relay: Relay) -> dict[str, list[tuple[str, str]]]:
    """The headers of the first request for each path, as they came."""
    found: dict[str, list[tuple[str, str]]] = {}
    for request in relay.requests:
        lines = request.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        found.setdefault(request.target, [one for one in pairs if one[0] not in OF_THE_VERSION])
    return found


@pytest.mark.browser
def test_the_same_headers_in_the_same_order_as_tor_browsers(site: Site, firefoxes: Firefoxes) -> None:
    with Relay(site.server.path) as visited, firefoxes.lent("standard", may_complain=True) as browser:
        browser.open(visited.url)
        wait_for("the keyset to be asked for", lambda: "/keyset" in heads(visited), seconds=30)
        browsers = heads(visited)
    with Relay(site.server.path) as watched:
        port = watched.address
        assert isinstance(port, int)
        ask = asking(lambda: socket.create_connection(("127.0.0.1", port), timeout=10), "a.onion")
        for path, kind in KINDS.items():
            assert ask(path, kind, 100_000).status == 200
        ours = heads(watched)
    assert ours == {path: browsers[path] for path in KINDS}


def test_each_question_has_a_connection_of_its_own(site: Site) -> None:
    with Relay(site.server.path) as relay:
        port = relay.address
        assert isinstance(port, int)
        ask = asking(lambda: socket.create_connection(("127.0.0.1", port), timeout=10), "a.onion")
        for _ in range(3):
            ask("/", "page", 100_000)
        assert [len(tape.requests) for tape in relay.tapes] == [1, 1, 1]
