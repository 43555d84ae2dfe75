"""Taking a bundle into the vault: a few hundred letters a transaction, so that a crash costs a second's work.

What is known already is not opened again, so a bundle can be imported as often as one likes; an import that
was interrupted goes on where it stopped. What was forgotten here stays away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offramp.crypto.draft import draft_in
from offramp.crypto.errors import (
    ContentMalformed,
    NotABundle,
    NotForThisKey,
    OfframpError,
    UnknownKeyset,
)
from offramp.crypto.letter import COVER, Letter
from offramp.desk import days
from offramp.desk.cases.case import FILE, LETTER, KeptLetter, file_name
from offramp.desk.cases.errors import LetterOverfull
from offramp.desk.cases.similar import letter_sketch
from offramp.desk.desk import Desk
from offramp.desk.errors import MissingFile
from offramp.desk.handing.drafts import receive_draft, settle_drafts
from offramp.desk.handing.errors import DraftForNoHandOff, DraftReplayed
from offramp.desk.inbox import Submission, Unopened, envelopes
from offramp.desk.team.chains import FORGOTTEN
from offramp.desk.team.receiving import TEAM_LETTER, carries_events, receive_events
from offramp.desk.vault.errors import VaultError
from offramp.desk.vault.vault import HOUSE, Record, Writing
from offramp.desk.weekly.cards import note_import

DRAFT_LETTER: Final = "draft_letter"
REFUSED_LETTER: Final = "refused_letter"
"""Kinds of records in the house, by an envelope's id: letters that brought an adviser's draft, with the draft's
id; what did not open, with the name of the reason."""

_LETTERS_AT_ONCE: Final = 400
_BYTES_AT_ONCE: Final = 8_000_000
_BYTES_PASSED_AT_ONCE: Final = 32_000_000
_MOST_FILES: Final = 200
_MOST_FIELDS: Final = 200
_MOST_VALUES: Final = 2_000
"""The largest form of a campaign stays far below; a hostile letter has room for a million."""
_MAY_OPEN_LATER: Final = {kind.__name__ for kind in (UnknownKeyset, NotForThisKey)}


@dataclass(slots=True)
class Imported:
    """What an import did, so far: `letters` new ones, `follow_ups` among them, `known` ones skipped."""

    letters: int = 0
    follow_ups: int = 0
    known: int = 0
    events: int = 0
    drafts: int = 0
    refused: list[tuple[bytes, OfframpError]] = field(default_factory=list)
    """Envelopes that did not open, and events and drafts that were not taken, by id, each with its reason."""
    truncated: bool = False
    """The bundle's last envelope is incomplete. Fetching again completes it."""
    damaged: bool = False
    """The bundle is damaged; what comes before that was imported."""


def import_bundle(desk: Desk, path: Path, progress: Callable[[int], None] = lambda size: None) -> Imported:
    """Take in all that is new in the bundle; `progress` is told how many bytes of it are done with.

    Raises MissingFile, NotABundle where nothing of it can be read, UnsupportedVersion, VaultFull.
    """
    so_far = Imported()
    for size, done in import_steps(desk, path):
        so_far = done
        progress(size)
    return so_far


def import_steps(desk: Desk, path: Path) -> Iterator[tuple[int, Imported]]:
    """The same step by step: how many bytes more are done with, and what was done so far.

    What a step says is on the disk. Whoever stops between steps can go on later.
    """
    if not path.is_file():
        raise MissingFile(f"{path} is not there.")
    run = _Import(desk, Imported())
    try:
        for name, envelope in envelopes(path, run.truncated):
            run.take(name, envelope)
            if run.is_full:
                yield run.saved()
    except NotABundle:
        if not run.seen:
            raise NotABundle(f"{path} is damaged, or no bundle.") from None
        run.found.damaged = True
    size, found = run.saved()
    note_import(desk)
    found.refused += settle_drafts(desk)  # the hand-off that one answers may have been further on
    yield size, found


class _Import:
    """What waits to be written, and what was done."""

    def __init__(self, desk: Desk, found: Imported) -> None:
        self._desk, self.found = desk, found
        self._known = _known(desk)
        self._passed: set[bytes] = set()
        self._letters: list[tuple[KeptLetter, Letter]] = []
        self._others: list[Record] = []
        self._team: list[Submission] = []
        self._size = self._bytes = 0
        self.seen = False

    def truncated(self) -> None:
        self.found.truncated = True

    @property
    def is_full(self) -> bool:
        waiting = len(self._letters) + len(self._others) + len(self._team)
        opened = waiting >= _LETTERS_AT_ONCE or self._bytes >= _BYTES_AT_ONCE
        return opened or self._size >= _BYTES_PASSED_AT_ONCE

    def take(self, name: bytes, envelope: bytes) -> None:
        """Open an envelope that is not known."""
        self.seen = True
        self._size += 4 + len(envelope)
        self._passed.add(name)
        if name in self._known:
            self.found.known += 1
            return
        self._bytes += len(envelope)
        opened = self._desk.inbox.open(envelope, name)
        if isinstance(opened, Unopened):
            self._refuse(opened)
        elif opened.letter.purpose == COVER:
            return  # FORMAT 2.6: nothing of it is kept, not even that it was there
        elif opened.letter.purpose == "team":
            self._team.append(opened)
        else:
            problem = self._problem(opened.letter)
            if problem is not None:
                self._refuse(Unopened(name, problem))
                return
            made = letter_sketch(self._desk.campaign, opened.letter)
            kept = KeptLetter.of(name, opened.letter, days.today(), made)
            self._letters.append((kept, opened.letter))

    def saved(self) -> tuple[int, Imported]:
        """Write what waits; how many bytes of the bundle that was, and what was done so far."""
        if self._letters or self._others:
            with self._desk.vault.writing() as writing:
                for kept, letter in self._letters:
                    _put(writing, kept, letter)
                for record in self._others:
                    writing.put(record)
        for kept, _ in self._letters:
            self._desk.take_letter(kept)
        for record in self._others:
            self._desk.take(record)
        self._take_events([one for one in self._team if carries_events(one.letter)])
        # Only when a draft has had its effect is it known: a crash in between has it read again.
        read = [self._take_draft(one) for one in self._team if not carries_events(one.letter)]
        self._desk.keep(*filter(None, read))
        self.found.letters += len(self._letters)
        self.found.follow_ups += sum(kept.purpose == "follow-up" for kept, _ in self._letters)
        done = self._size
        self._letters, self._others, self._team, self._size, self._bytes = [], [], [], 0, 0
        return done, self.found

    def _problem(self, letter: Letter) -> OfframpError | None:
        """Why a letter must not come in, though it opened.

        A thread follows from twelve words. One that is the house, or the id of somebody else's envelope, which
        the server knows, was made up to get at what lies there.
        """
        if letter.thread is not None and (letter.thread == HOUSE or self._is_envelope(letter.thread)):
            return ContentMalformed()
        files, fields, values = len(letter.attachments), len(letter.fields), sum(map(len, letter.fields))
        if files > _MOST_FILES or fields > _MOST_FIELDS or values > _MOST_VALUES:
            return LetterOverfull()
        return None

    def _is_envelope(self, thread: bytes) -> bool:
        return thread in self._known or thread in self._passed

    def _refuse(self, unopened: Unopened) -> None:
        self.found.refused.append((unopened.id, unopened.reason))
        reason = type(unopened.reason).__name__
        if self._desk.small[REFUSED_LETTER].get((HOUSE, unopened.id)) != reason.encode():
            self._others.append(Record(HOUSE, REFUSED_LETTER, unopened.id, reason.encode()))

    def _take_events(self, submissions: list[Submission]) -> None:
        for received in receive_events(self._desk, submissions) if submissions else ():
            self.found.events += len(received.new)
            self.found.refused += ((received.letter, reason) for reason in received.refused)

    def _take_draft(self, submission: Submission) -> Record | None:
        """What is to be kept of the letter, with the draft's id; None for one that may find a place later."""
        try:
            receive_draft(self._desk, submission.letter)
            self.found.drafts += 1
        except DraftReplayed:
            pass
        except VaultError:
            raise
        except OfframpError as reason:
            self.found.refused.append((submission.id, reason))
            refused = Record(HOUSE, DRAFT_LETTER, submission.id, b"")
            return None if isinstance(reason, DraftForNoHandOff) else refused
        return Record(HOUSE, DRAFT_LETTER, submission.id, draft_in(submission.letter).id)


def _known(desk: Desk) -> set[bytes]:
    """The ids of envelopes that need not be opened."""
    known = set(desk.letters)
    known.update(name for kind in (FORGOTTEN, TEAM_LETTER, DRAFT_LETTER) for _, name in desk.small[kind])
    refused = desk.small[REFUSED_LETTER].items()
    known.update(name for (_, name), reason in refused if reason.decode() not in _MAY_OPEN_LATER)
    return known


def _put(writing: Writing, kept: KeptLetter, letter: Letter) -> None:
    room = kept.case_id
    writing.put(Record(room, LETTER, kept.id, kept.to_bytes()))
    for number, attachment in enumerate(letter.attachments):
        writing.put(Record(room, FILE, file_name(kept.id, number), attachment.data), large=True)
