"""The file, the page and the plots of what was measured."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.drawing import PAGE, draw
from bench.limits import SIZES_TO_HOLD
from bench.record import FOLDER, read_record, write_record
from tests.bench.made import record


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    draw(record(), tmp_path / "figures", tmp_path / "figures.md")
    return tmp_path


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    write_record(record(), tmp_path)

    assert {name: list(one.results) for name, one in read_record(tmp_path).items()} == {
        name: list(one.results) for name, one in record().items()
    }
    assert read_record(tmp_path)["page"].machine == record()["page"].machine


def test_nothing_was_measured_yet(tmp_path: Path) -> None:
    assert read_record(tmp_path) == {}
    draw({}, tmp_path / "figures", tmp_path / "figures.md")

    assert "not measured yet" in (tmp_path / "figures.md").read_text()


def test_every_limit_has_its_row(drawn: Path) -> None:
    rows = (drawn / "figures.md").read_text().split("## Sizes to hold")[1].split("![")[0].splitlines()

    for limit in SIZES_TO_HOLD:
        (row,) = [row for row in rows if row.startswith(f"| {limit.words} |")]
        assert str(limit) in row


def test_the_page_says_what_holds(drawn: Path) -> None:
    page = (drawn / "figures.md").read_text()

    assert "| ≥ 3,000 | 2,000/s (opening) | DOES NOT HOLD | `python -m bench intake` |" in page
    assert "| 900/s (submissions) | the disk is slower |" in page
    assert "a peer \\| of ours: 400 MiB (**2×**)" in page
    assert "| 30 ms (p99, at 1,000) |" in page  # the worst of the curve


def test_the_plots(drawn: Path) -> None:
    made = {path.name: ElementTree.parse(path) for path in (drawn / "figures").iterdir()}  # noqa: S314  # ours

    assert made.keys() == {"limits.svg", "onionshare.svg", "hostile-growth.svg"}
    page = (drawn / "figures.md").read_text()
    for name, svg in made.items():
        assert f"(figures/{name})" in page
        assert "never measured" in "".join(svg.getroot().itertext()) or name == "limits.svg"


def test_more_is_better_of_rates_and_worse_of_what_costs(drawn: Path) -> None:
    svg = (drawn / "figures" / "onionshare.svg").read_text()

    assert ">800 MiB; a peer | of ours: 400 MiB (0.50×)" in svg
    assert ">800/s; a peer | of ours: 400/s (2×)" in svg


def test_what_was_drawn_before_goes(drawn: Path) -> None:
    draw({"page": record()["page"]}, drawn / "figures", drawn / "figures.md")

    assert [path.name for path in (drawn / "figures").iterdir()] == ["limits.svg"]


def test_the_page_in_the_repository_is_drawn_from_its_file(tmp_path: Path) -> None:
    draw(read_record(), tmp_path / "figures", tmp_path / "figures.md")

    assert (tmp_path / "figures.md").read_text() == PAGE.read_text()
    for path in (tmp_path / "figures").iterdir():
        assert path.read_text() == (FOLDER / path.name).read_text()
