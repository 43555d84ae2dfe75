"""Which pages there are, in which languages, and what stands in one."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from offramp.site.pages import Page

LANGUAGES = {"": "en", "/es": "es"}
"""What addresses begin with in a language."""
FORMS = {
    f"{prefix}{path}": f"/static/{code}/{script}"
    for prefix, code in LANGUAGES.items()
    for path, script in {"/": "form.js", "/offer": "form.js", "/answers": "answers.js"}.items()
}
WITH_WORDS = (
    *FORMS,
    *(
        f"{prefix}/{name}"
        for prefix in LANGUAGES
        for name in ("about", "promises", "statement", "sealed-file")
    ),
)
BLAND = tuple(f"{prefix}/leave" for prefix in LANGUAGES)
PATHS = (*WITH_WORDS, *BLAND)
SEALERS = tuple(f"{prefix}/sealer.html" for prefix in LANGUAGES)
FIRST_LETTERS = tuple(f"{prefix}{path}" for prefix in LANGUAGES for path in ("/", "/offer"))
SCRIPTS = tuple(
    f"{code}/{name}.js"
    for code in LANGUAGES.values()
    for name in ("form", "sending", "phrase", "check", "metadata", "answers")
)
STATIC = (
    "style.css",
    "licenses.txt",
    "leave.js",
    *(f"metadata_{kind}.js" for kind in ("picture", "pdf", "office")),
)


class Tags(HTMLParser):
    """The tags of a text, in order, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(page: Page) -> Iterator[tuple[str, dict[str, str | None]]]:
    """The tags of a page."""
    yield from Tags(page.body.decode()).tags
