"""What holds for every page: no script, controls that keep nothing, and addresses that tell nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.desk.web.families import FAMILIES
from tests.desk.team import Team, Worker, sealed
from tests.desk.web.test_day import imported
from tests.desk.web.visiting import Page, Visit, every_page

CANARY = "kryptonite"


@pytest.fixture
def pages(visit: Visit, team: Team) -> list[tuple[str, Page]]:
    """All pages of a desk that has one of everything."""
    visit.open()
    worker = Worker.new()
    flood = [sealed(team.first, f"{CANARY} for all of you, number {n}, and nothing else.") for n in range(5)]
    page = imported(visit, *flood, worker.asks(team.first, f"About {CANARY}.", ("a.pdf", b"x")))
    page = visit.get(page.link("/case/"))
    visit.submit(visit.get("/requests/all"), "/look", words=CANARY)
    return list(every_page(visit))


def test_all_families_are_visited(pages: list[tuple[str, Page]]) -> None:
    assert len(pages) > 8
    assert any("/answer" in path for path, _ in pages)
    assert {page.status for _, page in pages} == {200}
    assert FAMILIES


def test_no_control_is_kept_by_the_browser(pages: list[tuple[str, Page]]) -> None:
    """Firefox keeps what was typed, for a tab that is opened again, unless each control says not to."""
    for path, page in pages:
        for tag, attributes in page.controls:
            if tag != "button":
                assert attributes.get("autocomplete") == "off", (path, tag, attributes)


def test_there_is_no_script(pages: list[tuple[str, Page]]) -> None:
    for path, page in pages:
        assert "script" not in page.tags, path
        for one in (page.data, *(link.encode() for link in page.links)):
            assert b"javascript:" not in one, path


def test_addresses_and_titles_tell_nothing(visit: Visit, pages: list[tuple[str, Page]]) -> None:
    with visit.keeper.desk() as desk:
        ids = {one.hex()[:8] for one in (*desk.cases, *desk.letters, *desk.events)}
    for path, page in pages:
        title = page.data.decode().partition("<title>")[2].partition("</title>")[0]
        for address in (path, title, *page.links, *(form.action for form in page.forms)):
            assert CANARY not in address
            assert "alice" not in address
            assert not any(one in address for one in ids), address


def test_every_link_leads_to_our_own_pages(visit: Visit, pages: list[tuple[str, Page]]) -> None:
    for _, page in pages:
        for link in page.links:
            assert link.startswith((visit.root + "/", "#")), link


def test_every_template_is_a_page_of_somebody() -> None:
    """A template that nothing renders would be looked at by no test."""
    root = Path(__file__).parents[3] / "offramp"
    code = "".join(path.read_text() for path in (root / "desk" / "web").rglob("*.py"))
    code += "".join(path.read_text() for path in (root / "templates" / "desk").iterdir())
    for template in (root / "templates" / "desk").iterdir():
        assert f'{template.name}"' in code, template.name
