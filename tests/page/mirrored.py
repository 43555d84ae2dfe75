"""A language that nobody speaks, made of a catalogue alone: Hebrew letters from right to left, in the place of ours.

Whatever a page shows in Latin letters is then a sentence that no translator was asked for.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.pofile import normalize

from offramp.campaign import Campaign
from offramp.site.pages import BUILT, Page, render_files
from tests.page.bundle import REPOSITORY
from tools.catalogues import Sentence, all_sentences

CODE = "qrl"  # ISO 639 leaves qaa to qtz to everybody's own use
# Three plurals, as many languages have; the third is there for 2, 12, 22, …
HEADER = """msgid ""
msgstr ""
"Language: qrl\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10==2 ? 2 : 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
OWN = {"ltr": "rtl", "en-US": "he"}
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_HEBREW = "אבגדהוזחטיכלמנסעפצקרשתךםןף"
_LETTERS = str.maketrans(_LATIN + _LATIN.upper(), _HEBREW * 2)
_KEPT = re.compile(r"(%\(\w+\)s|\{\w+\}|<[^>]*>|&\w+;)")
_UNITS = re.compile("°[CF]")
_NOT_SAID = {"id", "language", "kind", "sealed_options"}


def mirrored(text: str) -> str:
    """The text in this language: values, links and marks stay."""
    parts = _KEPT.split(text)
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_LETTERS) for part in parts)


def make_catalogue(folder: Path) -> None:
    """Write `qrl/LC_MESSAGES/messages.po` there, with every sentence that there is to translate."""
    path = folder / CODE / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    once = {sentence.one: sentence for sentence in all_sentences()}
    path.write_text(HEADER + "".join(_entry(one) for one in once.values()), encoding="utf-8")


def _entry(sentence: Sentence) -> str:
    said = OWN.get(sentence.one) or mirrored(sentence.one)
    if sentence.plural is None:
        return f"\nmsgid {normalize(sentence.one)}\nmsgstr {normalize(said)}\n"
    many = [said, mirrored(sentence.plural), mirrored(sentence.plural)]
    forms = "".join(f"msgstr[{number}] {normalize(form)}\n" for number, form in enumerate(many))
    return f"\nmsgid {normalize(sentence.one)}\nmsgid_plural {normalize(sentence.plural)}\n{forms}"


def make_pages(folder: Path, campaign: Campaign, root: bytes, onion: str) -> dict[str, Page]:
    """The campaign's pages in its own language and in this one, all built in that folder."""
    make_catalogue(folder / "translations")
    built = folder / "built"
    command = ["node", "tools/bundle.mjs", str(built), str(folder / "translations")]
    subprocess.run(command, cwd=REPOSITORY, check=True, timeout=300)
    shutil.copy(BUILT / "licenses.txt", built)
    both = replace(campaign, translations=(replace(_mirrored_parts(campaign), language=CODE),))
    files = render_files(both, root, 1, onion, built=built)
    return {
        path: Page(file.body, gzip.compress(file.body), file.content_type, file.headers)
        for path, file in files.items()
    }


def _mirrored_parts(part: Any) -> Any:
    if isinstance(part, str):
        return mirrored(part)
    if isinstance(part, tuple):
        return tuple(_mirrored_parts(one) for one in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    said = [field.name for field in fields(part) if field.name not in _NOT_SAID]
    return replace(part, **{name: _mirrored_parts(getattr(part, name)) for name in said})


class _Texts(HTMLParser):
    """What of a page is said: text, and what is read aloud in its place; of no other language, and no code."""

    SAID = ("alt", "aria-label", "placeholder", "title")
    SILENT = ("script", "style", "code")
    EMPTY = ("br", "hr", "img", "input", "link", "meta")

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[bool] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        own = dict(attributes)
        other = (
            tag in self.SILENT or own.get("lang", CODE) != CODE or str(own.get("id")).startswith("campaign-")
        )
        silent = other or (bool(self.silent) and self.silent[-1])
        if not silent:
            self.said += [value for name, value in attributes if name in self.SAID and value]
        if tag not in self.EMPTY:
            self.silent.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent or not self.silent[-1]:
            self.said.append(data)


def said_in_latin(page: str) -> Iterator[str]:
    """Every text of a page that has a Latin letter in it."""
    texts = _Texts()
    texts.feed(page)
    yield from (text.strip() for text in texts.said if re.search("[A-Za-z]", _UNITS.sub("", text)))
