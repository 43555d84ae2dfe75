"""Files and long texts of an answer, in a real browser: as they arrive on the disk, and when they do not."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.answers_visit import button, focused, read
from tests.page.boards import Person, TestBoard
from tests.page.page_server import BROKEN, Answer, PageServer

pytestmark = pytest.mark.browser

ME = Person.numbered(3)
FILE = secrets.token_bytes(150_000)


def _board(server: PageServer, *files: tuple[str, bytes]) -> list[str]:
    """A board with one answer that has these files; their paths on the server."""
    board = TestBoard()
    board.answer(ME, "See the files.", *(board.parcel(data, name) for name, data in files))
    board.put_on(server)
    return [f"/parcel/{name.hex()}" for name in board.parcels]


def _long_text(server: PageServer, data: bytes) -> str:
    """A board with an answer whose text is a parcel; its path."""
    board = TestBoard()
    board.answer(ME, "", board.parcel(data, ""))
    board.put_on(server)
    return next(path for path in server.files if path.startswith("/parcel/"))


def _saved(browser: Firefox, name: str) -> bytes:
    """What the browser saved, and nothing else; taken away again."""
    file = browser.downloads / name

    def whole() -> list[Path]:
        there = list(browser.downloads.iterdir())
        return (
            there
            if there and not any(one.name.endswith(".part") or not one.stat().st_size for one in there)
            else []
        )

    found = wait_for("a file on the disk", whole, seconds=30)
    assert found == [file]
    data = file.read_bytes()
    file.unlink()
    return data


def test_a_file_arrives_as_it_was_under_its_name(browser: Firefox, server: PageServer) -> None:
    (path,) = _board(server, ("résumé 你.pdf", FILE))
    read(browser, server, ME.phrase)
    assert "somebody downloads something of this size" in browser.text
    assert not any(path.startswith("/parcel") for path in server.requests)
    button(browser, "Download résumé 你.pdf (150 KB)").click()
    browser.wait_for("article [role=status]", text="Your browser saves it")
    assert "disconnect this computer" in browser.find("article [role=status]").text
    assert _saved(browser, "résumé 你.pdf") == FILE
    assert browser.url == server.url + "/answers"
    assert server.requests.count(path) == 1


def test_saving_again_asks_the_server_nothing(browser: Firefox, server: PageServer) -> None:
    (path,) = _board(server, ("a.txt", b"a few words"))
    read(browser, server, ME.phrase)
    for _ in range(2):
        button(browser, "Download a.txt").click()
        assert _saved(browser, "a.txt") == b"a few words"
    assert server.requests.count(path) == 1


@pytest.mark.parametrize(
    ("given", "name", "warned"),
    [
        ("../../.config/x.pdf", "_.._.config_x.pdf", False),
        ("invoice\u202efdp.exe", "invoicefdp.exe.bin", True),
        (".bashrc", "bashrc.bin", True),
        ("con.txt", "_con.txt", False),
        ("a\u200b\u0000\nb%20c.lnk", "a b_20c.lnk.bin", True),
        ("x" * 250 + ".docx", "x" * 94 + ".docx", False),
        ("你" * 80 + ".pdf", "你" * 65 + ".pdf", False),
        ("page.html", "page.html.bin", True),
        ("-rf ~.sh;.rtf", "rf ~.sh;.rtf", False),
    ],
)
def test_a_hostile_name_is_harmless_on_the_disk(
    browser: Firefox, server: PageServer, given: str, name: str, warned: bool
) -> None:
    _board(server, (given, b"x" * 10))
    read(browser, server, ME.phrase)
    assert ("“.bin” was added" in browser.text) is warned
    assert (
        browser.run("return document.querySelector('article button').textContent")
        == f"Download {name} (1 KB)"
    )
    browser.find("article button").click()
    assert _saved(browser, name) == b"x" * 10


def test_an_empty_file(browser: Firefox, server: PageServer) -> None:
    _board(server, ("empty.txt", b""))
    read(browser, server, ME.phrase)
    button(browser, "Download empty.txt (0 KB)").click()
    file = browser.downloads / "empty.txt"
    wait_for("the file", file.exists, seconds=30)
    file.unlink()


def test_the_largest_file_shows_how_far_it_is(browser: Firefox, server: PageServer) -> None:
    data = secrets.token_bytes(8_000_000)
    (path,) = _board(server, ("large.pdf", data))
    half = threading.Event()
    server.next[path].append(Answer(200, server.files[path], "application/octet-stream", half=half))
    read(browser, server, ME.phrase)
    button(browser, "large.pdf (8.0 MB)").click()
    browser.wait_for("article .hint", text="of 8.4 MB")
    assert browser.find("article progress").visible
    half.set()
    browser.wait_for("article [role=status]", text="Opening")
    browser.wait_for("article [role=status]", text="Your browser saves it", seconds=120)
    assert _saved(browser, "large.pdf") == data


def test_several_files_do_not_get_in_each_others_way(browser: Firefox, server: PageServer) -> None:
    paths = _board(server, ("one.txt", b"1" * 20_000), ("two.txt", b"2"))
    held = threading.Event()
    server.next[paths[0]].append(Answer(200, server.files[paths[0]], held=held))
    read(browser, server, ME.phrase)
    button(browser, "one.txt").click()
    button(browser, "two.txt").click()
    assert _saved(browser, "two.txt") == b"2"
    held.set()
    assert _saved(browser, "one.txt") == b"1" * 20_000


def test_a_long_text_comes_when_it_is_asked_for(browser: Firefox, server: PageServer) -> None:
    text = "<b>A long</b>\n\n" + "letter 你好 \u202e " * 600
    path = _long_text(server, text.encode())
    read(browser, server, ME.phrase)
    assert path not in server.requests
    button(browser, "Show the whole text").click()
    browser.wait_for("article .prose", text="A long")
    assert browser.find("article .prose").property("textContent") == text
    assert browser.find_all("article b, article button") == []
    assert browser.run("return document.activeElement.className") == "parcel"


def test_a_long_text_that_is_no_text_is_said(browser: Firefox, server: PageServer) -> None:
    _long_text(server, b"\xff" * 5000)
    read(browser, server, ME.phrase)
    button(browser, "Show the whole text (5 KB)").click()
    browser.wait_for("article [role=alert]", text="cannot be shown")


Spoil = Callable[[bytes], Answer]
FAILURES: dict[str, tuple[Spoil, str]] = {
    "gone": (lambda _: Answer(404), "no longer on the server. Write to us, and we will send it again"),
    "refused": (lambda _: Answer(500), "refused to send it (500)"),
    "no connection": (lambda _: BROKEN, "connection broke"),
    "broken within": (lambda raw: Answer(200, raw, cut=True), "connection broke"),
    "truncated": (lambda raw: Answer(200, raw[:-1]), "not whole"),
    "too long": (lambda raw: Answer(200, raw + bytes(100_000)), "not whole"),
    "damaged": (lambda raw: Answer(200, raw[:-1] + bytes([raw[-1] ^ 1])), "damaged"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_said_and_can_be_tried_again(browser: Firefox, server: PageServer, name: str) -> None:
    (path,) = _board(server, ("file.pdf", FILE))
    spoil, words = FAILURES[name]
    server.next[path] += [spoil(server.files[path])] * 20  # a browser may ask again by itself
    read(browser, server, ME.phrase)
    button(browser, "file.pdf").click()
    browser.wait_for("article [role=alert]", text=words)
    assert browser.run("return document.activeElement.role") == "alert"
    assert list(browser.downloads.iterdir()) == []
    server.next.clear()
    button(browser, "file.pdf").click()
    assert _saved(browser, "file.pdf") == FILE


def test_a_download_can_be_stopped(browser: Firefox, server: PageServer) -> None:
    (path,) = _board(server, ("file.pdf", FILE))
    half = threading.Event()
    server.next[path].append(Answer(200, server.files[path], half=half))
    read(browser, server, ME.phrase)
    button(browser, "file.pdf").click()
    browser.wait_for("article .hint", text="of 263 KB")
    button(browser, "Stop").click()
    browser.wait_for("article [role=alert]", text="You stopped it")
    half.set()
    button(browser, "file.pdf").click()
    assert _saved(browser, "file.pdf") == FILE


def test_clearing_takes_back_what_the_browser_was_lent(browser: Firefox, server: PageServer) -> None:
    _board(server, ("file.pdf", FILE))
    read(browser, server, ME.phrase)
    browser.run(
        "window.types = []; window.lent = [];"
        "const make = URL.createObjectURL, end = URL.revokeObjectURL;"
        "URL.createObjectURL = (blob) => {"
        "  types.push(blob.type); lent.push(make.call(URL, blob)); return lent.at(-1); };"
        "URL.revokeObjectURL = (url) => { lent.splice(lent.indexOf(url), 1); end.call(URL, url); };"
    )
    for _ in range(2):
        button(browser, "file.pdf").click()
        assert _saved(browser, "file.pdf") == FILE
    assert browser.run("return [types, lent.length]") == [["application/octet-stream"] * 2, 2]
    browser.find("#clear").click()
    assert focused(browser) == "phrase"
    assert browser.run("return lent") == []


def test_clearing_ends_a_download(browser: Firefox, server: PageServer) -> None:
    (path,) = _board(server, ("file.pdf", FILE))
    half = threading.Event()
    server.next[path].append(Answer(200, server.files[path], half=half))
    read(browser, server, ME.phrase)
    button(browser, "file.pdf").click()
    browser.wait_for("article .hint", text="of 263 KB")
    browser.find("#clear").click()
    assert browser.find_all("article") == []
    half.set()
    assert server.requests.count(path) == 1
    assert list(browser.downloads.iterdir()) == []
