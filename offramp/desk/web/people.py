"""Who works on this campaign, by the names that pages show."""

from __future__ import annotations

from offramp.desk.desk import Desk


def organizers(desk: Desk) -> list[str]:
    """The names that a case can be assigned to: mine first, then the others of the team."""
    return [desk.me.name, *(one.name for one in desk.team.others if one.name != desk.me.name)]
