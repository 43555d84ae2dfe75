"""How the team stands, as far as this desk knows: for a page, and for `offramp team`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.crypto.team_list import Member
from offramp.desk.team.chains import Fork, Missing, forks, missing
from offramp.desk.team.conflicts import Conflict, conflicts
from offramp.desk.team.receiving import team_letters
from offramp.desk.team.sharing import to_share

if TYPE_CHECKING:
    from offramp.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that an organizer should know about the others."""

    members: tuple[Member, ...]
    former: tuple[Member, ...]
    has_list: bool
    """Whether the root has said who the organizers are; without that, nobody else's decisions count."""
    is_listed: bool
    """Whether whoever sits here is among them. If not, the others refuse what is decided here."""
    missing: tuple[Missing, ...]
    forks: tuple[Fork, ...]
    conflicts: tuple[Conflict, ...]
    refused: Mapping[str, int]
    """How many events were refused, by the name of the error."""
    waiting: int
    """How many events some organizer cannot have yet."""


def overview(desk: Desk) -> Overview:
    """Raises VaultDamaged."""
    refused: Counter[str] = Counter()
    for letter in team_letters(desk):
        refused.update(letter.refused)
    return Overview(
        members=desk.team.members,
        former=desk.team.former,
        has_list=bool(desk.team.lists),
        is_listed=any(one.ed25519 == desk.me.public for one in desk.team.members),
        missing=tuple(missing(desk)),
        forks=tuple(forks(desk)),
        conflicts=tuple(conflicts(desk)),
        refused=dict(sorted(refused.items())),
        waiting=len(to_share(desk)),
    )
