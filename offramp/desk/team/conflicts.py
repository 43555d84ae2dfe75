"""Where two organizers decided differently without knowing of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.desk.team.state import Head

if TYPE_CHECKING:
    from offramp.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Conflict:
    """Values of one field of a subject [16] that contradict each other; the last one counts meanwhile.

    Whoever decides again settles it: their decision replaces all of these.
    """

    subject: bytes
    field: str
    heads: tuple[Head, ...]


def conflicts(desk: Desk) -> list[Conflict]:
    """All of them, in the same order on every desk."""
    return [
        Conflict(subject, field, desk.state.heads(subject, field))
        for subject, field in sorted(desk.state.places())
        if desk.state.in_conflict(subject, field)
    ]
