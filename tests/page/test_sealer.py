"""The offline sealer, opened from disk in a real Firefox without a network: what it saves opens at the desk."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from offramp.crypto.keyset import read_keyset
from offramp.crypto.words import keyset_words
from offramp.site.pages import Page
from tests.harness.axe import complaints
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.lent_firefox import Firefoxes
from tests.page.conftest import ONION, ROOT, Organizer
from tests.page.form_visit import CANARY, write
from tests.page.page_server import PageServer
from tests.page.phrase_visit import keys_of
from tests.page.twelve_words import type_words, words_shown

pytestmark = pytest.mark.browser


class Disk:
    """What a worker saved from the site: the sealer, and files with keys."""

    def __init__(self, folder: Path, pages: dict[str, Page]) -> None:
        self.folder = folder
        for name, path in (("en", "/sealer.html"), ("es", "/es/sealer.html")):
            (folder / name).mkdir()
            (folder / name / "sealer.html").write_bytes(pages[path].body)

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def open(self, browser: Firefox, language: str = "en") -> None:
        browser.open((self.folder / language / "sealer.html").as_uri())


@pytest.fixture
def disk(tmp_path: Path, pages: dict[str, Page]) -> Disk:
    return Disk(tmp_path, pages)


@pytest.fixture(params=["standard", "safer"])
def offline(request: pytest.FixtureRequest, firefoxes: Firefoxes) -> Iterator[Firefox]:
    """A browser whose network is cut."""
    with firefoxes.lent(request.param) as lent:
        lent.run_as_browser("Services.io.offline = true;")
        yield lent
        assert lent.escapes == []
        lent.run_as_browser("Services.io.offline = false;")


def accessible(browser: Firefox) -> None:
    """What is on the screen now: nothing for axe to find, and nothing wider than a narrow window."""
    for width in (1000, 320):
        browser.resize(width, 600)
        assert complaints(browser) == []
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), width


def saved(browser: Firefox) -> bytes:
    """The file that the sealer saved, once it is there; there must be no other."""
    file = browser.downloads / "letter.bin"
    wait_for("the sealed file", lambda: file.is_file() and file.stat().st_size > 10_000, seconds=60)
    assert [one.name for one in browser.downloads.iterdir()] == ["letter.bin"]
    return file.read_bytes()


def test_a_letter_is_sealed_without_a_network(
    offline: Firefox, disk: Disk, organizer: Organizer, keyset: bytes
) -> None:
    browser, card = offline, organizer.card()
    disk.open(browser)
    assert not browser.find("#keys-good").visible

    for name, raw, why in (
        ("note.txt", b"This is no keyset.", "does not have our keys"),
        ("no-card.bin", keyset, "does not have our keys"),
        ("theirs.bin", organizer.keyset(seed=bytes(32)) + card, "not ours"),
        ("of-another.bin", organizer.keyset(campaign_id="another") + card, "not ours"),
        ("over.bin", organizer.keyset(days=(-30, -20)) + card, "keys are over"),
        ("unread.bin", keyset + organizer.card(week=-9, next_by=-40), "keys are over"),
    ):
        browser.find("#keys").attach(disk.file(name, raw))
        browser.wait_for("#keys-problem", text=why)
        assert browser.run("return document.activeElement.id") == "keys-problem"
        assert not browser.find("#keys-good").visible
    accessible(browser)

    browser.find("#keys").attach(disk.file("keys.bin", keyset + card))
    browser.wait_for("#keys-good")
    accessible(browser)
    assert "A person last read this inbox" in browser.find("#keys-state").text
    assert not browser.find("#keys-problem").visible
    known = read_keyset(keyset, root=ROOT, campaign="quit-ice")
    assert browser.find("#keyset-words").text == keyset_words(known.id)

    browser.find("#choose-help").click()
    browser.wait_for("#state", text="Ready to seal")
    write(browser)
    attached = disk.file("plain.txt", b"attached " * 1_000)
    browser.find("#add").attach(attached)
    browser.wait_for("#files", text="plain.txt")
    accessible(browser)
    browser.find("#send").click()
    browser.wait_for("h1", text="Before it is sealed")
    assert "plain.txt" in browser.find("#main").text  # a name that somebody looks at once more
    accessible(browser)
    browser.find("main > p > .go").click()
    browser.wait_for("#received", text="Now send the file", seconds=60)

    accessible(browser)
    assert f"http://{ONION}/sealed-file" in browser.find("#received").text
    assert CANARY not in browser.source
    letter = organizer.open(saved(browser), keyset)
    assert letter.purpose == "help"
    assert ("message", CANARY) in letter.fields
    assert [(one.name, one.data) for one in letter.attachments] == [("plain.txt", attached.read_bytes())]
    assert letter.thread is None

    first = saved(browser)
    (browser.downloads / "letter.bin").unlink()
    browser.find("#save-again").click()
    assert saved(browser) == first


def test_in_spanish_with_twelve_words(
    firefoxes: Firefoxes, disk: Disk, organizer: Organizer, keyset: bytes
) -> None:
    with firefoxes.lent("standard") as browser:
        disk.open(browser, "es")
        browser.find("#keys").attach(disk.file("keys.bin", keyset + organizer.card()))
        browser.wait_for("#keys-good")
        browser.find("#choose-help").click()
        browser.wait_for("#send:enabled")
        write(browser)
        browser.find("#get-words").click()
        words = words_shown(browser)
        browser.find("main .go").click()
        browser.wait_for("main form input")
        fields = {int((one.attribute("id") or "")[5:]): one for one in browser.find_all("main form input")}
        type_words(fields, words)
        browser.find("main .go").click()
        browser.wait_for("#received", seconds=60)
        letter = organizer.open(saved(browser), keyset)
        assert ("language", "es") in letter.fields
        assert (letter.thread, letter.reply_key) == keys_of(words)
        for word in words:
            assert word not in browser.find("#received").text.split()


def test_an_offer(firefoxes: Firefoxes, disk: Disk, organizer: Organizer, keyset: bytes) -> None:
    with firefoxes.lent("standard") as browser:
        disk.open(browser)
        browser.find("#keys").attach(disk.file("keys.bin", keyset + organizer.card()))
        browser.wait_for("#keys-good")
        browser.find("#choose-offer").click()
        browser.wait_for("#state", text="Ready to seal")
        write(browser)
        browser.find("#send").click()
        browser.wait_for("#received", seconds=60)
        assert organizer.open(saved(browser), keyset).purpose == "offer"


def test_without_scripts_it_says_what_to_do(safest: Firefox, disk: Disk) -> None:
    disk.open(safest)
    assert "another browser" in safest.text
    assert not any(one.visible for one in safest.find_all("form, input, #begin"))


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", ["/sealer.html", "/es/sealer.html"])
def test_it_asks_for_nothing_and_may_not(pages: dict[str, Page], path: str) -> None:
    """No address of anything to load or to go to is in it, and its policy would refuse each."""
    text = pages[path].body.decode()
    tags = _Tags(text).found
    assert not {"a", "link", "img", "iframe", "object", "base"} & {tag for tag, _ in tags}
    assert not {"href", "src", "action", "srcset", "ping", "style"} & {
        one for _, named in tags for one in named
    }
    (policy,) = (named["content"] or "" for _, named in tags if named.get("http-equiv"))
    assert policy.startswith("default-src 'none';")
    for tag in ("script", "style"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode() in policy
        assert f"{tag}-src 'sha256-" in policy
    assert "url(" not in text.partition("<style>")[2].partition("</style>")[0]


def test_the_network_is_refused_even_to_its_own_script(
    firefoxes: Firefoxes, disk: Disk, server: PageServer
) -> None:
    with firefoxes.lent("standard", may_complain=True) as browser:
        disk.open(browser)
        assert (
            browser.run_async(
                "return fetch(arguments[0]).then(() => 'sent', () => 'refused');",
                server.url + "/keyset",
            )
            == "refused"
        )
        browser.run(
            "const i = new Image(); i.src = arguments[0]; document.body.append(i);", server.url + "/about"
        )
    assert server.requests == []
