"""A worker who left no name comes back with twelve words: request, answer with a file, follow-up, all through Tor."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import Level
from tests.harness.fixtures import OpenFirefox
from tests.journey.visiting import (
    SCREENSHOTS,
    THROUGH_TOR_SECONDS,
    assert_nobody_between_saw,
    new_canary,
    open_form,
    open_page,
    set_text,
    write,
)
from tests.journey.world import World, files_of
from tests.page.twelve_words import give_back, press

pytestmark = [pytest.mark.tor, pytest.mark.browser, pytest.mark.timeout(900)]


@dataclass(frozen=True, slots=True)
class Said:
    """What the pages say in one language, whose part of the address is `at`."""

    at: str
    no_answer: str
    received: str
    download: str


ENGLISH = Said("", "There is no answer", "Received", "Download")
SPANISH = Said("es/", "Ahora no hay ninguna respuesta", "Recibida", "Descargar")


def look(browser: Firefox, world: World, words: list[str], said: Said = ENGLISH) -> str:
    """Come back to the site and type the words; what the page says there is."""
    open_page(browser, world, f"{said.at}answers")
    browser.wait_for("#look:enabled", seconds=THROUGH_TOR_SECONDS)
    set_text(browser, "phrase", "  " + "\n".join(words).upper())
    browser.find("#look").click()
    return browser.wait_for("#outcome", seconds=THROUGH_TOR_SECONDS).text


@pytest.mark.parametrize(("level", "said"), [("standard", ENGLISH), ("safer", SPANISH)])
def test_request_answer_with_a_file_and_follow_up(
    world: World, open_firefox: OpenFirefox, tmp_path: Path, level: Level, said: Said
) -> None:
    canary = new_canary()
    bundle = world.desk("alice") / "inbox.bundle"

    browser = open_firefox(level, socks_port=world.tor.socks_port)
    open_form(browser, world, said.at)
    write(browser, "message", f"I would like to leave. {canary}")
    words = give_back(browser)
    browser.wait_for("#received", text=said.received, seconds=THROUGH_TOR_SECONDS)
    assert browser.console_errors() == []
    assert_nobody_between_saw(canary.encode(), browser, world)
    assert_nobody_between_saw(" ".join(words).encode(), browser, world)
    assert look(browser, world, words, said).startswith(said.no_answer)

    assert world.fetch("carla", bundle).status == 0
    submissions = world.open_all("alice", bundle, tmp_path / "files")
    request = next(one for one in submissions if canary in str(one["fields"]))
    assert request["wants_answer"]

    answer = f"Here is what we would change. {canary}\n你好 👋"
    (tmp_path / "answer.txt").write_text(answer)
    revised = tmp_path / f"Revised {canary}.pdf"
    revised.write_bytes(b"%PDF-1.7 " + canary.encode() + secrets.token_bytes(100_000))
    contents = ("--text", tmp_path / "answer.txt", "--file", revised, "--yes")
    world.at_desk("alice", "import")
    world.at_desk("alice", "answer", request["id"], *contents)
    world.at_desk("alice", "pack", tmp_path / "stick.pack")
    pushed = world.push("carla", tmp_path / "stick.pack")
    assert pushed.status == 0, pushed.errors
    world.wait_for_rebuild()

    reader = open_firefox(level, socks_port=world.tor.socks_port)
    assert not look(reader, world, words, said).startswith(said.no_answer)
    assert reader.find("#list article .prose").text == answer
    reader.screenshot(SCREENSHOTS / f"answer-{level}.png")
    press(reader, f"{said.download} {revised.name} (101 KB)")
    saved = reader.downloads / revised.name
    wait_for(
        "the file", lambda: saved.exists() and saved.stat().st_size > 100_000, seconds=THROUGH_TOR_SECONDS
    )
    assert saved.read_bytes() == revised.read_bytes()

    follow_up = f"Thank you. {canary}"
    attached = tmp_path / "notes.txt"
    attached.write_bytes(canary.encode() * 1_000)
    reader.find("#write").click()
    reader.wait_for("#send:enabled", seconds=THROUGH_TOR_SECONDS)
    write(reader, "message", follow_up)
    reader.find("#add").attach(attached)
    reader.wait_for("#files", text=attached.name)
    reader.find("#send").click()
    reader.wait_for("#received", text=said.received, seconds=THROUGH_TOR_SECONDS)
    assert reader.console_errors() == []
    assert reader.escapes == []
    for secret in (canary, " ".join(words), " ".join(words).upper(), "\n".join(words).upper()):
        assert_nobody_between_saw(secret.encode(), reader, world)

    assert world.fetch("carla", bundle).status == 0
    files = tmp_path / "case"
    world.at_desk("alice", "import")
    case = json.loads(world.at_desk("alice", "case", request["id"], "--json", "--attachments", files))
    assert [one["purpose"] for one in case["letters"]] == ["help", "follow-up"]
    assert [one["text"] for one in case["answers"]] == [answer]
    assert case["status"] == "open"  # they wrote again
    last = case["letters"][-1]["fields"]
    assert last["message"] == [follow_up]
    assert last["answers_read"] == ["1"]
    assert any(path.read_bytes() == attached.read_bytes() for path in files.iterdir())

    (world.desk("bob") / "inbox.bundle").write_bytes(bundle.read_bytes())
    world.at_desk("bob", "import")
    bobs_case = json.loads(world.at_desk("bob", "case", request["id"], "--json"))
    assert [one["fields"] for one in bobs_case["letters"]] == [one["fields"] for one in case["letters"]]
    # What alice answered came to him through the server, sealed.
    assert [(one["number"], one["text"]) for one in bobs_case["answers"]] == [(1, answer)]
    for folder in (world.desk("alice"), world.desk("bob")):
        assert not any(canary.encode() in content for content in files_of(folder))


def test_words_that_open_nothing_look_like_an_answer_that_is_not_there_yet(
    world: World, open_firefox: OpenFirefox
) -> None:
    """Eleven times the first word of the list and one that fits: a phrase that nobody was given."""
    browser = open_firefox("standard", socks_port=world.tor.socks_port)
    assert look(browser, world, ["abandon"] * 11 + ["about"]).startswith(ENGLISH.no_answer)
