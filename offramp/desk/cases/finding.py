"""From what a person types to a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from offramp.desk.cases.errors import NoSuchCase, NoSuchGroup, SeveralCases
from offramp.desk.cases.merging import main_of
from offramp.desk.cases.similar import Group
from offramp.desk.desk import Desk


def find_case(desk: Desk, typed: str, *, whole: bool = True) -> bytes:
    """The case [16] whose id, or a letter's in it, begins so; the main one, unless `whole` is not wanted.

    Raises NoSuchCase or SeveralCases.
    """
    prefix = typed.strip().lower()
    found = {main_of(desk, case) if whole else case for _, case in _names(desk, prefix)}
    if not prefix or not found:
        raise NoSuchCase
    if len(found) > 1:
        raise SeveralCases
    return found.pop()


def find_cases(desk: Desk, typed: Iterable[str]) -> list[bytes]:
    """The main cases of several, each once. Nothing is done to any where one of them is not found."""
    return list(dict.fromkeys(find_case(desk, one) for one in typed))


def find_group(groups: Sequence[Group], typed: str) -> Group:
    """The group that is called so. Raises NoSuchGroup or SeveralCases."""
    found = [one for one in groups if one.id.hex().startswith(typed.strip().lower())]
    if not found:
        raise NoSuchGroup
    if len(found) > 1:
        raise SeveralCases
    return found[0]


def _names(desk: Desk, prefix: str) -> Iterator[tuple[bytes, bytes]]:
    yield from ((case, case) for case in desk.cases if case.hex().startswith(prefix))
    yield from (
        (name, letter.case_id) for name, letter in desk.letters.items() if name.hex().startswith(prefix)
    )
