"""A submission as text for people, as JSON for programs, and as one line of an overview."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from offramp.campaign import LANGUAGE_FIELD, Campaign, Form
from offramp.crypto.letter import Attachment, Letter
from offramp.desk.answers.wanted import Written, wants_answer
from offramp.desk.inbox import Submission
from offramp.desk.page_language import other_fields, said_of_page
from offramp.desk.visible import on_one_line, wrapped

ID_SHOWN: Final = 8
"""Characters of an id in an overview; `--id` takes them, and 'offramp case' does."""
_BEGIN, _END = "Submission ", "End of "
_PURPOSES: Final = {
    "help": "asks for help",
    "offer": "offers help",
    "follow-up": "writes again",
    "team": "says that it is from the team, as anybody can",
}
_ADDED_BY_THE_PAGE: Final = {
    "answers_read": "The last of our answers that they had read, by their page",
    "day": "Written on, by their own clock",
}
_STRANGERS: Final = "    | "
"""Before every line that a stranger wrote, so that no such line can pass for one of ours."""
_OURS: Final = "    > "
"""Before every line that the team wrote."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What a campaign's forms call their fields, by purpose, and which field holds the main text."""

    by_purpose: Mapping[str, Mapping[str, str]]
    main: Mapping[str, str]

    @classmethod
    def of(cls, campaign: Campaign) -> Labels:
        forms = {"help": campaign.help, "offer": campaign.offer, "follow-up": campaign.follow_up}
        labels = {
            purpose: {field.id: field.label for field in form.fields} for purpose, form in forms.items()
        }
        labels["follow-up"] |= _ADDED_BY_THE_PAGE
        for known in labels.values():
            known[LANGUAGE_FIELD] = "The language of the page that they wrote on"
        return cls(labels, {purpose: _main_field(form) for purpose, form in forms.items()})


def _main_field(form: Form) -> str:
    return next(field.id for field in form.fields if field.required)


_SHOWN_CHARACTERS: Final = 100_000
"""Of one value; the page's own limit is 20 000."""
_SHOWN_LINES: Final = 3_000


def as_text(submission: Submission, labels: Labels, saved: Sequence[str], width: int) -> str:
    """One block of lines between two that name the id in full; ends in an empty line."""
    name = submission.id.hex()
    return "\n".join(
        (f"{_BEGIN}{name}", *_lines(submission.letter, labels, saved, width), f"{_END}{name}", "", "")
    )


def _lines(letter: Letter, labels: Labels, saved: Sequence[str], width: int) -> Iterator[str]:
    yield f"  {_PURPOSES[letter.purpose]}{said_of_page(letter)}{_wish(letter)}"
    known = labels.by_purpose.get(letter.purpose, {})
    for field, *values in other_fields(letter):
        yield f"  {known.get(field, field)}"
        for value in values:
            yield from strangers_lines(value, width)
    for number, attachment in enumerate(letter.attachments, start=1):
        where = f", saved as {saved[number - 1]}" if saved else ""
        yield f"  Attachment {number}: {size_in_words(len(attachment.data))}{where}, called"
        yield from strangers_lines(attachment.name, width)


def _wish(letter: Letter) -> str:
    if letter.thread is None or not wants_answer(letter):
        return ""
    return f", and wants an answer: conversation {letter.thread.hex()[:ID_SHOWN]}"


def strangers_lines(text: str, width: int) -> Iterator[str]:
    """A stranger's text, cut off where nobody would read on: one letter must not bury the others."""
    lines = wrapped(text[:_SHOWN_CHARACTERS], width - len(_STRANGERS))
    yield from (_STRANGERS + line for line in itertools.islice(lines, _SHOWN_LINES))
    if len(text) > _SHOWN_CHARACTERS or next(lines, None) is not None:
        yield "  (It is longer, and cut off here; --json has all of it.)"


def our_lines(text: str, width: int) -> Iterator[str]:
    """A text of ours, in lines that no stranger's look like."""
    yield from (_OURS + line for line in wrapped(text, width - len(_OURS)) if text)


def as_json(submission: Submission, saved: Sequence[str]) -> str:
    """One line of ASCII, with the exact text."""
    return json.dumps(as_object(submission, saved)) + "\n"


def as_object(submission: Submission, saved: Sequence[str]) -> dict[str, object]:
    """What JSON says of it. The reply key stays out: whoever has it reads the answers."""
    letter = submission.letter
    return {
        "id": submission.id.hex(),
        "purpose": letter.purpose,
        "campaign": letter.campaign,
        "keyset": letter.keyset_id.hex(),
        "thread": letter.thread.hex() if letter.thread else None,
        "wants_answer": wants_answer(letter),
        "fields": {name: values for name, *values in letter.fields},
        "attachments": files_as_objects(letter.attachments, saved),
    }


def files_as_objects(files: Sequence[Attachment], saved: Sequence[str]) -> list[dict[str, object]]:
    """What JSON says of files; `saved` has their names on this disk, or nothing."""
    return [
        {"name": one.name, "size": len(one.data), **({"saved_as": saved[number]} if saved else {})}
        for number, one in enumerate(files)
    ]


def as_summary(submission: Submission, labels: Labels, width: int, state: str = "") -> str:
    """The id's beginning, the purpose, how many attachments, the conversation, `state`, the first words.

    Every column is there in every line: a stranger's words must not stand where ours do.
    """
    letter = submission.letter
    files = f"+{len(letter.attachments)}" if letter.attachments else ""
    thread = letter.thread.hex()[:ID_SHOWN] if letter.thread else ""
    start = f"{submission.id.hex()[:ID_SHOWN]}  {letter.purpose:<9}  {files:<3}  {thread:<8}  {state:<8}  "
    return start + on_one_line(main_text(letter, labels), max(width - len(start), 20))


def main_text(letter: Written, labels: Labels) -> str:
    """The text that the form demands; where there is none, the first field."""
    values = {name: first for name, first, *_ in letter.fields}
    return values.get(labels.main.get(letter.purpose, ""), next(iter(values.values()), ""))


def size_in_words(size: int) -> str:
    """Bytes as people say them."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
