"""The step with the twelve words in a real browser, at each security level."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.crypto.phrase import WORDS
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.marionette import Keys
from tests.page.conftest import Organizer
from tests.page.form_visit import write
from tests.page.page_server import BROKEN, Answer, PageServer
from tests.page.phrase_visit import SCRIPT, TEXT, has_focus, keys_of, ready
from tests.page.twelve_words import (
    ask_for_words,
    give_back,
    press,
    type_words,
    words_shown,
    written_down,
)

pytestmark = pytest.mark.browser


def test_the_letter_carries_what_comes_of_the_words(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    ready(browser, server)
    words = ask_for_words(browser)
    assert len(words) == 12
    assert set(words) <= set(WORDS)
    assert has_focus(browser, "h1")
    assert server.sealed == []

    asked = written_down(browser)
    assert len(asked) == 3
    assert list(asked) == sorted(asked)
    assert set(asked) <= set(range(1, 13))
    assert has_focus(browser, "h1")
    assert not any(word in browser.find("main").text.split() for word in words if word not in _own_words())
    type_words(asked, words)
    press(browser, "Seal and send")
    browser.wait_for("#received", text="Your twelve words open it")
    assert "for 60 days" in browser.find("#received").text
    assert "asked for no answer" not in browser.find("#received").text

    letter = organizer.open(server.sealed[0], keyset)
    assert (letter.thread, letter.reply_key) == keys_of(words)
    assert letter.fields == (("message", TEXT),)
    assert len(server.sealed) == 1


def _own_words() -> set[str]:
    """Words of the page's own sentences that a phrase may have too."""
    return {
        "paper",
        "please",
        "letter",
        "word",
        "three",
        "your",
        "these",
        "after",
        "that",
        "all",
        "again",
        "type",
    }


def test_whoever_wants_no_answer_sends_no_keys(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    ready(browser, server)
    browser.find("#send").click()
    browser.wait_for("#received", text="asked for no answer")
    assert "come back" not in browser.find("#received").text
    assert "without the twelve words" not in browser.find("#received").text
    letter = organizer.open(server.sealed[0], keyset)
    assert (letter.thread, letter.reply_key) == (None, None)


def test_words_that_were_seen_and_not_used_are_said_not_to_be_needed(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    ready(browser, server)
    ask_for_words(browser)
    press(browser, "Back to my letter")
    browser.find("#send").click()
    browser.wait_for("#received", text="without the twelve words")
    assert organizer.open(server.sealed[0], keyset).thread is None


def test_a_wrong_word_is_named_by_its_number(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    words = ask_for_words(browser)
    asked = written_down(browser)
    first, second, third = asked
    type_words(asked, words, wrong=[second])
    press(browser, "Seal and send")
    browser.wait_for("#wrong", text=f"Word number {second} is not right")
    assert has_focus(browser, "#wrong")
    assert [field.attribute("aria-invalid") for field in asked.values()] == [None, "true", None]
    type_words(asked, words, wrong=[first, third])
    press(browser, "Seal and send")
    browser.wait_for("#wrong", text=f"Words number {first} and {third} are not right")
    for field in asked.values():
        field.clear()
    asked[first].type(Keys.ENTER)  # Enter is the button
    browser.wait_for("#wrong", text=f"Words number {first}, {second}, and {third}")
    asked[second].type(" ".join(words))
    press(browser, "Seal and send")
    browser.wait_for("#wrong", text=f"{first}, {second}, and {third}")
    assert server.sealed == []
    type_words(asked, words)
    asked[third].type(Keys.ENTER)
    browser.wait_for("#received")
    assert len(server.sealed) == 1


def test_going_back_changes_nothing(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "résumé.pdf"
    file.write_bytes(b"%PDF")
    ready(browser, server)
    browser.find("#field-contact").type("a signal name")
    browser.find("#field-help input").click()
    browser.find("#add").attach(file)
    browser.wait_for("#files", text="résumé.pdf")
    words = ask_for_words(browser)
    assert browser.find_all("#form, #fields") == []
    press(browser, "Back to my letter")
    assert has_focus(browser, "#get-words")
    assert browser.find("#state").text == "Not sent yet."
    assert browser.find("#field-message").property("value") == TEXT
    assert ask_for_words(browser) == words
    written_down(browser)
    press(browser, "Back to my letter")
    assert has_focus(browser, "#get-words")
    assert give_back(browser) == words
    browser.wait_for("#received")
    letter = organizer.open(server.sealed[0], keyset)
    assert letter.fields == (("message", TEXT), ("contact", "a signal name"), ("help", "Résumé"))
    assert [one.data for one in letter.attachments] == [b"%PDF"]
    assert (letter.thread, letter.reply_key) == keys_of(words)


def test_seeing_the_words_again_draws_other_places(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    words = ask_for_words(browser)
    drawn = set()
    for _ in range(10):
        drawn.add(tuple(written_down(browser)))
        press(browser, "Show me the words again")
        assert words_shown(browser) == words
    assert len(drawn) > 1  # all the same: once in 220^9
    assert server.sealed == []


def test_every_letter_has_words_of_its_own(browser: Firefox, server: PageServer) -> None:
    seen = set()
    for _ in range(3):
        ready(browser, server)
        seen.add(tuple(ask_for_words(browser)))
    assert len(seen) == 3


def test_a_retry_asks_for_no_words_and_sends_the_same_letter(browser: Firefox, server: PageServer) -> None:
    server.answers += [Answer(503), BROKEN]
    ready(browser, server)
    give_back(browser)
    browser.wait_for("#problem", text="cannot take letters")
    assert browser.find("#field-message").property("value") == TEXT
    press(browser, "Seal and send, with my twelve words")
    browser.wait_for("#problem", text="connection broke")
    press(browser, "Seal and send, with my twelve words")
    browser.wait_for("#received", text="Your twelve words open it")
    assert len(set(server.sealed)) == 1
    assert len(server.sealed) == 3


def test_a_change_of_mind_is_another_letter(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    server.answers += [Answer(503), Answer(503), Answer(503)]
    ready(browser, server)
    browser.find("#send").click()
    browser.wait_for("#problem", text="cannot take letters")
    words = give_back(browser)
    browser.wait_for("#problem", text="cannot take letters")
    write(browser, TEXT + " More.")
    press(browser, "Seal and send, with my twelve words")
    wait_for("the third", lambda: len(server.sealed) == 3, seconds=30)
    browser.wait_for("#problem", text="cannot take letters")
    browser.find("#send").click()
    browser.wait_for("#received", text="without the twelve words that you saw")
    letters = [organizer.open(envelope, keyset) for envelope in server.sealed]
    assert [(letter.thread, letter.reply_key) for letter in letters] == [
        (None, None),
        keys_of(words),
        keys_of(words),
        (None, None),
    ]
    assert [letter.fields[0][1] for letter in letters] == [TEXT, TEXT, TEXT + " More.", TEXT + " More."]


def test_enter_chooses_nothing(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    browser.find("#field-contact").type("a signal name" + Keys.ENTER)
    browser.run("document.querySelector('#form').requestSubmit(null)")
    assert browser.find_all(".words") == []
    assert browser.find("#state").text == "Ready to send."
    assert has_focus(browser, "#field-contact")
    assert server.sealed == []


def test_pressing_twice_does_everything_once(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.answers.append(Answer(503, held=held))
    ready(browser, server)
    browser.run("const words = document.querySelector('#get-words'); words.click(); words.click();")
    words = words_shown(browser)
    type_words(written_down(browser), words)
    browser.run(
        "const form = document.querySelector('main form');"
        "form.requestSubmit(); form.requestSubmit(); form.querySelector('button').click();"
    )
    browser.wait_for("#state", text="On its way")
    assert not browser.find("#get-words").enabled
    held.set()
    browser.wait_for("#problem", text="cannot take letters")
    assert len(server.sealed) == 1


def test_without_randomness_there_are_no_words(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    browser.run("crypto.getRandomValues = () => { throw new Error(); };")
    browser.find("#get-words").click()
    browser.wait_for("#problem", text="Please use Tor Browser")
    assert browser.find_all(".words") == []
    assert browser.find("#field-message").property("value") == TEXT
    browser.run("delete crypto.getRandomValues;")
    give_back(browser)
    browser.wait_for("#received")


def test_the_other_form_has_no_such_choice(browser: Firefox, server: PageServer) -> None:
    browser.open(server.url + "/offer")
    browser.wait_for("#state", text="Ready")
    assert browser.find_all("#get-words") == []
    write(browser, TEXT)
    browser.find("#send").click()
    browser.wait_for("#received")
    assert SCRIPT not in server.requests
