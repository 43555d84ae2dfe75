"""The worker's pages: each rendered once, when the server starts, into bytes that are the same for everybody.

Nothing of a request ever goes into a page: it can tell nothing about a visitor, and nothing can be injected.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zopfli.gzip
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from offramp.campaign import Campaign, Form
from offramp.crypto.errors import OfframpError
from offramp.crypto.words import campaign_code, campaign_words

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
BUILT = _HERE / "static" / "built"
"""Where `npm run build` leaves the page's script and style sheet."""

HTML = "text/html; charset=utf-8"
_BUILT_TYPES = {
    "form.js": "text/javascript; charset=utf-8",
    "phrase.js": "text/javascript; charset=utf-8",  # which form.js loads by itself once it is ready
    "answers.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "licenses.txt": "text/plain; charset=utf-8",  # what the authors of what is in the script ask for
}

_NOT_IN_FIRST_VISIT = ("answers.js", "licenses.txt")

# FORMAT 2.1: the largest class holds 8 388 608 bytes. What is over is room for the longest texts, escaped.
ATTACHMENT_BYTES = 8_000_000
TEXT_CHARACTERS = 20_000
LINE_CHARACTERS = 200


class PageError(OfframpError):
    """The worker's pages cannot be made."""


class BundleMissing(PageError):  # noqa: N818  # as in offramp.crypto.errors
    """The page's script has not been built; run `npm ci` and `npm run build` once, then start again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer that never changes: its bytes, the same bytes gzipped, and their content type."""

    body: bytes
    gzipped: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class _Plan:
    path: str
    title: str
    template: str
    purpose: str = ""
    form: Form | None = None


def render_pages(
    campaign: Campaign, root_public_key: bytes, minimum_sequence: int, onion: str, *, built: Path = BUILT
) -> dict[str, Page]:
    """Every page and static file, by its path (`/`, `/offer`, …, `/static/form.js`).

    `root_public_key` [32] and `minimum_sequence` (from 1) are pinned where there is a form, for FORMAT 3.4, as is
    the campaign's limit for cards (16.2). `onion` is the intake's address, of which, with the root, the campaign's
    words are made (17.1).
    Raises BundleMissing where the script has not been built.
    """
    plans = _plans(campaign)
    environment = _environment()
    common = {
        "campaign": campaign,
        "menu": plans,
        "root": root_public_key.hex(),
        "minimum_sequence": minimum_sequence,
        "words": campaign_words(onion, root_public_key),
        "code": campaign_code(onion, root_public_key),
        "attachment_bytes": ATTACHMENT_BYTES,
        "text_characters": TEXT_CHARACTERS,
        "line_characters": LINE_CHARACTERS,
    }
    pages = {}
    for plan in plans:
        text = environment.get_template(plan.template).render(
            common, path=plan.path, title=plan.title, purpose=plan.purpose, form=plan.form
        )
        pages[plan.path] = _page(text.encode(), HTML)
    return pages | _static_files(built)


def _plans(campaign: Campaign) -> list[_Plan]:
    return [
        _Plan("/", campaign.help.title, "form.html", "help", campaign.help),
        _Plan("/about", campaign.about.title, "about.html"),
        _Plan("/promises", campaign.promises.title, "promises.html"),
        _Plan("/statement", campaign.statement.title, "statement.html"),
        _Plan("/offer", campaign.offer.title, "form.html", "offer", campaign.offer),
        _Plan("/answers", campaign.answers.title, "answers.html", "follow-up", campaign.follow_up),
    ]


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _static_files(built: Path) -> dict[str, Page]:
    files = {}
    for name, content_type in _BUILT_TYPES.items():
        try:
            body = (built / name).read_bytes()
        except OSError as error:
            raise BundleMissing from error
        shrink = _quickly if name in _NOT_IN_FIRST_VISIT else zopfli.gzip.compress
        files[f"/static/{name}"] = _page(body, content_type, shrink)
    return files


def _page(body: bytes, content_type: str, shrink: Callable[[bytes], bytes] = zopfli.gzip.compress) -> Page:
    # Zopfli takes seconds of the start for a large script, and every first visit is shorter by a twentieth.
    # It writes no time into the header: the same page gives the same bytes at every start.
    return Page(body=body, gzipped=shrink(body), content_type=content_type)


def _quickly(body: bytes) -> bytes:
    """For what no first visit loads: behind `answers.js` comes a shard, next to which 3 KB are nothing."""
    return gzip.compress(body, mtime=0)
