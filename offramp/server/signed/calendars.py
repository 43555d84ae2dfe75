"""Putting a calendar into the server's folder: a signed keyset for each of the weeks to come, all of them or none."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Final

from offramp.crypto.calendar import MAX_CALENDAR, read_calendar
from offramp.crypto.errors import WrongOnion
from offramp.crypto.keyset import Keyset
from offramp.crypto.pack import HEADER, CardPost, read_stream
from offramp.server.errors import (
    CalendarOver,
    CalendarWentBack,
    LaterCardHere,
    NoCardInIt,
)
from offramp.server.files import read_up_to, write_all_new
from offramp.server.layout import ServerFolder, ServerState, load
from offramp.server.signed.keysets import SUFFIX, KeysetShelf, highest
from offramp.server.signed.shelves import cards_of, shelf_of
from offramp.server.signed.status import Status, status_of
from offramp.server.words import on_day

Clock = Callable[[], float]

_LARGEST: Final = 9_000_000  # bytes of a pack that a desk writes for one request, and more than any calendar


@dataclass(frozen=True, slots=True)
class Added:
    """How many weeks of a calendar are new here, the first and the last day of it, and what is so now."""

    new: int
    first: date
    last: date
    status: Status


def add_calendar(
    folder: ServerFolder, file: Path, card: Path | None = None, *, clock: Clock = time.time
) -> Added:
    """Put the keysets in a calendar's file into the folder, and a card; the same again changes nothing.

    *card* is a file with nothing but a card, or a pack that a desk wrote.  Nothing is changed where one of the two
    files cannot be used.  Raises CalendarError, KeysetError, CardError, PackError, UnsupportedVersion, ServerError,
    OSError.
    """
    state = load(folder)
    shelf = shelf_of(state, clock=clock)
    keysets = _read(state, file)
    new = _new(shelf, keysets, clock())
    raw_card = _card_in(card) if card else None
    if raw_card is not None:
        cards_of(state, lambda: chain(shelf.all(), keysets), clock=clock).check(raw_card)
    # The last week first. Weeks that have no name yet when this is killed are covered by the calendar before it.
    files = {_path(folder, one): one.raw for one in reversed(new)}
    for path in files:  # what has such a name and is not known is damaged
        path.unlink(missing_ok=True)
    write_all_new(files)
    shelf = shelf_of(state, clock=clock)
    shelf.note_floor()
    cards = cards_of(state, shelf.all, clock=clock)
    if raw_card is not None and not cards.keep(raw_card):
        raise LaterCardHere
    status = status_of(shelf, cards, clock=clock)
    return Added(len(new), _day(keysets[0].valid_from), _day(keysets[-1].valid_until - 1), status)


def _read(state: ServerState, file: Path) -> Sequence[Keyset]:
    """The keysets in a file, signed for this server."""
    keysets = read_calendar(read_up_to(file, MAX_CALENDAR), root=state.root, campaign=state.campaign.id)
    if keysets[0].onion != state.intake_address:
        raise WrongOnion
    return keysets


def _new(shelf: KeysetShelf, keysets: Sequence[Keyset], now: float) -> list[Keyset]:
    """Those that are not here yet.  Raises CalendarOver, CalendarWentBack."""
    ids = {one.id for one in keysets}
    known = {one.id for one in shelf.all()}
    new = [one for one in keysets if one.id not in known]
    if not new:
        return []
    newest = highest([one for one in shelf.all() if one.id not in ids])
    if new[0].sequence < shelf.floor(now) or (newest and new[0].sequence <= newest.sequence):
        raise CalendarWentBack
    if new[-1].valid_until <= now:
        raise CalendarOver(
            f"The last day of this calendar was {on_day(_day(new[-1].valid_until - 1))}, and this machine's clock "
            f"says {on_day(_day(now))}. Get a newer calendar, or set the clock right; nothing was changed."
        )
    return new


def _card_in(file: Path) -> bytes:
    """The card in a file: all of it, or what a pack brings with other things."""
    raw = read_up_to(file, _LARGEST)
    if not raw.startswith(HEADER):
        return raw
    found = [post.card for post in read_stream([raw]) if isinstance(post, CardPost)]
    if not found:
        raise NoCardInIt(f"There is no card in {file}. An organizer signs one with `offramp card`.")
    return found[-1]


def _path(folder: ServerFolder, keyset: Keyset) -> Path:
    return folder.keysets / f"{keyset.sequence:08d}-{keyset.id.hex()[:16]}{SUFFIX}"


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
