"""Getting ready: what would make the first visit of a page slow is made once after an unlock or an import.

A page says so meanwhile. A desk with a few hundred letters needs none of it.
"""

from __future__ import annotations

from typing import Final

from offramp.desk.cases.preparing import prepare
from offramp.desk.desk import Desk
from offramp.desk.numbers.facts import facts
from offramp.desk.web.job import Job
from offramp.desk.web.keeper import Keeper

_FEW: Final = 500


def begin_to_get_ready(keeper: Keeper) -> None:
    """After an unlock; returns at once."""
    with keeper.desk() as desk:
        if len(desk.letters) >= _FEW:
            keeper.begin("Getting ready", _work)


def _work(desk: Desk, job: Job) -> str:
    get_ready(desk, job)
    return ""


def get_ready(desk: Desk, job: Job) -> None:
    """Make what pages keep in the desk's memory until it is locked."""
    job.title, job.done, job.total = "Getting ready", 0, 0
    prepare(desk)
    facts(desk)
