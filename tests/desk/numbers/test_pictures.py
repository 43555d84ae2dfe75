"""Numbers as pictures, pages and tables: the same everywhere, and inert."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET

from offramp.desk.numbers.exports import as_csv, as_lines, as_page
from offramp.desk.numbers.pictures import FEW, bar_chart
from offramp.desk.numbers.table import Row, Table

HOSTILE = '=<script>alert("1")</script>&'
TABLE = Table(
    "regions",
    "By part",
    ("Requests", "Offers"),
    (Row("Texas", (40, 120)), Row("West", (None, 0)), Row(HOSTILE, (5, 10))),
    "A note <b>",
)
SVG = "{http://www.w3.org/2000/svg}"


def picture(table: Table) -> ET.Element:
    return ET.fromstring(bar_chart(table))  # noqa: S314  # our own


def test_the_bars_of_each_column_are_as_long_as_its_counts() -> None:
    widths = [int(one.get("width", "")) for one in picture(TABLE).iter(f"{SVG}rect")]
    assert [round(one / max(widths), 2) for one in widths] == [1.0, 0.12, 1.0, 0.08]  # 40 and 5, 120 and 10
    texts = [one.text for one in picture(TABLE).iter(f"{SVG}text")]
    assert texts[:7] == ["Requests", "Texas", "40", "West", FEW, HOSTILE, "5"]
    assert texts[7:] == ["Offers", "Texas", "120", "West", "0", HOSTILE, "10"]


def test_nothing_stands_outside_of_the_picture() -> None:
    svg = picture(TABLE)
    width, height = int(svg.get("width", "")), int(svg.get("height", ""))
    for one in svg.iter():
        assert 0 <= float(one.get("y", 0)) + float(one.get("height", 0) if one is not svg else 0) <= height
        assert 0 <= float(one.get("x", 0)) + float(one.get("width", 0) if one is not svg else 0) <= width


def test_a_strict_policy_lets_the_picture_pass() -> None:
    for one in picture(TABLE).iter():
        assert one.tag.removeprefix(SVG) in ("svg", "title", "text", "rect")
        assert not any(name == "style" or name.startswith("on") or "href" in name for name in one.attrib)


def test_an_empty_table_is_a_picture_too() -> None:
    assert picture(Table("weeks", "By week", ("Requests",), ())).tag == f"{SVG}svg"


def test_a_page_shows_the_same_numbers_and_nothing_acts_in_it() -> None:
    page = as_page([TABLE], 'A "campaign" <i>', "Note")
    assert "<script" not in page
    assert "<i>" not in page
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert cells == ["40", "120", FEW, "0", "5", "10"]


def test_a_spreadsheet_finds_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(as_csv([TABLE]))))
    assert rows[1] == ["regions", "Texas", "Requests", "40"]
    assert [row[3] for row in rows[1:]] == ["40", "120", FEW, "0", "5", "10"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_lines_stand_in_columns() -> None:
    lines = list(as_lines([TABLE]))
    assert len({len(line) for line in lines[:4]}) == 1
    assert lines[4:] == ["(A note <b>)", ""]
