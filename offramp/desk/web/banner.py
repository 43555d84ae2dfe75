"""What every page says about keys, calendar and card: what is urgent in full, the rest as a hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offramp.desk import days
from offramp.desk.desk import Desk
from offramp.desk.weekly.warnings import warnings


@dataclass(frozen=True, slots=True)
class Banner:
    """Sentences for a person."""

    urgent: tuple[str, ...] = ()
    calm: tuple[str, ...] = ()


NOTHING: Final = Banner()


def banner(desk: Desk) -> Banner:
    """Made again when something is another, or a day is over. Raises VaultDamaged."""
    now = (desk.changes, days.today())
    at, found = desk.memo.get(banner, (None, NOTHING))
    if at != now:
        said = warnings(desk)
        found = Banner(
            tuple(one.text for one in said if one.urgent), tuple(one.text for one in said if not one.urgent)
        )
        desk.memo[banner] = (now, found)
    return found if isinstance(found, Banner) else NOTHING
