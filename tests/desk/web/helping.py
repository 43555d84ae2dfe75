"""From a request and an offer to a draft that came back, page by page: steps for tests of what lies between."""

from __future__ import annotations

from offramp.crypto.bundle import read_stream
from offramp.crypto.letter import Attachment
from tests.desk.handing.cast import offer, request
from tests.desk.team import Team, Worker
from tests.desk.web.test_day import imported
from tests.desk.web.visiting import Page, Visit

OFFER = (
    ("message", "I edited a newspaper for twenty years."),
    ("contact", "dana@example.org"),
    ("skills", "Résumés", "Interviews"),
    ("languages", "English"),
    ("hours", "Two to four hours a week"),
    ("regions", "Midwest"),
)


def begin(
    visit: Visit,
    team: Team,
    *more: tuple[str, ...],
    worker: Worker | None = None,
    files: tuple[Attachment, ...] = (),
) -> None:
    """A request and an offer are imported at Alice's desk."""
    visit.open()
    asked = request(worker or Worker.new(), team.first, *more, files=files)
    imported(visit, asked, offer(team.first, *OFFER))


def the_case(visit: Visit) -> Page:
    return visit.get(visit.get("/requests/all").link("/case/"))


def the_adviser(visit: Visit) -> Page:
    """Dana's page, by the way of the offer."""
    return visit.get(visit.get(visit.get("/offers/all").link("/case/")).link("/advisers/"))


def card_of(dana: Visit) -> bytes:
    """The public half of Dana's key, from her own desk."""
    dana.open()
    return bytes(dana.submit(dana.get("/your-key"), "/your-key").data)


def vetted(visit: Visit) -> Page:
    return visit.submit(the_adviser(visit), "/vetting", vetting="vetted")


def enrolled(visit: Visit, card: bytes) -> Page:
    shown = visit.submit(vetted(visit), "/key", files=[("file", "dana.adviser.toml", card)])
    return visit.submit(shown, "/enroll")


def choosing(visit: Visit) -> Page:
    """The page on which the parts for Dana are chosen."""
    matches = visit.get(the_case(visit).link("/matches$"))
    return visit.get(matches.link(r"/hand-over\?to="))


def handed(visit: Visit, dana: Visit) -> bytes:
    """The file for Dana, with all that is ticked by itself."""
    begun = enrolled(visit, card_of(dana))
    assert "Enrolled. Requests can be handed over" in begun.text
    page = visit.submit(visit.submit(choosing(visit), "/hand-over"), "/seal")
    return bytes(visit.submit(page, "/file").data)


def opened(dana: Visit, file: bytes) -> Page:
    return dana.submit(dana.get("/handed"), "/handed", files=[("file", "ho-1.offramp", file)])


def drafted(dana: Visit, text: str, *files: tuple[str, str, bytes]) -> bytes:
    """The envelope with Dana's draft."""
    page = dana.get(dana.get("/handed").link("/handed/"))
    page = dana.submit(page, "/draft", files=files, text=text, do="look")
    (envelope,) = read_stream([dana.submit(page, "/seal").data])
    return envelope
