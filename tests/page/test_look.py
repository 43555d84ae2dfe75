"""One hand in the worker's pages and the desk's: the same colours by the same names, in contrast enough."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "offramp" / "static"
SHEETS = {name: (STATIC / name).read_text() for name in ("style.css", "desk/desk.css")}


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"^\s+(--[a-z]+): (#[0-9a-f]{6});$", css, flags=re.MULTILINE))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_both_sheets_have_the_same_colours() -> None:
    worker, desk = (colours(css) for css in SHEETS.values())
    assert len(worker) > 8
    assert {name: desk.get(name) for name in worker} == worker


@pytest.mark.parametrize(
    ("name", "ground"), list(product(("--ink", "--soft", "--deep", "--bad"), ("#ffffff", "--pale", "--rose")))
)
def test_text_can_be_read(name: str, ground: str) -> None:
    """1.4.6, enhanced: 7 to 1, but for errors and what is said in passing, 4.5 to 1."""
    known = colours(SHEETS["desk/desk.css"])
    least = 7 if name in ("--ink", "--deep") else 4.5
    assert contrast(known[name], known.get(ground, ground)) >= least


@pytest.mark.parametrize("name", ["--edge", "--mark"])
@pytest.mark.parametrize("ground", ["#ffffff", "--pale", "--rose"])
def test_edges_and_the_focus_can_be_seen(name: str, ground: str) -> None:
    """1.4.11: 3 to 1."""
    known = colours(SHEETS["style.css"])
    assert contrast(known[name], known.get(ground, ground)) >= 3


@pytest.mark.parametrize("css", SHEETS.values(), ids=list(SHEETS))
def test_what_has_a_side_is_said_by_the_direction_of_the_text(css: str) -> None:
    """So that a page is mirrored where its language is written from right to left."""
    one_sided = r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|[\s{;](?:left|right):"
    assert re.findall(one_sided, css) == []


@pytest.mark.parametrize("css", SHEETS.values(), ids=list(SHEETS))
def test_nothing_is_loaded(css: str) -> None:
    assert "url(" not in css
    assert "@import" not in css
    assert "@font-face" not in css
