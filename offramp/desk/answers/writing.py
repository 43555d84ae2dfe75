"""Writing an answer: into the vault first, with the event that tells the team, and then into the outbox."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Final

from offramp.crypto.keyset import TOLERANCE
from offramp.crypto.letter import Attachment
from offramp.desk import days
from offramp.desk.answers.composing import check_files, check_text
from offramp.desk.answers.conversation import Conversation, conversation
from offramp.desk.answers.kept import ANSWER, answer_value
from offramp.desk.answers.mending import mend
from offramp.desk.answers.outbox import Outbox
from offramp.desk.answers.plan import Plan, next_number
from offramp.desk.answers.record import SENT, AnswerRecord
from offramp.desk.answers.unfinished import drop_text, forget_text
from offramp.desk.cases.case import KeptFile
from offramp.desk.cases.triage import status_decision
from offramp.desk.desk import Decision, Desk
from offramp.desk.errors import ClockWrong, NoRoom, NothingToSay, NotQueued
from offramp.desk.vault.vault import Record, Writing

_KEPT_FREE: Final = 64 * 1024 * 1024


def plan_answer(desk: Desk, case_id: bytes, files: tuple[Attachment, ...] = ()) -> Plan:
    """The next answer to a case, all but its words: to show before it is written.

    Raises NoSuchCase, NoAnswerWanted, ReplyKeysDiffer, ClockWrong, TooManyFiles, and what is wrong
    with the files: BadFileName, EmptyFile, FilesTooLarge.
    """
    check_files(files)
    found = conversation(desk, case_id)
    whom = found.address()
    _check_clock(desk, found)
    number = next_number(found.highest, found.most_read)
    return Plan.of(whom, number, days.today(), desk.campaign.answers.kept_days, files)


def write_answer(
    desk: Desk, case_id: bytes, text: str, files: tuple[Attachment, ...], outbox: Outbox
) -> AnswerRecord:
    """Seal an answer; the case waits for them from then on. When this returns, all of it is on the disk.

    Raises what `plan_answer` does, TextTooLong, NothingToSay, NoRoom and VaultFull, and then nothing was
    written; NotQueued where it is in the vault, and the outbox gets it later.
    """
    if not check_text(text) and not files:
        raise NothingToSay
    plan = plan_answer(desk, case_id, files)
    _check_room(desk, files)
    record = plan.sealed(text)
    kept = tuple(KeptFile(one.name, len(one.data)) for one in files)

    def beside(writing: Writing) -> None:
        writing.put(Record(plan.thread, SENT, record.id, record.to_bytes()), large=True)
        drop_text(desk, writing, case_id)

    decide_apart(
        desk,
        status_decision(desk, case_id, "waiting"),
        Decision(plan.thread, ANSWER, answer_value(record, kept, None), adds=True),
        beside=beside,
    )
    forget_text(desk, case_id)
    queue(desk, outbox)
    return record


def decide_apart(desk: Desk, *decisions: Decision, beside: Callable[[Writing], None] | None = None) -> None:
    """One event for each subject, the last one with what belongs beside it.

    An event about several subjects would lie in the house, and an answer's words outlive their case.
    """
    subjects = list(dict.fromkeys(one.subject for one in decisions))
    for subject in subjects:
        about_it = (one for one in decisions if one.subject == subject)
        desk.decide(*about_it, beside=beside if subject == subjects[-1] else None)


def queue(desk: Desk, outbox: Outbox) -> None:
    """Bring the outbox to what the vault says. Raises NotQueued where the disk does not take it."""
    try:
        mend(desk, outbox)
    except OSError:
        raise NotQueued from None


def _check_clock(desk: Desk, found: Conversation) -> None:
    """A laptop that is always offline may have lost its clock, and the server drops what is past its day.

    A clock that is a day off is nobody's fault, and does no harm: an answer is kept for weeks.
    """
    begun = {one.id: one.valid_from for one in desk.keysets}
    newest = max((begun.get(letter.keyset_id, 0) for letter in found.letters), default=0)
    if days.now() < newest - TOLERANCE:
        raise ClockWrong


def _check_room(desk: Desk, files: tuple[Attachment, ...]) -> None:
    """A vault and an outbox take the files once each, and the vault's log once more."""
    size = sum(len(one.data) for one in files)
    if shutil.disk_usage(desk.vault.path.parent).free < 3 * size + _KEPT_FREE:
        raise NoRoom
