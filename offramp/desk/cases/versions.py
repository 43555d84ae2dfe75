"""Whether anything about a case is another than when it was last looked at."""

from __future__ import annotations

from offramp.desk.cases.merging import merged
from offramp.desk.desk import Desk

_SHIFT = 40


def version_of(desk: Desk, case: bytes) -> int:
    """A number that is another after each change to a main case or to those that are shown as one with it."""
    members = merged(desk).members.get(case)
    if members is None:
        return desk.versions[case]
    # How many they are counts too: one that was separated takes its own changes away.
    return (len(members) << _SHIFT) + sum(desk.versions[one] for one in members)
