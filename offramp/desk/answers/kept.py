"""The answers of a case, as the team's events tell of them: those of this desk, and of every other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from offramp.crypto.event import Json
from offramp.crypto.letter import Attachment
from offramp.desk.answers.record import SENT, AnswerRecord
from offramp.desk.cases.case import KeptFile
from offramp.desk.desk import Desk

ANSWER: Final = "answer"
"""The field of a case that collects what was answered."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer that some desk of the team wrote, with its words, and without the bytes of its files."""

    case: bytes  # [16]
    author: bytes  # Ed25519 public key [32] of who wrote it
    number: int
    day: date
    last_day: date
    text: str
    files: tuple[KeptFile, ...]
    id: bytes  # the reply's [16]
    parcels: tuple[bytes, ...]  # their ids [16]
    taken_back: date | None
    events: tuple[bytes, ...]
    """The ids [16] of the events that say so, and that a change has to name."""

    @property
    def ids(self) -> frozenset[bytes]:
        """The ids [16] of the parcels and the reply."""
        return frozenset((*self.parcels, self.id))

    def state(self, today: date) -> Literal["kept", "expired", "taken back"]:
        """Whether it is to be on the board. Nobody here knows whether it was read, or pushed."""
        if self.taken_back is not None:
            return "taken back"
        return "kept" if self.last_day >= today else "expired"


def answers_of(desk: Desk, case_id: bytes) -> list[KeptAnswer]:
    """All answers to a case, by number; two desks that wrote at the same time gave theirs the same one."""
    by_reply: dict[str, list[tuple[bytes, bytes, dict[str, Any]]]] = {}
    for head in desk.state.heads(case_id, ANSWER):
        value = cast("dict[str, Any]", head.value)
        by_reply.setdefault(value["reply"], []).append((head.event, head.author, value))
    found = [_kept(desk, case_id, heads) for heads in by_reply.values()]
    return sorted(found, key=lambda one: (one.number, one.day, one.id))


def all_answers(desk: Desk) -> Iterator[KeptAnswer]:
    """The answers to all cases."""
    for subject in desk.state.subjects():
        if ANSWER in desk.state.fields(subject):
            yield from answers_of(desk, subject)


def answer_value(
    record: AnswerRecord | KeptAnswer, files: tuple[KeptFile, ...], taken_back: date | None
) -> Json:
    """What an event says of an answer."""
    parcels = record.parcel_ids if isinstance(record, AnswerRecord) else record.parcels
    return {
        "number": record.number,
        "day": record.day.isoformat(),
        "last_day": record.last_day.isoformat(),
        "text": record.text,
        "files": [[one.name, one.size] for one in files],
        "reply": record.id.hex(),
        "parcels": [one.hex() for one in parcels],
        "taken_back": taken_back.isoformat() if taken_back else None,
    }


def record_of(desk: Desk, answer: KeptAnswer) -> AnswerRecord | None:
    """The whole answer, with its files; None where another desk wrote it. Raises VaultDamaged."""
    raw = desk.vault.get(answer.case, SENT, answer.id)
    return AnswerRecord.from_bytes(raw) if raw is not None else None


def files_of(desk: Desk, answer: KeptAnswer) -> tuple[Attachment, ...]:
    """Its files; none where another desk wrote it, which alone has them. Raises VaultDamaged."""
    record = record_of(desk, answer)
    return record.files if record else ()


def _kept(desk: Desk, case_id: bytes, heads: list[tuple[bytes, bytes, dict[str, Any]]]) -> KeptAnswer:
    """One answer of heads that differ at most in whether they take it back: then it is taken back."""
    event, author, value = heads[0]
    days = [date.fromisoformat(one["taken_back"]) for _, _, one in heads if one["taken_back"]]
    # Whoever takes an answer back names the event that wrote it, and cannot put words into its writer's mouth.
    first = _first(desk, case_id, event)
    if first is not None and first[1]["reply"] == value["reply"]:
        author, value = first
    return KeptAnswer(
        case_id,
        author,
        value["number"],
        date.fromisoformat(value["day"]),
        date.fromisoformat(value["last_day"]),
        value["text"],
        tuple(KeptFile(name, size) for name, size in value["files"]),
        bytes.fromhex(value["reply"]),
        tuple(map(bytes.fromhex, value["parcels"])),
        min(days, default=None),
        tuple(event for event, _, _ in heads),
    )


def _first(desk: Desk, case_id: bytes, event: bytes) -> tuple[bytes, dict[str, Any]] | None:
    """Who wrote the answer, and what, though somebody else took it back; None while that event is not here."""
    while event in desk.events:
        found = (one for one in desk.events[event].changes if (one.subject, one.field) == (case_id, ANSWER))
        change = next(found, None)
        if change is None:  # it names an event about something else
            return None
        if not change.after:
            return desk.events[event].author, cast("dict[str, Any]", change.value)
        event = change.after[0]
    return None
