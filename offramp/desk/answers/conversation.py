"""A conversation: one person's letters and our answers, in order."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.desk.answers.kept import KeptAnswer, answers_of
from offramp.desk.answers.plan import MOST_ELSEWHERE
from offramp.desk.answers.wanted import answers_read, day_written
from offramp.desk.cases.case import KeptLetter
from offramp.desk.cases.errors import NoSuchCase
from offramp.desk.cases.merging import letters_of, members_of
from offramp.desk.desk import Desk
from offramp.desk.errors import NoAnswerWanted, ReplyKeysDiffer


@dataclass(frozen=True, slots=True)
class Conversation:
    """Letters and answers in the order in which they were written, as far as that can be known."""

    case: bytes  # [16]
    items: tuple[KeptLetter | KeptAnswer, ...]

    @property
    def letters(self) -> tuple[KeptLetter, ...]:
        return tuple(one for one in self.items if isinstance(one, KeptLetter))

    @property
    def answers(self) -> tuple[KeptAnswer, ...]:
        return tuple(one for one in self.items if isinstance(one, KeptAnswer))

    @property
    def highest(self) -> int:
        """The highest number of an answer that is known here; 0 where there is none.

        One that leaves out more than a thousand was made up: the numbers must not run out.
        """
        highest = 0
        for number in sorted(one.number for one in self.answers):
            highest = number if number <= highest + MOST_ELSEWHERE else highest
        return highest

    @property
    def most_read(self) -> int:
        """The highest number of an answer that this person says to have read."""
        return max(map(answers_read, self.letters), default=0)

    @property
    def threads(self) -> dict[bytes, set[bytes]]:
        """The threads [16] on which an answer is possible, with the reply keys [32] that letters named.

        There are several where somebody merged what a person wrote under different words.
        """
        found: dict[bytes, set[bytes]] = {}
        # No thread of twelve words is an envelope's id: that letter was put beside somebody else's.
        taken = {letter.id for letter in self.letters}
        for letter in self.letters:
            if letter.thread and letter.reply_key and letter.thread not in taken:
                found.setdefault(letter.thread, set()).add(letter.reply_key)
        return found

    def address(self) -> tuple[bytes, bytes]:
        """The thread [16] that an answer goes to, and the reply key [32] to seal with.

        It is the case's own, or else the last one that they wrote under.
        Raises NoAnswerWanted or ReplyKeysDiffer.
        """
        threads = self.threads
        if not threads:
            raise NoAnswerWanted
        thread = self.case if self.case in threads else list(threads)[-1]
        key, *others = threads[thread]
        if others:
            raise ReplyKeysDiffer
        return thread, key


def conversation(desk: Desk, case_id: bytes) -> Conversation:
    """What was written on both sides, in all cases [16] that are shown as one. Raises NoSuchCase."""
    members = [case_id, *members_of(desk, case_id)]
    letters = letters_of(desk, case_id) if any(one in desk.cases for one in members) else []
    answers = [one for member in dict.fromkeys(members) for one in answers_of(desk, member)]
    if not letters and not answers:
        raise NoSuchCase
    return Conversation(case_id, tuple(sorted((*letters, *answers), key=_place)))


def _place(item: KeptLetter | KeptAnswer) -> tuple[int, int, str, bytes]:
    """Where an item stands: envelopes carry no time, but a follow-up says which answers it had read."""
    if isinstance(item, KeptAnswer):
        return item.number, 0, item.day.isoformat(), item.id
    if item.purpose != "follow-up":
        return 0, 0, "", item.id
    return answers_read(item), 1, day_written(item), item.id
