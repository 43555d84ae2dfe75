"""The weeks that a desk has keys for, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from offramp.desk.weekly.destroying import destroyed_from, opens_until
from offramp.desk.weekly.signed import is_signed
from offramp.desk.weekly.stock import stock
from offramp.desk.weekly.warnings import at_risk

if TYPE_CHECKING:
    from offramp.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Week:
    """A week, named by its Monday, that this desk has a key for.

    `opens_until` is the last day on which its letters can be opened here; `destroyed_from` is the day after.
    """

    week: date
    is_signed: bool
    """Whether the calendar here has this key: only then is anything sealed to it."""
    opens_until: date
    destroyed_from: date
    is_at_risk: bool
    """Whether the key goes within a week, and there may be letters that nobody has opened."""


def weeks_here(desk: Desk) -> list[Week]:
    """All of them, in their order. Raises VaultDamaged."""
    risky = set(at_risk(desk))
    return [
        Week(
            one.week,
            is_signed(desk, one),
            opens_until(desk, one.week),
            destroyed_from(desk, one.week),
            one.week in risky,
        )
        for one in stock(desk)
    ]
