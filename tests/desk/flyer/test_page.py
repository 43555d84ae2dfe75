"""The flyer as paper shows it: everything is on it, can be read and scanned, and tells of nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from offramp.campaign import default_campaign
from offramp.desk.flyer.errors import NameTooLong, NotPrintable
from offramp.desk.flyer.identity import Identity
from offramp.desk.flyer.page import PAPERS, draw_flyer
from offramp.tor.onion import OnionKey

IDENTITY = Identity(OnionKey(bytes(31) + b"\1").address, bytes(range(32)))
NAME, TAGLINE = default_campaign().name, default_campaign().tagline
LONG_NAME = "The Very Long Name of a Campaign for Everybody Who Wants to Leave"
LONG_TAGLINE = " ".join(["Free, confidential career help for people who want to leave"] * 4)
POINTS_A_CM = 72 / 2.54

papers = pytest.mark.parametrize("paper", PAPERS)


def page_of(data: bytes) -> Any:
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    return document[0]


def picture(data: bytes, scale: float = 2) -> Any:
    return page_of(data).render(scale=scale).to_pil().convert("L")


def text_of(data: bytes) -> str:
    return " ".join(page_of(data).get_textpage().get_text_range().split())


@papers
def test_everything_is_on_it(paper: str) -> None:
    data = draw_flyer(NAME, TAGLINE, IDENTITY, paper)
    assert page_of(data).get_size() == pytest.approx(PAPERS[paper])
    shown = text_of(data)
    bare = shown.replace(" ", "")
    assert shown.startswith(f"{NAME} {TAGLINE}")
    assert IDENTITY.onion in bare
    assert IDENTITY.code in shown
    for number, word in enumerate(IDENTITY.words.split(), start=1):
        assert f"{number} {word}" in shown
    for said in ("Tor Browser", "torproject.org", "never at work", "If not, close it"):
        assert said in shown


@papers
def test_a_phone_reads_its_code(paper: str) -> None:
    data = draw_flyer(NAME, TAGLINE, IDENTITY, paper)
    for scale in (1, 3):  # as from far, and from near
        (found,) = zxingcpp.read_barcodes(picture(data, scale))
        assert found.text == f"{IDENTITY.onion}/#{IDENTITY.code}"
        assert "://" not in found.text


@papers
@pytest.mark.parametrize("name", [NAME, LONG_NAME])
@pytest.mark.parametrize("tagline", [TAGLINE, LONG_TAGLINE])
@pytest.mark.parametrize("onion", [IDENTITY.onion, "m" * 56 + ".onion"])
def test_nothing_runs_over_an_edge(paper: str, name: str, tagline: str, onion: str) -> None:
    """A printer leaves a centimetre white, and the last step is still on the page."""
    data = draw_flyer(name, tagline, Identity(onion, bytes(32)), paper)
    image = picture(data, scale=1)
    left, top, right, bottom = image.point(lambda value: 255 - value).getbbox()
    assert min(left, top, image.width - right, image.height - bottom) > POINTS_A_CM
    assert text_of(data).endswith("twelve words that you get there.")


@papers
def test_no_two_letters_of_the_widest_address_share_their_place(paper: str) -> None:
    page = page_of(draw_flyer(NAME, TAGLINE, Identity("m" * 56 + ".onion", bytes(32)), paper)).get_textpage()
    found = [
        page.get_charbox(place) for place in range(page.count_chars()) if page.get_text_range(place, 1) == "m"
    ]
    rows: dict[float, list[tuple[float, float]]] = {}
    for left, bottom, right, top in found:
        if top - bottom > 10:  # those of the address are the largest
            rows.setdefault(round(bottom), []).append((left, right))
    assert sum(map(len, rows.values())) == 56
    for row in rows.values():
        assert all(right <= left for (_, right), (left, _) in pairwise(sorted(row)))


def test_it_says_nothing_of_who_made_it_or_when(tmp_path: Path) -> None:
    """Whoever makes it, wherever, whenever: the same bytes."""
    program = (
        "import sys; from pathlib import Path; from tests.desk.flyer.test_page import *\n"
        "import time; late = float(sys.argv[2]); real = time.time; time.time = lambda: real() + late\n"
        "Path(sys.argv[1]).write_bytes(draw_flyer(NAME, TAGLINE, IDENTITY, 'a4'))"
    )
    made = []
    for number, zone in enumerate(("Asia/Tokyo", "America/Denver")):
        path, home = tmp_path / f"{number}.pdf", tmp_path / f"home{number}"
        home.mkdir()
        settings = os.environ | {
            "TZ": zone,
            "HOME": str(home),
            "USER": f"person{number}",
            "LOGNAME": "mallory",
        }
        command = [sys.executable, "-c", program, str(path), str(number * 40_000_000)]
        subprocess.run(command, check=True, env=settings)
        made.append(path.read_bytes())
    assert made[0] == made[1]
    metadata = pypdfium2.PdfDocument(made[0]).get_metadata_dict()
    dates = {name: value for name, value in metadata.items() if name.endswith("Date")}
    assert set(dates.values()) == {"D:20000101000000+00'00'"}
    assert not any(value for name, value in metadata.items() if name not in dates)
    assert str(tmp_path).encode() not in made[0]


def test_its_fonts_are_in_it(tmp_path: Path) -> None:
    """Helvetica is declared by the library, and no letter on the page is set in it."""
    page = page_of(draw_flyer(NAME, TAGLINE, IDENTITY, "a4"))
    fonts = {piece.get_font().get_base_name() for piece in page.get_objects(filter=[1])}
    assert fonts
    assert all("Vera" in name for name in fonts)


def test_what_cannot_be_printed_is_said() -> None:
    with pytest.raises(NotPrintable):
        draw_flyer("離職", TAGLINE, IDENTITY, "a4")
    with pytest.raises(NotPrintable):
        draw_flyer(NAME, "Help\n", IDENTITY, "a4")
    for name, tagline in ((LONG_NAME * 3, TAGLINE), ("x" * 60, TAGLINE), (NAME, LONG_TAGLINE * 2)):
        with pytest.raises(NameTooLong):
            draw_flyer(name, tagline, IDENTITY, "letter")
    assert "Dejá de trabajar ahí – sí" in text_of(
        draw_flyer("Dejá de trabajar ahí – sí", "¿Cómo?", IDENTITY, "a4")
    )
