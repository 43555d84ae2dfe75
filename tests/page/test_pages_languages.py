"""The pages in every language: each links to itself in the others, asks the same, and seals the same."""

from __future__ import annotations

import html
import re

import pytest

from offramp.site.pages import Page
from tests.page.site import BLAND, PATHS, WITH_WORDS, tags_of


@pytest.mark.parametrize("path", PATHS)
def test_every_page_can_be_had_in_the_other_language(pages: dict[str, Page], path: str) -> None:
    spanish = path.startswith("/es/")
    code, other = ("es", "en") if spanish else ("en", "es")
    there = path.removeprefix("/es") if spanish else f"/es{path}"
    tags = list(tags_of(pages[path]))
    assert tags[0] == ("html", {"lang": code})
    if path in WITH_WORDS:
        assert ("a", {"href": there, "lang": other, "hreflang": other}) in tags
    links = [attributes["href"] or "" for tag, attributes in tags if tag == "a" and "lang" not in attributes]
    ours = [link for link in links if link.startswith("/") and link != "/keyset"]
    assert ours or path in BLAND
    assert all(link.startswith("/es/") is spanish for link in ours)


def test_the_same_fields_are_asked_for_in_every_language(pages: dict[str, Page]) -> None:
    """Also the values of choices are the same, which are what is sealed."""
    for path in ("/", "/offer", "/answers"):
        asked = []
        for page in (pages[path], pages[f"/es{path}"]):
            tags = list(tags_of(page))
            asked.append([(attributes.get("id"), tag) for tag, attributes in tags if "id" in attributes])
            assert any(attributes.get("data-language") == "es" for _, attributes in tags) is (
                page is pages[f"/es{path}"]
            )
        assert asked[0] == asked[1]
    for path in ("/", "/offer"):
        assert _values(pages[path]) == _values(pages[f"/es{path}"])
        assert len(_values(pages[path])) > 15


def _values(page: Page) -> list[str]:
    """What each choice of a page seals, in order."""
    options = re.findall(
        r'<option(?: value="([^"]*)")?>([^<]*)</option>|<input type="checkbox" value="([^"]*)">',
        page.body.decode(),
    )
    return [
        html.unescape(value or ticked or label)
        for value, label, ticked in options
        if label not in ("No answer", "Sin respuesta")
    ]
