"""Looking for damage in the store's file, and saving what can be read of a damaged one into a new one.

A disk may give back other bytes than it was given, and SQLite then notices only where a page makes no sense.
That an envelope is whole is told by its id, which is a hash of it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import apsw

from offramp.disk import sync_folder
from offramp.store.carving import Row, rows_in
from offramp.store.connection import connect, empty_files, open_file, require_disk, require_room, translated
from offramp.store.errors import StoreDamaged
from offramp.store.pages import Pages
from offramp.store.schema import ITS_ENVELOPE

Identify = Callable[[bytes], tuple[bytes, int] | None]
"""The id [16] and the size class of an envelope; None for bytes that are none."""

_TOGETHER_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rescued:
    """How many envelopes are in the new file; how many of the old one's list are not; and of how many the new one's
    it cannot be told whether they are whole, for they are in no list.  *aside* is where the old file is now."""

    saved: int
    lost: int
    unproven: int
    aside: Path


@dataclass(slots=True)
class _Lists:
    """What a file's lists say: the day of every id, and who acknowledged what on which day."""

    days: dict[bytes, int] = field(default_factory=dict)
    acknowledged: list[tuple[bytes, bytes, int]] = field(default_factory=list)


def examine(path: Path, identify: Identify) -> None:
    """Read all of a store's file.  Raises StoreDamaged, which says how much; StoreFull, and all of StoreUnavailable."""
    with translated(path):
        connection = open_file(path)
        try:
            if connection.pragma("quick_check", 1) != "ok":
                raise StoreDamaged
            damaged = sum(not _is_whole(row, identify) for row in _all(connection))
        finally:
            connection.close(True)
    if damaged:
        raise StoreDamaged(f"{damaged} of the letters in it are damaged. {StoreDamaged.__doc__}")
    require_room(path)
    require_disk(path)


def rescue(path: Path, identify: Identify, today: date) -> Rescued:
    """Put a new file in the place of a damaged one, with all of it that can be read; the old one is put aside.

    Nobody may have the file open.  Where it is interrupted, it may be done again.
    Raises StoreFull, StoreDiskFails, StoreBusy.
    """
    aside, new = name_aside(path), path.with_name(f"{path.name}.new")
    with translated(path):
        require_room(path, path.stat().st_size)
        for left in with_log(new):
            left.unlink(missing_ok=True)
        saved, lost, unproven = _save(aside if aside.exists() else path, new, identify, today)
        swap(path, new, aside)
    return Rescued(saved, lost, unproven, aside)


def _all(connection: apsw.Connection) -> Iterator[tuple[bytes, bytes | None]]:
    return connection.execute(f"SELECT id, {ITS_ENVELOPE} FROM ids")  # noqa: S608 - ours


def _is_whole(row: tuple[bytes, bytes | None], identify: Identify) -> bool:
    name, envelope = row
    found = identify(envelope) if envelope is not None else None
    return found is not None and found[0] == name


def _save(path: Path, new: Path, identify: Identify, today: date) -> tuple[int, int, int]:
    pages = Pages(path)
    try:
        lists = _lists_of(rows_in(pages))
        connection = connect(new)
        try:
            saved = _write(connection, _envelopes_of(rows_in(pages)), lists, identify, today)
            empty_files(connection)
        finally:
            connection.close(True)
    finally:
        pages.close()
    lost = lists.days.keys() - saved
    return len(saved), len(lost), len(saved - lists.days.keys())


def _lists_of(rows: Iterable[Row]) -> _Lists:
    lists = _Lists()
    for row in rows:
        match row:
            case (bytes(name), int(), int(), int(), int(day)) if len(name) == 16:
                lists.days[name] = day
            case (bytes(name), bytes(courier), int(day)) if (len(name), len(courier)) == (16, 32):
                lists.acknowledged.append((name, courier, day))
    return lists


def _envelopes_of(rows: Iterable[Row]) -> Iterator[tuple[bytes, bool]]:
    """Each, and whether it lies in the file by chance already; those that do not come in the order of arrival."""
    for row in rows:
        match row:
            case (None, bytes(envelope)):
                yield envelope, True
            case (None, bytes(), bytes(envelope)):
                yield envelope, False


def _write(
    connection: apsw.Connection,
    envelopes: Iterable[tuple[bytes, bool]],
    lists: _Lists,
    identify: Identify,
    today: date,
) -> set[bytes]:
    """Put all that are envelopes into a new file, on the disk when this returns; their ids."""
    saved: set[bytes] = set()
    size = 0
    connection.execute("BEGIN IMMEDIATE")
    for envelope, mixed in envelopes:
        found = identify(envelope)
        if found is None or found[0] in saved:
            continue
        name, size_class = found
        place, day = secrets.randbits(63), lists.days.get(name, today.toordinal())
        connection.execute(
            "INSERT INTO ids VALUES (?,?,?,?,?)", (name, place, size_class, len(envelope), day)
        )
        if mixed:
            connection.execute("INSERT INTO envelopes VALUES (?,?)", (place, envelope))
        else:
            connection.execute("INSERT INTO arrivals VALUES (?,?,?)", (place, name, envelope))
        saved.add(name)
        size += len(envelope)
        if size > _TOGETHER_BYTES:
            connection.execute("COMMIT; BEGIN IMMEDIATE")
            size = 0
    known = [row for row in lists.acknowledged if row[0] in saved]
    connection.executemany("INSERT INTO acknowledged VALUES (?,?,?) ON CONFLICT DO NOTHING", known)
    connection.execute("COMMIT")
    return saved


def swap(path: Path, new: Path, aside: Path) -> None:
    """Give the old file and its log other names besides, and then put the new one into their place."""
    for one, other in zip(with_log(path), with_log(aside), strict=True):
        if one.exists() and not other.exists():
            os.link(one, other)
    sync_folder(path.parent)
    _, log = with_log(path)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    log.unlink(missing_ok=True)  # SQLite would take it for the new file's
    new.replace(path)
    sync_folder(path.parent)


def name_aside(path: Path) -> Path:
    """A name that is free; or that under which a rescue that was stopped in its last steps has both files."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        if _is_half_swapped(path, aside):
            return aside
        number += 1
    return aside


def _is_half_swapped(path: Path, aside: Path) -> bool:
    """Whether a file has lost its log to *aside*, and was not written since."""
    (_, log), (_, log_aside) = with_log(path), with_log(aside)
    if not aside.samefile(path) or log.exists() or not log_aside.exists():
        return False
    return log_aside.stat().st_mtime_ns >= path.stat().st_mtime_ns


def with_log(path: Path) -> tuple[Path, Path]:
    """A file and SQLite's log beside it."""
    return path, path.with_name(f"{path.name}-wal")
