"""Takes the README's pictures from the running program: a demonstration's site and an organizer's desk.

    python -m tools.pictures [FOLDER]

The demonstration is one of its own, in a temporary folder; all that stands in its letters is made up.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from offramp.crypto.card import CARD_LENGTH
from offramp.crypto.errors import OfframpError
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Letter
from offramp.crypto.sealing import seal
from offramp.desk.campaign_folder import CampaignFolder
from tests.desk.web.browsing import running_desk
from tests.harness.children import end_child, start_child, tail, wait_for
from tests.harness.firefox import Firefox
from tests.server.running import ask, submit
from tools import demo

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
NAMES = ("worker", "worker-form", "worker-phone", "answers", "desk-requests", "desk-case")
MOST_BYTES = 150_000
"""So that a page of pictures opens quickly, on a slow connection too."""

REQUEST = (
    "Nine years at the border, and I am tired. I would like to do something with logistics. How do I put what I "
    "did into words that another employer understands?"
)
ANSWER = (
    "Thank you for writing to us.\n\n"
    "Shifts of forty people, vehicles, supplies, reports that hold up: that is logistics already. Employers call it "
    "“operations”. Have a look at “shift supervisor” and “dispatch manager”.\n\n"
    "Two questions:\n1. Would you move for a job?\n2. Do you like to work at night?"
)
OTHERS = (
    ("I have already left. Could somebody practice interviews with me?", "Interviews"),
    ("I write reports all day. What else can somebody do who writes clearly?", "Choosing a new field"),
    ("Quiero salir antes del verano. Me gustaría trabajar en un taller.", "Finding jobs"),
    ("My résumé is eight years old. I do not know where to begin.", "Résumé"),
    ("I speak three languages, and would like to teach one of them.", "Someone to talk it through with"),
)


class PictureTooLarge(OfframpError):  # noqa: N818  # as in offramp.crypto.errors
    """A picture is larger than the README should make anybody load; take it of a smaller part of the page."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A browser, and the folder for what it shows."""

    browser: Firefox
    folder: Path

    def take(self, name: str, *, width: int = 1000, height: int = 760) -> None:
        """A picture of what a window of this size shows, in CSS pixels. Raises PictureTooLarge."""
        path = self.folder / f"{name}.png"
        self.browser.resize(width, height)
        self.browser.screenshot(path, whole_page=False)
        shrink(path)


def shrink(path: Path) -> None:
    """Save a PNG anew with 128 colours, which is more than our pages have. Raises PictureTooLarge."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise PictureTooLarge(f"{path.name} has {path.stat().st_size} bytes.")


def worker_pictures(camera: Camera, url: str) -> list[str]:
    """Ask for help as somebody would; the twelve words with which they can read the answer."""
    browser = camera.browser
    browser.resize(360, 640)
    browser.open(f"{url}/es/")
    camera.take("worker-phone", width=360)
    browser.open(f"{url}/")
    camera.take("worker")
    browser.find("summary").click()
    browser.wait_for("#state", text="Ready")
    browser.find("#field-message").type(REQUEST)
    _set(browser, "#field-agency", "CBP: Border Patrol")
    _set(browser, "#field-region", "Texas")
    _scroll_to(browser, "summary")
    camera.take("worker-form")
    browser.find("#get-words").click()
    browser.wait_for(".words")
    words = [one.text for one in browser.find_all(".words span")]
    browser.find("main .go").click()
    for field in browser.find_all("[id^=word-]"):
        field.type(words[int(str(field.attribute("id")).removeprefix("word-")) - 1])
    browser.find("main form .go").click()
    browser.wait_for("#received")
    return words


def answers_picture(camera: Camera, url: str, words: Sequence[str]) -> None:
    """Read the answer to these words."""
    browser = camera.browser
    browser.open(f"{url}/answers")
    browser.wait_for("#look-state", text="Ready")
    browser.find("#phrase").type(" ".join(words))
    browser.find("#look").click()
    browser.wait_for("article .prose")
    _scroll_to(browser, "header")
    camera.take("answers")


def desk_pictures(camera: Camera, address: str) -> None:
    """An organizer's list of requests, and the case that they answered."""
    browser = camera.browser
    browser.open(address)
    next(one for one in browser.find_all(".tabs a") if one.text.startswith("All")).click()
    browser.wait_for("td.words a", text=REQUEST[:20])
    camera.take("desk-requests", width=1200)
    next(one for one in browser.find_all("td.words a") if one.text.startswith(REQUEST[:20])).click()
    browser.wait_for(".item")
    camera.take("desk-case", width=1200)


def _set(browser: Firefox, css: str, value: str) -> None:
    browser.run("document.querySelector(arguments[0]).value = arguments[1];", css, value)


def _scroll_to(browser: Firefox, css: str) -> None:
    browser.run("document.activeElement.blur(); document.querySelector(arguments[0]).scrollIntoView();", css)


@contextmanager
def running_server(log: Path) -> Iterator[str]:
    """The demonstration's server on the loopback; the address of its pages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = start_child([str(demo.OFFRAMP), "serve", str(demo.SERVER), "--port", str(port)], log=log)

    def serves() -> bool:
        if server.poll() is not None:
            sys.exit(tail(log))
        return _socket().exists() and f":{port}" in log.read_text()

    try:
        wait_for("the server", serves, seconds=120)
        yield f"http://127.0.0.1:{port}"
    finally:
        end_child(server, patience=20)


def _socket() -> Path:
    return demo.SERVER / "run" / "intake" / "intake.sock"


def send_others() -> None:
    """Letters of people who want no answer, so that the inbox looks like one."""
    _, body = ask(_socket(), "GET", "/keyset")
    keyset = CampaignFolder(demo.CAMPAIGN).trust().keyset(body[:-CARD_LENGTH])
    for text, help_with in OTHERS:
        status, why = submit(_socket(), seal(_letter(keyset, text, help_with), keyset))
        if status != 201:
            sys.exit(f"The demonstration took no letter: {why.decode()}")


def _letter(keyset: Keyset, text: str, help_with: str) -> Letter:
    fields = (("message", text), ("help", help_with))
    return Letter("help", keyset.campaign, keyset.id, fields=fields, attachments=())


def answer(folder: Path) -> None:
    """At Alice's desk: fetch, import, answer what was asked with words, and push; then wait for the board."""
    desk = demo.DESKS["alice"]
    at_desk = ("--desk", desk)
    demo.secretly("fetch", *at_desk)
    demo.secretly("import", *at_desk)
    text = folder / "answer.txt"
    text.write_text(ANSWER)
    demo.secretly("answer", _case_of(desk), "--text", text, "--yes", *at_desk)
    demo.secretly("push", *at_desk)
    before = ask(_socket(), "GET", "/board")
    wait_for(
        "new answers, which appear every minute",
        lambda: ask(_socket(), "GET", "/board") != before,
        seconds=180,
    )


def _case_of(desk: Path) -> str:
    """The beginning of the id of the case with the request."""
    listed = subprocess.run(
        [demo.OFFRAMP, "inbox", "logistics", "--desk", desk, "--passphrase-file", demo.PASSPHRASE],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return listed.split()[0]


def main() -> None:
    """Make a demonstration, use it, and leave nothing of it but the pictures."""
    pictures = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="offramp-pictures-") as name:
        folder = Path(name)
        os.chdir(folder)
        demo.make_campaign()
        demo.step("letters, an answer, and the pictures")
        with running_server(folder / "log") as url, Firefox() as browser:
            camera = Camera(browser, pictures)
            send_others()
            words = worker_pictures(camera, url)
            answer(folder)
            answers_picture(camera, url, words)
            with running_desk(demo.DESKS["alice"].resolve(), demo.PASSPHRASE.resolve()) as address:
                desk_pictures(camera, address)
    for name in NAMES:
        path = pictures / f"{name}.png"
        print(f"{os.path.relpath(path, Path(__file__).parent.parent)}  {path.stat().st_size // 1000} KB")


if __name__ == "__main__":
    main()
