"""Taking an answer back, whichever desk wrote it."""

from __future__ import annotations

from collections.abc import Iterator

from offramp.desk import days
from offramp.desk.answers.conversation import conversation
from offramp.desk.answers.kept import ANSWER, KeptAnswer, answer_value
from offramp.desk.answers.outbox import Outbox
from offramp.desk.answers.writing import decide_apart, queue
from offramp.desk.cases.status import status_of
from offramp.desk.cases.triage import status_decision
from offramp.desk.desk import Decision, Desk
from offramp.desk.errors import AlreadyTakenBack, AnswerExpired, NoSuchAnswer


def to_take_back(desk: Desk, case_id: bytes, number: int) -> list[KeptAnswer]:
    """What has this number: two desks may have written one at the same time.

    Raises NoSuchCase, NoSuchAnswer, AlreadyTakenBack or AnswerExpired.
    """
    found = [one for one in conversation(desk, case_id).answers if one.number == number]
    if not found:
        raise NoSuchAnswer
    left = [one for one in found if one.taken_back is None]
    if not left:
        raise AlreadyTakenBack
    still_there = [one for one in left if one.last_day >= days.today()]
    if not still_there:
        raise AnswerExpired
    return still_there


def take_back(desk: Desk, case_id: bytes, number: int, outbox: Outbox) -> list[KeptAnswer]:
    """Take back what has this number; when this returns, that is on the disk.

    A case that waited for them is open again where it leaves them without an answer that they had not read.
    Raises what `to_take_back` does, VaultFull; NotQueued where it is in the vault, and not in the outbox yet.
    """
    gone = to_take_back(desk, case_id, number)
    for answer in gone:
        decide_apart(desk, *_decisions(desk, answer))
    queue(desk, outbox)
    return gone


def _decisions(desk: Desk, answer: KeptAnswer) -> Iterator[Decision]:
    if status_of(desk, answer.case).name == "waiting" and not _others_left(desk, answer):
        yield status_decision(desk, answer.case, "open")
    value = answer_value(answer, answer.files, days.today())
    yield Decision(answer.case, ANSWER, value, adds=True, after=answer.events)


def _others_left(desk: Desk, answer: KeptAnswer) -> bool:
    """Whether they have another answer to read."""
    found = conversation(desk, answer.case)
    return any(
        one.id != answer.id and one.number > found.most_read and one.state(days.today()) == "kept"
        for one in found.answers
    )
