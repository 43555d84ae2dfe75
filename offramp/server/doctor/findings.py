"""What a check finds: a sentence, how bad it is, and what to do about it."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import NamedTuple


class State(enum.StrEnum):
    """How bad it is."""

    FINE = "fine"
    UNSEEN = "unseen"  # nobody could look
    WARNING = "warning"  # the site works, and something of its promises is weaker or soon over
    WRONG = "wrong"  # it does not work, or keeps less secret than it promises


class Trouble(NamedTuple):
    """One thing that is not fine."""

    state: State
    sentence: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.  *cure* is empty where the sentence says it, or there is none."""

    check: str
    state: State
    sentence: str = ""
    cure: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def wrong(sentence: str, cure: str = "") -> Trouble:
    return Trouble(State.WRONG, sentence, cure)


def warning(sentence: str, cure: str = "") -> Trouble:
    return Trouble(State.WARNING, sentence, cure)


def unseen(sentence: str, cure: str = "") -> Trouble:
    return Trouble(State.UNSEEN, sentence, cure)


def exit_status(findings: list[Finding]) -> int:
    """0 where all that could be seen is fine, 1 where there are warnings, 2 where something is wrong."""
    worst = {one.state for one in findings}
    return 2 if State.WRONG in worst else 1 if State.WARNING in worst else 0
