"""Brings every catalogue up to date with the sentences of the templates and scripts; `make catalogues` runs it.

What a translator wrote stays. A sentence that is new is added without a translation, one that has changed a little
keeps its old translation, marked as fuzzy, and one that is gone goes.
"""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

REPOSITORY = Path(__file__).parents[1]
TEMPLATES = REPOSITORY / "offramp" / "templates"
CATALOGUES = REPOSITORY / "offramp" / "translations"
_SPEAKING = REPOSITORY / "offramp" / "languages.py"  # the language's own name, and its direction
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2)}
# Dates and names of programs, which change without any sentence changing.
_NOISE = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Generated-By",
    "Report-Msgid",
    "Project-Id",
    "MIME-Version",
)
_NOISE += ("Last-Translator", "Language-Team")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the worker's pages. `plural` is None where it has none; `path` is within the repository."""

    path: str
    one: str
    plural: str | None
    comments: list[str] = field(default_factory=list)

    @property
    def id(self) -> str | tuple[str, str]:
        """As Babel calls it."""
        return self.one if self.plural is None else (self.one, self.plural)


def main() -> None:
    """Rewrite every catalogue, and say what each still lacks."""
    sentences = list(all_sentences())
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        catalogue = updated(path, sentences)
        path.write_bytes(as_file(catalogue))
        lacking = [message for message in catalogue if message.id and (message.fuzzy or not message.string)]
        print(f"{path.relative_to(REPOSITORY)}: {len(catalogue)} sentences, {len(lacking)} to translate")


def all_sentences() -> Iterator[Sentence]:
    """Every sentence that is marked for translation, in an order that does not change by itself."""
    yield from _in_file(_SPEAKING, "python")
    for template in sorted(TEMPLATES.glob("*.html")):  # the desk's, in a folder below, are not translated
        yield from _in_file(template, babel_extract)
    done = subprocess.run(
        ["node", "tools/sentences.mjs"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    for found in json.loads(done.stdout):
        yield Sentence(found["path"], found["one"], found["many"])


def _in_file(path: Path, method: Any) -> Iterator[Sentence]:
    name = str(path.relative_to(REPOSITORY))
    options = {"silent": "false"}
    found = extract_from_file(method, path, _KEYWORDS, ["Translators:"], options, strip_comment_tags=True)
    for _, message, comments, _ in found:
        one, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        yield Sentence(name, one, plural, comments)


def read_catalogue(path: Path) -> Catalog:
    """The catalogue in this file, of the language that its folder is named for."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def updated(path: Path, sentences: list[Sentence]) -> Catalog:
    """The catalogue in this file with exactly these sentences."""
    catalogue, template = read_catalogue(path), Catalog()
    for sentence in sentences:
        template.add(sentence.id, locations=[(sentence.path, 0)], auto_comments=sentence.comments)
    catalogue.update(template, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def as_file(catalogue: Catalog) -> bytes:
    """A catalogue's file: every sentence on one line, so that a change to it is one line of a diff."""
    written = io.BytesIO()
    write_po(written, catalogue, width=0, ignore_obsolete=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("msgid"))
    kept = [line for line in lines[start:] if not line.startswith(tuple(f'"{name}' for name in _NOISE))]
    return ("".join(kept).rstrip("\n") + "\n").encode()


if __name__ == "__main__":
    main()
