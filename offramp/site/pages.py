"""The worker's pages: each rendered once, when the server starts, into bytes that are the same for everybody.

Nothing of a request ever goes into a page: it can tell nothing about a visitor, and nothing can be injected.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from offramp.campaign import Campaign, Form
from offramp.crypto.errors import OfframpError
from offramp.crypto.words import campaign_code, campaign_words
from offramp.languages import Language, read_language
from offramp.site.policy import FORM_HEADERS, LEAVE_HEADERS
from offramp.site.sealed_outcomes import Outcome
from offramp.site.sealer import SEALER, SEALER_HEADERS, sealer_policy

_HERE = Path(__file__).parents[1]
TEMPLATES = _HERE / "templates"
BUILT = _HERE / "static" / "built"
"""Where `npm run build` leaves the page's script and style sheet."""

HTML = "text/html; charset=utf-8"
_JAVASCRIPT = "text/javascript; charset=utf-8"
_BUILT_TYPES = {
    "style.css": "text/css; charset=utf-8",
    "leave.js": _JAVASCRIPT,  # says nothing, so it is the same in every language
    "metadata_picture.js": _JAVASCRIPT,  # nor do these, which look into files of one kind each
    "metadata_pdf.js": _JAVASCRIPT,
    "metadata_office.js": _JAVASCRIPT,
    "licenses.txt": "text/plain; charset=utf-8",  # what the authors of what is in the script ask for
}
# Of each language. What a script loads by itself once it is ready is named where it does so.
_SCRIPTS = ("form.js", "sending.js", "phrase.js", "check.js", "metadata.js", "answers.js")

LEAVE = "/leave"
"""Where every page can be left to: a page that says nothing of the campaign, and has the browser forget this site."""

SEALED_FILE = "/sealed-file"
"""Where a file is sent that is sealed already, and what tells how to make one."""

# What a first visit loads: with the form, in any language. Scripts and styles come packed from the build.
_FIRST_VISIT = re.compile(r"(?:/[a-z]{2,3})?/(?:offer)?")

_LARGE = 40_000  # bytes: every page is below, and most scripts are above

# FORMAT 2.1: the largest class holds 8 388 608 bytes. What is over is room for the longest texts, escaped.
ATTACHMENT_BYTES = 8_000_000
TEXT_CHARACTERS = 20_000
LINE_CHARACTERS = 200


class PageError(OfframpError):
    """The worker's pages cannot be made."""


class BundleMissing(PageError):  # noqa: N818  # as in offramp.crypto.errors
    """The page's script has not been built; run `npm ci` and `npm run build` once, then start again."""


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ServedFile:
    """The bytes of one answer, their content type, and headers that only this answer has."""

    body: bytes
    content_type: str
    headers: Headers = ()
    packed: bytes = b""  # the same gzipped, where the build has done that


@dataclass(frozen=True, slots=True)
class Page:
    """One answer as it is sent: its bytes, the same bytes gzipped, their content type, and headers of its own.

    `lean` leaves `body` b"" where it is large.
    """

    body: bytes
    gzipped: bytes
    content_type: str
    headers: Headers = ()

    def unpacked(self) -> bytes:
        """Its bytes, whether they are kept or not."""
        return self.body or gzip.decompress(self.gzipped)

    def lean(self) -> Page:
        """The same answer, kept as every browser takes it and no more."""
        return replace(self, body=b"") if len(self.body) > _LARGE else self


@dataclass(frozen=True, slots=True)
class _Plan:
    path: str  # in the campaign's own language
    title: str
    template: str
    purpose: str = ""
    form: Form | None = None
    listed: bool = True  # in the menu
    headers: Headers = ()


def path_in(language: str, path: str, campaign: Campaign) -> str:
    """Where a page is in a language: the campaign's own has no prefix, as in `/offer` and `/es/offer`."""
    return path if language == campaign.language else f"/{language}{path}"


def render_pages(
    campaign: Campaign, root_public_key: bytes, minimum_sequence: int, onion: str, *, built: Path = BUILT
) -> dict[str, Page]:
    """Every file of render_files(), ready to be sent. Raises as that does."""
    files = render_files(campaign, root_public_key, minimum_sequence, onion, built=built)
    return {path: _page(path, file) for path, file in files.items()}


def render_files(
    campaign: Campaign, root_public_key: bytes, minimum_sequence: int, onion: str, *, built: Path = BUILT
) -> dict[str, ServedFile]:
    """Every page and static file, by its path (`/`, `/offer`, `/es/`, …, `/static/en/form.js`).

    `root_public_key` [32] and `minimum_sequence` (from 1) are pinned where there is a form, for FORMAT 3.4, as is
    the campaign's limit for cards (16.2). `onion` is the intake's address, of which, with the root, the campaign's
    words are made (17.1).
    Raises BundleMissing where the scripts have not been built, and LanguageUnknown.
    """
    files = _static_files(built)
    for writer in _writers(campaign, root_public_key, minimum_sequence, onion, built):
        files |= writer.pages()
        files |= _scripts_in(writer.language, built)
    return files


def render_outcomes(
    campaign: Campaign, root_public_key: bytes, minimum_sequence: int, onion: str, *, built: Path = BUILT
) -> dict[str, dict[Outcome, Page]]:
    """By the paths of the plain form, what a file that is sent there can get for an answer. Raises as above."""
    writers = _writers(campaign, root_public_key, minimum_sequence, onion, built)
    return {writer.at(SEALED_FILE): writer.outcomes() for writer in writers}


def _writers(
    campaign: Campaign, root_public_key: bytes, minimum_sequence: int, onion: str, built: Path
) -> list[_Writer]:
    languages = [read_language(one.language, built) for one in campaign.in_every_language]
    common = {
        "for_disk": False,
        "own": campaign,
        "languages": languages,
        "root": root_public_key.hex(),
        "minimum_sequence": minimum_sequence,
        "onion": onion,
        "words": campaign_words(onion, root_public_key),
        "code": campaign_code(onion, root_public_key),
        "attachment_bytes": ATTACHMENT_BYTES,
        "text_characters": TEXT_CHARACTERS,
        "line_characters": LINE_CHARACTERS,
    }
    texts = zip(campaign.in_every_language, languages, strict=True)
    return [_Writer(text, language, common, built) for text, language in texts]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes pages in one language. Of `text` come their words; of `own`, the campaign's own, what is sealed."""

    text: Campaign
    language: Language
    common: dict[str, Any]
    built: Path

    def pages(self) -> dict[str, ServedFile]:
        """All that have an address of their own, by it."""
        sealer = self.sealer()
        files = {self.at(SEALER): ServedFile(sealer, HTML, SEALER_HEADERS)}
        for one in _plans(self.text):
            body = self._write(one, sealer_sha256=hashlib.sha256(sealer).hexdigest())
            files[self.at(one.path)] = ServedFile(body, HTML, one.headers)
        return files

    def outcomes(self) -> dict[Outcome, Page]:
        """All answers to a file that was sent with the plain form."""
        plan = _Plan(SEALED_FILE, "", "sealed_file_answer.html")
        bodies = {one: self._write(plan, outcome=one.label) for one in Outcome}
        return {one: Page(body, _quickly(body), HTML, FORM_HEADERS) for one, body in bodies.items()}

    def sealer(self) -> bytes:
        """The offline sealer: a page in one file, with its style sheet and script inside."""
        style = _built(self.built, "style.css").decode()
        script = _built(self.built, f"{self.language.code}/sealer.js").decode()
        inside = {"style": style, "script": script, "policy": sealer_policy(style, script), "for_disk": True}
        return self._write(_Plan(SEALER, "", "sealer.html"), **inside)

    def at(self, path: str, other: str = "") -> str:
        """Where a page is, in this language or another."""
        return path_in(other or self.language.code, path, self.common["own"])

    def _write(self, plan: _Plan, **more: object) -> bytes:
        template = templates_in(self.language).get_template(plan.template)
        plans = _plans(self.text)
        own = {"path": plan.path, "title": plan.title, "purpose": plan.purpose, "form": plan.form, **more}
        menu = [one for one in plans if one.listed]
        language = {"campaign": self.text, "language": self.language, "at": self.at, "menu": menu}
        return template.render({**self.common, **language, **own}).encode()


def _plans(campaign: Campaign) -> list[_Plan]:
    return [
        _Plan("/", campaign.help.title, "form.html", "help", campaign.help, headers=FORM_HEADERS),
        _Plan("/about", campaign.about.title, "about.html"),
        _Plan("/promises", campaign.promises.title, "promises.html"),
        _Plan("/statement", campaign.statement.title, "statement.html"),
        _Plan("/offer", campaign.offer.title, "form.html", "offer", campaign.offer, headers=FORM_HEADERS),
        _Plan("/answers", campaign.answers.title, "answers.html", "follow-up", campaign.follow_up),
        _Plan(SEALED_FILE, "", "sealed_file.html", listed=False, headers=FORM_HEADERS),
        _Plan(LEAVE, "", "leave.html", listed=False, headers=LEAVE_HEADERS),
    ]


@functools.lru_cache(maxsize=8)
def templates_in(language: Language) -> Environment:
    """The templates, with the sentences of one language; each is compiled once for all pages that include it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    return environment


def _static_files(built: Path) -> dict[str, ServedFile]:
    return {f"/static/{name}": _built_file(built, name, kind) for name, kind in _BUILT_TYPES.items()}


def _scripts_in(language: Language, built: Path) -> dict[str, ServedFile]:
    names = [f"{language.code}/{name}" for name in _SCRIPTS]
    return {f"/static/{name}": _built_file(built, name, _JAVASCRIPT) for name in names}


def _built_file(built: Path, name: str, content_type: str) -> ServedFile:
    body, packed = _built(built, name), built / f"{name}.gz"
    if packed.exists() and gzip.decompress(found := packed.read_bytes()) == body:
        return ServedFile(body, content_type, packed=found)
    return ServedFile(body, content_type)


def _built(built: Path, name: str) -> bytes:
    try:
        return (built / name).read_bytes()
    except OSError as error:
        raise BundleMissing from error


def packed_for_visitors(path: str, body: bytes) -> bytes:
    """A body as it goes to browsers that take it packed, which is all of them."""
    return _well(body) if _FIRST_VISIT.fullmatch(path) else _quickly(body)


def _page(path: str, file: ServedFile) -> Page:
    packed = file.packed or packed_for_visitors(path, file.body)
    return Page(file.body, packed, file.content_type, file.headers)


@functools.lru_cache(maxsize=64)
def _well(body: bytes) -> bytes:
    """Every first visit is shorter by a twentieth than with zlib.

    It writes no time into the header: the same page gives the same bytes at every start.
    """
    import zopfli.gzip  # a server has it; the root's laptop renders the same files, and never sends one

    return bytes(zopfli.gzip.compress(body))


def _quickly(body: bytes) -> bytes:
    """For what no first visit loads: behind `answers.js` comes a shard, next to which 3 KB are nothing."""
    return gzip.compress(body, mtime=0)
