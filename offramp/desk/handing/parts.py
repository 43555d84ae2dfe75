"""The parts of a case that can be handed over, each with a word on whether it had better be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from offramp.campaign import FOLLOW_UP_FIELDS, LANGUAGE_FIELD, Field
from offramp.desk.answers.kept import KeptAnswer, answers_of, files_of, record_of
from offramp.desk.answers.wanted import answers_read, day_written
from offramp.desk.attachments import harmless_extension
from offramp.desk.cases.case import FILE, KeptLetter, file_name
from offramp.desk.cases.errors import NoSuchCase
from offramp.desk.cases.merging import letters_of, main_of, members_of
from offramp.desk.cases.triage import notes_of
from offramp.desk.handing.personal import why_personal

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

_SAYS_WHO: Final = "It says who they are, or how to reach them."
_SAYS_WORK: Final = "It says where they work."
_FILE: Final = "A file often holds the name of who made it. Look into it first."
_LATER: Final = "It came later, and may refer to things that this adviser knows nothing of."
_OURS: Final = "It is our own answer."
_NOTE: Final = "It is a note for the team."
_TYPED: Final = "They could type anything here. Read it first."
_UNKNOWN: Final = "The campaign's form does not have this question any more. Read it first."

# Fields that are off, whatever stands in them. A campaign can name its fields as it likes: so these are many.
_WHO: Final = frozenset(
    (
        "contact",
        "name",
        "email",
        "mail",
        "phone",
        "signal",
        "address",
        "city",
        "town",
        "state",
        "county",
        "badge",
    )
)
_WORK: Final = frozenset(
    ("agency", "role", "employer", "work", "office", "station", "unit", "title", "rank", "grade")
)


@dataclass(frozen=True, slots=True)
class PartFile:
    """A file among the parts. Its bytes are read when they are handed over."""

    size: int
    shown_as: str
    """What the adviser sees it as: the sender's own name for it may be theirs."""
    sender_name: str
    """A stranger's words, for the organizer only."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that an organizer can hand over: a text, or a file."""

    name: str
    """By which it is chosen, and named in events: a kind or a field, "@", and whose id begins so."""
    title: str
    """What the organizer sees above it."""
    heading: str
    """What the adviser sees above it: no number that tells how many others there are."""
    text: str
    chosen: bool
    """Whether it is handed over unless an organizer says otherwise."""
    why: str
    """Why it is off; "" where it is on."""
    file: PartFile | None = None


def parts_of(desk: Desk, case_id: bytes) -> list[Part]:
    """All parts of a case [16], in order. Raises NoSuchCase for a case that is not here."""
    if main_of(desk, case_id) not in desk.cases:
        raise NoSuchCase
    return [part for part, _ in _all(desk, case_id)]


def part_title(desk: Desk, case_id: bytes, name: str) -> str:
    """What a part is called that was handed over, by whichever desk; its name where it is not here."""
    return next((part.title for part, _ in _all(desk, case_id) if part.name == name), name)


def part_bytes(desk: Desk, case_id: bytes, name: str) -> bytes:
    """The bytes of a part that is a file; b"" where it is none. Raises VaultDamaged."""
    source = next((source for part, source in _all(desk, case_id) if part.name == name), None)
    match source:
        case KeptLetter() as letter, int(number):
            return desk.vault.get(letter.case_id, FILE, file_name(letter.id, number)) or b""
        case KeptAnswer() as answer, int(number):
            return files_of(desk, answer)[number].data
    return b""


Source = tuple[KeptLetter | KeptAnswer, int] | None


def _all(desk: Desk, case_id: bytes) -> Iterator[tuple[Part, Source]]:
    letters = [one for one in letters_of(desk, case_id) if one.purpose != "follow-up"]
    again = [one for one in letters_of(desk, case_id) if one.purpose == "follow-up"]
    contact = " ".join(letter.value("contact") for letter in letters)
    for number, letter in enumerate(sorted(letters, key=lambda one: one.id), start=1):
        yield from _of_letter(desk, letter, "" if number == 1 else f"Letter {number}: ", contact)
    again.sort(key=lambda one: (answers_read(one), day_written(one), one.id))
    for number, letter in enumerate(again, start=1):
        yield from _of_letter(desk, letter, f"Written later ({number}): ", contact)
    for member in members_of(desk, case_id):
        for answer in answers_of(desk, member):
            yield from _of_answer(desk, answer)
    for number, note in enumerate(notes_of(desk, case_id), start=1):
        name, title = f"note@{note.id.hex()[:12]}", f"Note {number}"
        yield Part(name, title, "A note from an organizer", note.text, False, _NOTE), None


def _of_letter(desk: Desk, letter: KeptLetter, before: str, contact: str) -> Iterator[tuple[Part, Source]]:
    form = desk.campaign.follow_up if letter.purpose == "follow-up" else desk.campaign.help
    questions = {one.id: one for one in form.fields}
    mark = letter.id.hex()[:12]
    for name, *values in letter.fields:
        if name in (*FOLLOW_UP_FIELDS, LANGUAGE_FIELD) or not any(values):
            continue
        question = questions.get(name)
        why = _LATER if letter.purpose == "follow-up" else _why_off(desk, name, question, values, contact)
        heading = question.label if question else name
        yield Part(f"{name}@{mark}", before + heading, heading, ", ".join(values), not why, why), None
    for number, file in enumerate(letter.files):
        shown = PartFile(file.size, f"file-{number + 1}{harmless_extension(file.name)}", file.name)
        title = f"{before}File {number + 1}"
        yield Part(f"file{number + 1}@{mark}", title, "File", "", False, _FILE, shown), (letter, number)


def _why_off(desk: Desk, name: str, question: Field | None, values: list[str], contact: str) -> str:
    """Why an answer to this question of the form is off; "" where it may go."""
    if name in _WHO:
        return _SAYS_WHO
    if name in _WORK:
        return _SAYS_WORK
    if question is None:
        return _UNKNOWN
    if question.kind in ("choice", "choices") and set(values) <= set(question.options):
        return ""
    agencies = next((one.options for one in desk.campaign.help.fields if one.id == "agency"), ())
    found = why_personal("\n".join(values), contact=contact, places_of_work=agencies)
    if found or question.kind == "text" or name == "languages":
        return found
    return _TYPED


def _of_answer(desk: Desk, answer: KeptAnswer) -> Iterator[tuple[Part, Source]]:
    if answer.taken_back is not None:
        return
    mark = answer.id.hex()[:12]
    if answer.text:
        title = f"Our answer {answer.number}"
        yield Part(f"answer@{mark}", title, "What the organizers wrote", answer.text, False, _OURS), None
    if not answer.files or record_of(desk, answer) is None:  # its files are on the desk that wrote it
        return
    for number, file in enumerate(answer.files):
        name = f"file-{number + 1}{harmless_extension(file.name)}"
        title = f"Our answer {answer.number}: file {number + 1}"
        shown = PartFile(file.size, name, file.name)
        yield Part(f"file{number + 1}@{mark}", title, "File", "", False, _OURS, shown), (answer, number)
