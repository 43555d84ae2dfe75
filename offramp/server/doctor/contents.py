"""Checks of what is in the folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from offramp.board.days import day_of
from offramp.server.backup.taking import mark_of_backup
from offramp.server.check import named_problems
from offramp.server.doctor.findings import Trouble, unseen, warning, wrong
from offramp.server.doctor.patient import Patient
from offramp.server.files import read_text
from offramp.server.layout import load
from offramp.server.signed.cards import SUFFIX as CARD
from offramp.server.signed.shelves import cards_of, shelf_of
from offramp.server.signed.status import status_of
from offramp.server.signed.warnings import warnings
from offramp.server.upkeep.rescue import examine_store
from offramp.server.words import on_day
from offramp.store import StoreError
from offramp.store.errors import StoreNewer
from offramp.store.migrations import version
from offramp.store.schema import ENVELOPES

OLD_BACKUP: Final = timedelta(days=35)
"""Older than any letter that is still on the server."""

_NOT_SO_BAD: Final = frozenset({"manifest", "limits"})


def folder(patient: Patient) -> Iterator[Trouble]:
    """What `offramp server check` finds."""
    without = {"calendar", "access", "moved"}  # other checks of ours look at these
    in_file = patient.folder.store_url == patient.folder.store_file_url
    if in_file:
        without.add("store")  # to open it as a server does is to write into it
    for part, sentence in named_problems(patient.folder, without=without, clock=patient.clock):
        yield (warning if part in _NOT_SO_BAD else wrong)(sentence)
    if in_file and patient.folder.store.exists():
        yield from _store(patient)


def _store(patient: Patient) -> Iterator[Trouble]:
    path = patient.folder.store
    if _is_of_another_release(patient):
        yield unseen(
            "The store has the tables of another release, so nobody looked into it.",
            "Look with that release, or start this one: it brings the store to its own tables.",
        )
        return
    try:
        examine_store(patient.folder)
    except StoreError as error:
        yield wrong(f"{path}: {error}")


def _is_of_another_release(patient: Patient) -> bool:
    try:
        return version(patient.folder.store) not in (0, ENVELOPES.version)
    except StoreNewer:
        return True
    except StoreError:
        return False  # damaged: that is found anyway


def calendar(patient: Patient) -> Iterator[Trouble]:
    """Whether the keys and the card are in force, and for how long."""
    state = load(patient.folder)
    shelf = shelf_of(state, clock=patient.clock)
    cards = cards_of(state, shelf.all, clock=patient.clock)
    current = shelf.current()
    is_open = current is not None and cards.in_force(current)
    is_new = not any(
        patient.folder.cards.glob(f"*{CARD}")
    )  # an operator's first hour: the first card comes later
    found = warnings(status_of(shelf, cards, clock=patient.clock))
    for sentence in found:
        yield (warning if is_open or is_new else wrong)(sentence)


def backup(patient: Patient) -> Iterator[Trouble]:
    """Whoever loses the onions' keys loses the addresses, which are on paper in people's pockets."""
    mark = mark_of_backup(patient.folder)
    cure = f"`offramp server backup {patient.folder.path} FILE`, and take the file to another machine."
    if not mark.exists():
        yield warning("No backup was ever taken: with this disk, both addresses would be lost.", cure)
        return
    last = date.fromisoformat(read_text(mark))
    if day_of(patient.clock) - last > OLD_BACKUP:
        yield warning(f"The last backup is of {on_day(last)}.", cure)
