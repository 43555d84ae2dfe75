"""Doing beforehand what the first list, the first search and the first look at groups would take time for."""

from __future__ import annotations

from offramp.desk.cases.forgetting import held
from offramp.desk.cases.listing import all_rows
from offramp.desk.cases.merging import main_cases
from offramp.desk.cases.search import text_of
from offramp.desk.cases.similar import groups
from offramp.desk.desk import Desk
from offramp.desk.matching.profiles import candidates


def prepare(desk: Desk) -> None:
    """For pages: after unlocking, and after an import. Ten thousand letters take a second or two."""
    all_rows(desk)
    for case in main_cases(desk):
        text_of(desk, case)
    groups(desk)
    candidates(desk)
    held(desk)
