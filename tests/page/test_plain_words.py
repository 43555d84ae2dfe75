"""Whoever reads the pages is frightened and in a hurry: an eighth grader can follow every page, in each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from offramp.site.pages import Page
from tests.page.reading_level import GRADES, english_syllables, sentences_of, spanish_syllables, words_of
from tests.page.running_text import running_text

CATALOGUE = Path(__file__).parents[2] / "offramp/translations/es/LC_MESSAGES/messages.po"

GRADE = 8.0
"""Of a whole page, and of all that the scripts say."""
HARDEST_PARAGRAPH = 10.0
"""Of one paragraph of ten words or more; the formulas are made for whole texts, and jump about with shorter ones."""
LONGEST_SENTENCE = 25  # words
_TOO_SHORT = 10  # words

PLAIN = {
    "en": "You do not have to give your name. We read what you write, and then we write back to you.",
    "es": "Usted no tiene que dar su nombre. Leemos lo que usted escribe, y luego le respondemos.",
}
OFFICIAL = {
    "en": "Confidentiality of submitted documentation is guaranteed subject to applicable organizational regulations.",
    "es": "La confidencialidad de la documentación presentada se garantiza conforme al reglamento administrativo.",
}


@pytest.fixture(scope="module")
def paragraphs(pages: dict[str, Page]) -> dict[str, dict[str, list[str]]]:
    """By language and then by page: what stands there. What the scripts say is a page too."""
    found: dict[str, dict[str, list[str]]] = {"en": {}, "es": {}}
    for path, page in pages.items():
        if page.content_type.startswith("text/html"):
            found["es" if path.startswith("/es/") else "en"][path] = running_text(page.body)
    catalogue = _catalogue()
    found["en"]["templates and scripts"] = list(catalogue)
    found["es"]["templates and scripts"] = list(catalogue.values())
    return found


def _catalogue() -> dict[str, str]:
    """Every sentence of the templates and scripts, with its Spanish."""
    with CATALOGUE.open("rb") as file:
        messages = [one for one in read_po(file) if one.id]
    pairs = {}
    for one in messages:
        pairs[_filled(one.id)] = _filled(one.string)
    return pairs


def _filled(message: str | tuple[str, ...] | list[str] | None) -> str:
    """The form for many, with something in every place that is filled in later."""
    sentence = message if isinstance(message, str) else (message or [""])[-1]
    return re.sub(r"%\(\w+\)s|\{\w+\}", "5", sentence)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_plain(paragraphs: dict[str, dict[str, list[str]]], language: str) -> None:
    grade = GRADES[language]
    found = {path: _long_enough(texts) for path, texts in paragraphs[language].items()}
    assert len(found) >= 7
    for path, texts in found.items():
        value, worst = grade(texts), max(texts, key=lambda one: grade([one]))
        assert value <= GRADE, f"{path} is for grade {value:.1f}. Its hardest paragraph: {worst}"


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_paragraph_is_hard(paragraphs: dict[str, dict[str, list[str]]], language: str) -> None:
    texts = {one for texts in paragraphs[language].values() for one in _long_enough(texts)}
    graded = sorted(((GRADES[language]([one]), one) for one in texts), reverse=True)
    hard = [f"{value:.1f}: {one}" for value, one in graded if value > HARDEST_PARAGRAPH]
    assert not hard, "\n".join(hard)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_is_long(paragraphs: dict[str, dict[str, list[str]]], language: str) -> None:
    sentences = {
        one for texts in paragraphs[language].values() for text in texts for one in sentences_of(text)
    }
    long = [f"{len(words_of(one))}: {one}" for one in sentences if len(words_of(one)) > LONGEST_SENTENCE]
    assert not long, "\n".join(sorted(long, reverse=True))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_measure_tells_plain_from_official(language: str) -> None:
    grade = GRADES[language]
    assert grade([PLAIN[language]]) <= 5
    assert grade([OFFICIAL[language]]) >= 13


@pytest.mark.parametrize(
    ("word", "count"),
    [("keys", 1), ("about", 2), ("agency’s", 3), ("computer", 3), ("CBP", 3), ("Wi-Fi", 2), ("sealer", 2)],
)
def test_english_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("y", 1),
        ("muy", 1),
        ("que", 1),
        ("quien", 1),
        ("ciudad", 2),
        ("día", 2),
        ("bueno", 2),
        ("ayuda", 3),
        ("aéreo", 4),
        ("currículum", 4),
        ("organización", 5),
        ("VPN", 3),
    ],
)
def test_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def _long_enough(texts: list[str]) -> list[str]:
    """Without headings, buttons and the like, which would make every page look plain."""
    return [one for one in texts if len(words_of(one)) >= _TOO_SHORT]
