"""What a bench hands back."""

from __future__ import annotations

import pytest

from bench.limits import OPENING, PSS_MIB
from bench.results import Beside, Result, as_json, from_json, number
from tests.bench.made import record


def test_a_limit_points_up_or_down() -> None:
    assert Result("memory", 90, "MiB", limit=PSS_MIB).holds is True
    assert Result("memory", 90.1, "MiB", limit=PSS_MIB).holds is False
    assert Result("opening", 3_000, "/s", limit=OPENING).holds is True
    assert Result("opening", 2_999, "/s", limit=OPENING).holds is False
    assert Result("opening", 1, "/s").holds is None


def test_what_cannot_be_judged_can_still_hold() -> None:
    assert Result("opening", 2_999, "/s", limit=OPENING, not_judged="busy").holds is None
    assert Result("opening", 3_001, "/s", limit=OPENING, not_judged="busy").holds is True


def test_more_than_all_of_a_limit_is_used_where_it_does_not_hold() -> None:
    assert PSS_MIB.used(45) == 0.5
    assert OPENING.used(1_500) == 2.0
    assert OPENING.used(0) == float("inf")


def test_its_line_says_all_of_it() -> None:
    line = str(Result("opening", 1_500, "/s", (Beside("PyNaCl", 6_000),), OPENING, note="a note"))

    for words in ("opening", "1,500/s", "PyNaCl: 6,000/s", "0.25×", "≥ 3,000", "DOES NOT HOLD", "a note"):
        assert words in line


def test_nothing_has_no_ratio() -> None:
    one = Result("rate", 3, "/s", (Beside("nothing", 0),))

    assert one.ratio(one.beside[0]) is None
    assert "×" not in str(one)


@pytest.mark.parametrize("name", record())
def test_the_file_holds_all_of_it(name: str) -> None:
    results = record()[name].results

    assert [from_json(as_json(one)) for one in results] == list(results)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (3, "requests", "3 requests"),
        (0.123, "ms", "0.12 ms"),
        (0.00123, "s", "0.0012 s"),
        (0, "s", "0 s"),
        (12.34, "/s", "12.3/s"),
        (41_234.5, "B", "41,234 B"),
    ],
)
def test_numbers_for_readers(value: float, unit: str, words: str) -> None:
    assert number(value, unit) == words
