"""What a person does in the step with the twelve words."""

from __future__ import annotations

from collections.abc import Collection

from tests.harness.element import Element
from tests.harness.firefox import Firefox


def ask_for_words(browser: Firefox) -> list[str]:
    """Press the first of the two buttons; the words, once they are shown."""
    browser.find("#get-words").click()
    return words_shown(browser)


def words_shown(browser: Firefox) -> list[str]:
    """The words that stand on the page."""
    browser.wait_for(".words")
    return [word.text for word in browser.find_all(".words span")]


def written_down(browser: Firefox) -> dict[int, Element]:
    """Say that the words are on paper; the fields that ask for three of them, by their numbers."""
    browser.find("main .go").click()
    browser.wait_for("main form input")
    return {int((field.attribute("id") or "")[5:]): field for field in browser.find_all("main input")}


def type_words(asked: dict[int, Element], words: list[str], *, wrong: Collection[int] = ()) -> None:
    """Fill the fields in as people do, with capitals, numbers and spaces; those in `wrong` with another word."""
    for number, field in asked.items():
        field.clear()
        word = words[number - 1] if number not in wrong else words[number % 12]
        field.type(f" {number}. {word.upper()} ")


def press(browser: Firefox, label: str) -> None:
    """Press the button with this label."""
    next(button for button in browser.find_all("button") if button.visible and button.text == label).click()


def give_back(browser: Firefox) -> list[str]:
    """The whole step, from the button on the form to the letter on its way; the words."""
    words = ask_for_words(browser)
    type_words(written_down(browser), words)
    browser.find("main form .go").click()
    return words
