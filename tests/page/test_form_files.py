"""Files that are attached to a letter."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.conftest import Organizer
from tests.page.form_visit import failed, ready, send, write
from tests.page.page_server import Answer, PageServer

pytestmark = pytest.mark.browser


def test_the_largest_files_show_their_progress_and_what_is_too_much_is_said_at_once(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    large, small, more = (tmp_path / name for name in ("photo.bin", "small.bin", "more.bin"))
    large.write_bytes(bytes(7_900_000))
    small.write_bytes(b"\1" * 100_000)
    more.write_bytes(b"x")
    reading = threading.Event()

    server.answers.append(Answer(503, slowly=reading))
    ready(browser, server)
    browser.find("#add").attach(large)
    browser.wait_for("#files", text="photo.bin")
    browser.find("#add").attach(small)
    browser.wait_for("#files-left", text="8.0 MB of 8.0 MB")
    browser.find("#add").attach(more)
    browser.wait_for("#files-left", text="“more.bin” is too large")
    write(browser)
    send(browser)
    browser.wait_for("#state", text="Sealing")
    browser.wait_for("#meter")
    browser.wait_for("#amount", text="of 8.4 MB", seconds=120)
    reading.set()
    failed(browser, "cannot take letters")
    send(browser)
    browser.wait_for("#received", seconds=120)
    assert server.sealed[0] == server.sealed[1]
    letter = organizer.open(server.sealed[1], keyset)
    sizes = [(file.name, len(file.data)) for file in letter.attachments]
    assert sizes == [("photo.bin", 7_900_000), ("small.bin", 100_000)]


def test_a_file_can_be_taken_out_again(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
    ready(browser, server)
    browser.find("#add").attach(tmp_path / "one.txt", tmp_path / "two.txt")
    wait_for("both files", lambda: len(browser.find_all("#files li")) == 2, seconds=30)
    browser.find('button[aria-label="Remove one.txt"]').click()
    assert browser.run("return document.activeElement.id") == "add"
    write(browser)
    send(browser)
    browser.wait_for("#received")
    assert [file.name for file in organizer.open(server.sealed[0], keyset).attachments] == ["two.txt"]


def test_a_file_that_cannot_be_read_is_said(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    browser.run(
        "const add = document.querySelector('#add');"
        "const lost = new File(['x'], 'lost.txt');"
        "lost.arrayBuffer = () => Promise.reject(new DOMException('', 'NotReadableError'));"
        "Object.defineProperty(add, 'files', {value: [lost], configurable: true});"
        "add.dispatchEvent(new Event('change'));"
    )
    browser.wait_for("#files-left", text="“lost.txt” could not be read")
    assert browser.find_all("#files li") == []
