"""Where a case stands: what an organizer decided, and what has come since."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple, get_args

from offramp.crypto.event import Json
from offramp.desk.cases.merging import letters_of, main_of
from offramp.desk.desk import Desk

STATUS: Final = "status"
ASSIGNEE: Final = "assignee"

StatusName = Literal["new", "open", "waiting", "done", "spam"]
STATUSES: Final[tuple[StatusName, ...]] = get_args(StatusName)
_NAMES: Final[dict[str, StatusName]] = {one: one for one in STATUSES}


class Status(NamedTuple):
    """`name` is what it counts as now, `decided` what was decided last; `since` is the day of that."""

    name: StatusName
    decided: StatusName
    wrote_again: bool
    conflict: bool
    since: date | None


def status_of(desk: Desk, case: bytes) -> Status:
    """Where a case stands. One that waits or is done is open again when its writer writes again."""
    main = main_of(desk, case)
    heads = desk.state.heads(main, STATUS)
    if not heads:
        return Status("new", "new", False, False, None)
    decided = _name(heads[-1].value)
    alike = [one for one in heads if _name(one.value) == decided]
    known = max(_letters(one.value) for one in alike)
    again = decided in ("waiting", "done") and len(letters_of(desk, main)) > known
    conflict = len(alike) < len(heads)
    return Status("open" if again else decided, decided, again, conflict, heads[-1].day)


def assignee_of(desk: Desk, case: bytes) -> str:
    """The organizer who takes care of it; "" for nobody."""
    value = desk.state.value(main_of(desk, case), ASSIGNEE, "")
    return value if isinstance(value, str) else ""


def _name(value: Json) -> StatusName:
    found = value.get("is") if isinstance(value, dict) else None
    return _NAMES.get(found, "new") if isinstance(found, str) else "new"


def _letters(value: Json) -> int:
    found = value.get("letters") if isinstance(value, dict) else None
    return found if isinstance(found, int) else 0
