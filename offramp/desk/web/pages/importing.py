"""Importing: the courier's bundle is opened into the vault, while a page says how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from flask import Blueprint

from offramp.desk.cases.forgetting import Swept, sweep
from offramp.desk.cases.importing import Imported, import_steps
from offramp.desk.desk import Desk
from offramp.desk.web.family import Family
from offramp.desk.web.here import go, keeper, page, place
from offramp.desk.web.job import Job
from offramp.desk.web.ready import get_ready

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("importing", __name__)
FAMILY: Final = Family(pages, menu=(("Import", "importing.show"),))
_KB: Final = 1024


@pages.get("/import")
def show() -> ResponseReturnValue:
    bundle = place().bundle
    size = bundle.stat().st_size if bundle.is_file() else None
    return page("import.html", "Import", bundle=bundle, size=size)


@pages.post("/import")
def begin() -> ResponseReturnValue:
    """Import the desk's own bundle; what is known already is skipped."""
    bundle = place().bundle

    def work(desk: Desk, job: Job) -> str:
        job.total = bundle.stat().st_size // _KB if bundle.is_file() else 0
        found = Imported()
        for size, so_far in import_steps(desk, bundle):
            found = so_far
            job.advance(size // _KB)
        swept = sweep(desk, bundle)
        get_ready(desk, job)
        return in_words(found, swept)

    keeper().begin("Opening letters (in KB)", work)
    return go("importing.show")


def in_words(found: Imported, swept: Swept) -> str:
    """What an import did, in sentences."""
    first = found.letters - found.follow_ups
    counted = (
        (found.follow_ups, "person wrote again", "people wrote again"),
        (found.events, "decision of other organizers", "decisions of other organizers"),
        (found.drafts, "draft of an adviser", "drafts of advisers"),
        (found.known, "letter was here already", "letters were here already"),
        (swept.cases, "case that was over was forgotten", "cases that were over were forgotten"),
    )
    parts = [_several(first, "new letter", "new letters")]
    parts += [_several(number, one, several) for number, one, several in counted if number]
    return " ".join([*(f"{part}." for part in parts), *_problems(found, swept)])


def _problems(found: Imported, swept: Swept) -> Iterator[str]:
    for reason, count in Counter(str(one) for _, one in found.refused).items():
        yield f"{_several(count, 'letter', 'letters')} could not be used: {reason}"
    if found.truncated:
        yield "The bundle's last letter is incomplete: have it fetched once more."
    if found.damaged:
        yield "The bundle is damaged further on. What comes before was imported."
    if swept.problem:
        yield f"The bundle still holds letters that were forgotten here: {swept.problem}"


def _several(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}" if number else f"No {several}"
