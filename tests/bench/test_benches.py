"""The benches themselves: each runs quickly when asked to, and no limit is without one that measures it."""

from __future__ import annotations

import importlib
import inspect
from collections import Counter
from pathlib import Path

import pytest

import bench
from bench import limits
from bench.__main__ import BENCHES
from bench.limits import SIZES_TO_HOLD, Limit

FOLDER = Path(bench.__file__).parent
QUICK = ("crypto", "growth", "intake")
"""Those that need no browser, no peer and no database."""


@pytest.mark.parametrize("name", QUICK)
def test_it_measures(name: str) -> None:
    results = list(importlib.import_module(f"bench.{name}_bench").main(quick=True))

    assert results
    assert all(one.value >= 0 for one in results)
    twice = [key for key, count in Counter((one.name, one.at) for one in results).items() if count > 1]
    assert not twice


def test_every_bench_can_be_run_and_every_module_is_one() -> None:
    assert {f"{name}_bench" for name in BENCHES} == {path.stem for path in FOLDER.glob("*_bench.py")}
    for name in BENCHES:
        main = importlib.import_module(f"bench.{name}_bench").main
        assert inspect.signature(main).parameters["quick"].default is False


@pytest.mark.parametrize("name", [name for name, one in vars(limits).items() if isinstance(one, Limit)])
def test_every_limit_is_measured_and_shown(name: str) -> None:
    sources = "".join(path.read_text() for path in FOLDER.glob("*_bench.py"))

    assert getattr(limits, name) in SIZES_TO_HOLD
    assert name in sources
