"""Who has, or had, which case, by the hand-offs of the team."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from offramp.desk import days
from offramp.desk.cases.merging import main_of
from offramp.desk.desk import Desk
from offramp.desk.handing.handing_over import HandOff, all_hand_offs


def handed(desk: Desk) -> Mapping[bytes, list[HandOff]]:
    """All hand-offs, by the main case of each; made again where something is another, or on another day."""
    now = (desk.changes, days.today())  # they end by themselves
    at, found = desk.memo.get(handed, (None, {}))
    if at != now:
        found = defaultdict(list)
        for one in all_hand_offs(desk):
            found[main_of(desk, one.case)].append(one)
        desk.memo[handed] = (now, found)
    return dict(found)


def loads(desk: Desk) -> Mapping[bytes, int]:
    """How many cases are with each adviser. Several hand-offs of one case to one person are one."""
    with_whom = {
        (case, main_of(desk, one.adviser))
        for case, found in handed(desk).items()
        for one in found
        if one.is_open
    }
    return Counter(adviser for _, adviser in with_whom)
