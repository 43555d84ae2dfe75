"""Which cases are shown as one: those that somebody merged, and letters that came twice, word for word.

The ids of merged cases stay: an event or a letter that names one of them is found, and separating gives
back what was there. What is shown as one is called after one of them, its *main* case; where these
functions are given the id of any case, they take the one that it is shown as.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from offramp.desk.answers.wanted import answers_read, day_written
from offramp.desk.cases.case import KeptFile, KeptLetter
from offramp.desk.desk import Desk

SAME_AS: Final = "same_as"
"""The field: the id of the case that this one is merged into, in hexadecimal; "" separates for good."""


Said = tuple[str, tuple[tuple[str, ...], ...], tuple[KeptFile, ...]]


@dataclass(frozen=True, slots=True)
class Merged:
    """Only what is merged is in here."""

    main: dict[bytes, bytes]
    """The main case of each, by id; the main case's own id too."""
    members: dict[bytes, tuple[bytes, ...]]
    """All cases that are shown as one, by the main case's id, which is the first of them."""


def main_of(desk: Desk, case: bytes) -> bytes:
    """The id [16] of the case that this one is shown as: its own, unless it is merged."""
    return merged(desk).main.get(case, case)


def members_of(desk: Desk, case: bytes) -> tuple[bytes, ...]:
    """The ids of all cases that are shown as one with this, the main case first."""
    found = merged(desk)
    main = found.main.get(case, case)
    return found.members.get(main, (main,))


def main_cases(desk: Desk) -> Iterator[bytes]:
    """The ids of all cases that are shown."""
    main = merged(desk).main
    return (case for case in desk.cases if main.get(case, case) == case)


def letters_of(desk: Desk, case: bytes) -> list[KeptLetter]:
    """The letters of all cases that are shown as one with this; what came several times is there once."""
    members = members_of(desk, case)
    if len(members) == 1 and len(desk.cases[members[0]].letters) == 1:
        return list(desk.cases[members[0]].letters)
    seen: dict[Said, KeptLetter] = {}
    for member in members:
        for letter in sorted(desk.cases[member].letters, key=_order):
            seen.setdefault(said(letter), letter)
    return list(seen.values())


def _order(letter: KeptLetter) -> tuple[bool, int, str, date, bytes]:
    """Letters carry no time, but a follow-up says which answers its writer had read."""
    again = letter.purpose == "follow-up"
    return again, answers_read(letter), day_written(letter), letter.arrived, letter.id


def said(letter: KeptLetter) -> Said:
    """All that its writer wrote: the same for a letter that was sealed and sent again."""
    return letter.purpose, letter.fields, letter.files


def merged(desk: Desk) -> Merged:
    """What is shown as one at the moment."""
    kept: tuple[int, Merged] = desk.memo.get(merged, (-1, Merged({}, {})))
    if kept[0] != desk.changes:
        kept = desk.memo[merged] = (desk.changes, _merged(desk))
    return kept[1]


def _merged(desk: Desk) -> Merged:
    into = dict(_decided(desk))
    into |= _twice(desk, into)
    groups: dict[bytes, set[bytes]] = defaultdict(set)
    roots: dict[bytes, bytes] = {}
    for case, target in into.items():
        if target != case:
            root = _root(case, into, roots)
            groups[root] |= {case, root} & desk.cases.keys()
    found = Merged({}, {})
    for root, group in groups.items():
        main = root if root in group else min(group)
        found.main.update(dict.fromkeys(group, main))
        found.members[main] = (main, *sorted(group - {main}))
    return found


def _decided(desk: Desk) -> Iterator[tuple[bytes, bytes]]:
    """Into which case each was merged; itself, where somebody separated it."""
    for case in desk.state.subjects():
        value = desk.state.value(case, SAME_AS)
        if isinstance(value, str) and case in desk.cases:
            yield case, bytes.fromhex(value) or case


def _twice(desk: Desk, decided: dict[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Letters without a thread that say the same in everything. Whoever sends one twice wants one thing."""
    for alike in _same_words(desk):
        group = [case for case in alike if case not in decided]
        if len(group) > 1:
            # The same on every desk; and a case that somebody decided about goes on under its id.
            main = min(group, key=lambda one: (not desk.state.fields(one), one))
            yield from ((case, main) for case in group)


def _same_words(desk: Desk) -> list[list[bytes]]:
    """Cases of one letter without a thread, several with the same words; only letters change these."""
    kept: tuple[object, list[list[bytes]]] = desk.memo.get(_same_words, (None, []))
    now = desk.letters_seen
    if kept[0] != now:
        alike: dict[Said, list[bytes]] = defaultdict(list)
        for letter in desk.letters.values():
            if letter.thread is None:
                alike[said(letter)].append(letter.case_id)
        kept = desk.memo[_same_words] = (now, [one for one in alike.values() if len(one) > 1])
    return kept[1]


def _root(case: bytes, into: dict[bytes, bytes], known: dict[bytes, bytes]) -> bytes:
    """Where merging ends. Two people may have merged the same two the other way round.

    `known` gets what was found on the way: a long chain, such as a hostile one, is gone through once.
    """
    path = {case: None}  # in order
    while case not in known:
        target = into.get(case, case)
        if target == case:
            known[case] = case
        elif target in path:
            round_ = list(path)[list(path).index(target) :]
            known.update(dict.fromkeys(round_, min(round_)))
        else:
            path[target] = None
            case = target
    known.update(dict.fromkeys(path, known[case]))
    return known[case]
