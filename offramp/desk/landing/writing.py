"""Writes the landing page: one page in each language and one style sheet, the same bytes for everybody who makes them.

`index.html` is in the campaign's own language, `es/index.html` and so on in the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from offramp.campaign import Campaign
from offramp.desk.files import PUBLIC, refuse_existing, write_new
from offramp.desk.flyer.identity import Identity
from offramp.languages import Language, read_language
from offramp.site.pages import BUILT, BundleMissing, path_in, templates_in

POLICY: Final = "default-src 'none';style-src 'self';base-uri 'none';form-action 'none'"
"""Also in the page itself, for whoever cannot set headers where it lies."""

_GROUP: Final = 4
_STYLES: Final = ("style.css", "landing.css")


def landing_files(campaign: Campaign, identity: Identity, *, built: Path = BUILT) -> dict[str, bytes]:
    """Every file by its path in the folder. Raises BundleMissing and LanguageUnknown."""
    files = {"style.css": _styles(built)}
    texts = campaign.in_every_language
    languages = [read_language(text.language, built) for text in texts]
    for text, language in zip(texts, languages, strict=True):
        files[_place(language, campaign)] = _page(text, language, languages, campaign, identity)
    return files


def write_landing(folder: Path, files: dict[str, bytes]) -> None:
    """Write them into a folder that is not there yet. Raises FileInTheWay."""
    refuse_existing(folder)
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, body, mode=PUBLIC)


def onion_location(identity: Identity, language: str, campaign: Campaign) -> str:
    """The address of our site in a language, as Tor Browser wants it in the header of this name."""
    return f"http://{identity.onion}{path_in(language, '/', campaign)}"


def _page(
    text: Campaign, language: Language, languages: list[Language], own: Campaign, identity: Identity
) -> bytes:
    template = templates_in(language).get_template("landing.html")
    place = _place(language, own)
    return template.render(
        campaign=text,
        language=language,
        languages=languages,
        places={one.code: _place(one, own) for one in languages},
        to_top="../" * place.count("/"),
        policy=POLICY,
        onion_location=onion_location(identity, language.code, own),
        groups=groups_of(identity.onion),
        words=identity.words,
        code=identity.code,
    ).encode()


def groups_of(onion: str) -> list[str]:
    """The address in fours, with what is behind its point: an eye that looks away finds its place again."""
    bare, point, rest = onion.partition(".")
    return [*(bare[start : start + _GROUP] for start in range(0, len(bare), _GROUP)), point + rest]


def _place(language: Language, own: Campaign) -> str:
    return path_in(language.code, "/", own).removeprefix("/") + "index.html"


def _styles(built: Path) -> bytes:
    try:
        return b"\n".join((built / name).read_bytes() for name in _STYLES)
    except OSError as error:
        raise BundleMissing from error
