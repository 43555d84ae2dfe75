"""The catalogues: every sentence of the worker's pages is in every one, translated, with the same values and links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tools.catalogues import CATALOGUES, Sentence, all_sentences, as_file, read_catalogue, updated

PATHS = sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))
VALUES = re.compile(r"%\(\w+\)s|%%|\{\w+\}")
TAGS = re.compile(r"<[^>]*>")
OLD = """msgid ""
msgstr ""
"Language: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

#: offramp/templates/a.html
msgid "The letter stays on this computer."
msgstr "La carta se queda en esta computadora."

#: offramp/templates/a.html
msgid "Gone"
msgstr "Se fue"
"""


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return list(all_sentences())


@pytest.fixture(params=PATHS, ids=lambda path: path.parts[-3])
def path(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_spanish_is_there() -> None:
    assert "es" in [path.parts[-3] for path in PATHS]


def test_every_sentence_is_translated(path: Path, sentences: list[Sentence]) -> None:
    catalogue = read_catalogue(path)
    entries = {message.id: message for message in catalogue if message.id}
    for sentence in sentences:
        forms = _forms(entries[sentence.id])
        assert all(forms), sentence
        assert len(forms) == (catalogue.num_plurals if sentence.plural else 1), sentence
    assert [message.id for message in entries.values() if message.fuzzy] == []


def test_the_file_is_as_make_catalogues_leaves_it(path: Path, sentences: list[Sentence]) -> None:
    """Nothing is missing, gone, doubtful or there twice, so that a translator sees the whole of it at once."""
    assert path.read_bytes() == as_file(updated(path, sentences)), "run `make catalogues`"


def test_a_translation_has_the_same_values_and_links(path: Path) -> None:
    for message in read_catalogue(path):
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        for form in _forms(message):
            # One of the forms may say its number in words, as “a file”.
            assert sorted(VALUES.findall(form)) in [sorted(VALUES.findall(one)) for one in ids], form
            assert sorted(TAGS.findall(form)) in [sorted(TAGS.findall(one)) for one in ids], form


def test_sentences_come_from_everywhere(sentences: list[Sentence]) -> None:
    found = {sentence.one: sentence for sentence in sentences}
    assert found["ltr"].path == "offramp/languages.py"
    assert found["Look for answers"].path == "offramp/templates/answers.html"
    assert found["Ready to send."].path == "offramp/static/words.mjs"
    assert found["There is {count} answer"].plural == "There are {count} answers"


def test_what_was_translated_stays_and_what_is_gone_goes(tmp_path: Path) -> None:
    path = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(OLD, encoding="utf-8")
    assert as_file(read_catalogue(path)) == OLD.encode()
    sentences = [
        Sentence("offramp/templates/a.html", "The letter stays on your computer.", None),
        Sentence("offramp/static/b.mjs", "{n} file", "{n} files", ["How many there are."]),
    ]
    after = as_file(updated(path, sentences)).decode()
    assert "Se fue" not in after
    assert "fuzzy" in after.split('msgid "The letter stays on your computer."')[0]
    assert "#. How many there are.\n#: offramp/static/b.mjs\n" in after
    assert 'msgid_plural "{n} files"\nmsgstr[0] ""\nmsgstr[1] ""\n' in after


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())
