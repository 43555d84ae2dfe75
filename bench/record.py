"""The one file that holds what was measured: docs/figures/bench.json, a section for each bench."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.results import Result, as_json, from_json

FOLDER = Path(__file__).parent.parent / "docs" / "figures"
HOW = "made by `make bench`; one section anew: python -m bench --keep NAME"


@dataclass(frozen=True, slots=True)
class Section:
    """What one bench found, on which day, on which machine (see bench.machine), and the seconds that it took."""

    about: str
    taken: date
    machine: Mapping[str, Any]
    seconds: float
    results: Sequence[Result]

    def curves(self) -> dict[str, list[Result]]:
        """The results that have an x, by name and in order of x."""
        found: dict[str, list[Result]] = {}
        for one in sorted(self.results, key=lambda one: one.at or 0.0):
            if one.at is not None:
                found.setdefault(one.name, []).append(one)
        return {name: points for name, points in found.items() if len(points) > 1}


Record = dict[str, Section]


def read_record(folder: Path = FOLDER) -> Record:
    """All sections; none where nothing was measured yet."""
    path = folder / "bench.json"
    if not path.exists():
        return {}
    return {name: _section(found) for name, found in json.loads(path.read_bytes())["benches"].items()}


def write_record(record: Record, folder: Path = FOLDER) -> None:
    """Over what was there before."""
    folder.mkdir(parents=True, exist_ok=True)
    benches = {name: _as_json(section) for name, section in record.items()}
    text = json.dumps({"how": HOW, "benches": benches}, indent=1, ensure_ascii=False)
    (folder / "bench.json").write_text(text + "\n")


def _as_json(section: Section) -> dict[str, Any]:
    return {
        "about": section.about,
        "taken": section.taken.isoformat(),
        "machine": dict(section.machine),
        "seconds": round(section.seconds),
        "results": [as_json(one) for one in section.results],
    }


def _section(found: dict[str, Any]) -> Section:
    return Section(
        found["about"],
        date.fromisoformat(found["taken"]),
        found["machine"],
        found["seconds"],
        [from_json(one) for one in found["results"]],
    )
