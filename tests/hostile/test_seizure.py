"""Promise 2 at full strength: a week of which everything is known, and what an examiner finds on the server's disk.

The disk is a real ext4 in a file, read as bytes from its first to its last: also what was deleted, what lies in
gaps, the file system's own journal, and what SQLite's log once held.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offramp.crypto.envelope import ENVELOPE_LENGTHS, envelope_length, read_header
from offramp.crypto.letter import COVER
from offramp.store.schema import ITS_ENVELOPE
from tests.faults.disks import SmallDisk, why_not
from tests.harness.children import wait_for
from tests.harness.long import LONG
from tests.hostile.week import CANARIES, Week, week_at
from tests.server.test_nothing_to_seize import _times

DAYS = 7
PIECE = 40
_ATTACHED = {0: 600_000, 5: 40_000}  # on two days somebody sends a file; the first is destroyed in the week


@dataclass
class Seized:
    """What an examiner has, and what really happened."""

    week: Week
    disk: bytes
    rows: list[tuple[bytes, int, int, int, bytes]]
    files: dict[str, bytes]

    @property
    def kept(self) -> list[bytes]:
        """The real letters that are still there, in the order in which they came."""
        here = {row[0] for row in self.rows}
        return [one.id for one in self.week.sent if one.id in here]

    @property
    def covers(self) -> list[tuple[bytes, int, int, int, bytes]]:
        real = {one.id for one in self.week.sent}
        return [row for row in self.rows if row[0] not in real]

    @property
    def gone(self) -> list[bytes]:
        """The real letters that were destroyed."""
        here = {row[0] for row in self.rows}
        return [one.envelope for one in self.week.sent if one.id not in here]


def live(week: Week) -> None:
    """Seven days: requests one after another, a flood of them on the last, a courier who fetches, and an answer."""
    week.begin()
    for day in range(DAYS):
        for number in range(1 if day < DAYS - 1 else 16):
            week.send(f"letter {number} of day {day}", _ATTACHED.get(day, 0) if number == 0 else 0)
        if day in (0, 2):
            week.fetch()
        if day == 3:
            week.push()
        if day < DAYS - 1:
            week.next_day()
    wait_for("some that nobody sent", lambda: week.covers() >= 3, seconds=60)
    week.rest()
    week.seized()


def found_by_an_examiner(week: Week, folder: Path, disk: bytes) -> Seized:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with closing(sqlite3.connect(week.server.folder.store)) as plain:
        query = f"SELECT id, size_class, length, day, {ITS_ENVELOPE} FROM ids"  # noqa: S608
        rows = plain.execute(query).fetchall()
    return Seized(week, disk, rows, files)


@contextmanager
def seized_after(broken: str = "") -> Iterator[Seized]:
    """The week's end.  Without root, the disk is the bytes of all files."""
    place = Path(tempfile.mkdtemp(prefix="offramp-"))
    disk = None if why_not() else SmallDisk(place, megabytes=160)
    folder = disk.path if disk else place / "data"
    folder.mkdir(exist_ok=True)
    week = week_at(folder, place, broken)
    try:
        live(week)
        if disk:
            disk.unmount()
            raw = _without_zeros(disk.image)
            disk.mount()
        else:
            raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        yield found_by_an_examiner(week, folder, raw)
    finally:
        for child in week.server.children:
            child.kill()
        if disk:
            disk.close()
        shutil.rmtree(place)


def _without_zeros(image: Path) -> bytes:
    """All blocks of a disk that have anything in them, in their order."""
    with image.open("rb") as file:
        blocks = iter(lambda: file.read(4096), b"")
        return b"".join(block for block in blocks if any(block))


@pytest.fixture(scope="module")
def seized() -> Iterator[Seized]:
    with seized_after() as found:
        yield found


def _pieces(envelope: bytes) -> list[bytes]:
    """From the header, the slots and all of the body."""
    return [envelope[start : start + PIECE] for start in range(60, len(envelope) - PIECE, len(envelope) // 5)]


def test_the_week_was_one_in_which_there_was_something_to_find(seized: Seized) -> None:
    assert len(seized.gone) >= 2
    assert len(seized.kept) >= 16
    assert len(seized.covers) >= 3
    assert len(seized.week.fetched) >= 2
    assert any("board.db" in name for name in seized.files)


def test_no_canary(seized: Seized) -> None:
    for canary in CANARIES:
        assert canary.encode() not in seized.disk
        assert canary.encode("utf-16-le") not in seized.disk


def test_of_what_was_destroyed_there_is_nothing(seized: Seized) -> None:
    for envelope in seized.gone:
        assert [piece for piece in _pieces(envelope) if piece in seized.disk] == []


def test_every_letter_that_is_there_is_there_once(seized: Seized) -> None:
    """A copy in a log, a journal or a block that is free again would say when it was made, and beside what."""
    sent = {one.id: one.envelope for one in seized.week.sent}
    for name in seized.kept:
        for piece in _pieces(sent[name]):
            assert seized.disk.count(piece) == 1


def test_no_order(seized: Seized) -> None:
    """Neither in the places of the bytes on the disk, nor in those of the ids."""
    sent = {one.id: one.envelope for one in seized.week.sent}
    last = [
        name
        for name in seized.kept
        if len(sent[name]) == min(ENVELOPE_LENGTHS & set(map(len, sent.values())))
    ]
    where = {name: seized.disk.index(_pieces(sent[name])[3]) for name in last}
    # Of sixteen by chance, less than one in a hundred million is so near to the order of arrival, or its reverse.
    assert abs(_correlation(sorted(last, key=where.__getitem__), last)) < 0.95
    page = seized.files["server/store/store.db"]
    listed = {name: page.rindex(name) for name in last}
    assert sorted(last, key=listed.__getitem__) == sorted(last, reverse=True)


def _correlation(found: list[bytes], arrived: list[bytes]) -> float:
    ranks = {name: rank for rank, name in enumerate(arrived)}
    squares = sum((ranks[name] - rank) ** 2 for rank, name in enumerate(found))
    return 1 - 6 * squares / (len(arrived) * (len(arrived) ** 2 - 1))


def test_no_time_finer_than_a_day(seized: Seized) -> None:
    week = seized.week
    written = b"".join(data for data in seized.files.values() if any(data))
    for event in {int(event) for event in week.events}:
        assert not _times(written, event - 1, event + 1)
    days = {datetime.fromtimestamp(one.at, UTC).date().toordinal() for one in week.sent}
    assert {row[3] for row in seized.rows} <= set(range(min(days), max(days) + 1))
    with closing(sqlite3.connect(week.server.folder.store)) as plain:
        tables = {name for (name,) in plain.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        acknowledged = plain.execute("SELECT day FROM acknowledged").fetchall()
        assert plain.execute("SELECT count(*) FROM arrivals").fetchone() == (0,)
    assert tables == {"ids", "envelopes", "acknowledged", "counts", "arrivals", "noise"}
    assert {day for (day,) in acknowledged} <= days


def test_no_size_beyond_the_class(seized: Seized) -> None:
    slots = seized.week.server.campaign.slot_count
    for _, size_class, length, _, envelope in seized.rows:
        assert length == len(envelope) == envelope_length(size_class, slots)
    assert len({row[1] for row in seized.rows}) >= 2


def test_nothing_tells_a_cover_from_a_letter(seized: Seized) -> None:
    """All that is not random is the same: the row, the head of the envelope, how often a byte comes in it."""
    real = {one.id for one in seized.week.sent}
    heads = {(read_header(row[4]).keyset_id, row[4][:52]) for row in seized.rows}
    assert len(heads) == 1
    for name, size_class, length, _, envelope in seized.rows:
        # 256 classes: the sum of squares is within 255 ± 7 deviations, for ciphertext of any origin.
        expected = (length - 84) / 256
        spread = sum((count - expected) ** 2 / expected for count in _counts(envelope[84:]))
        assert 255 - 7 * 22.6 < spread < 255 + 7 * 22.6, (name in real, size_class)
    opened = {
        seized.week.server.campaign.open(seized.week.server.keyset, row[4]).purpose for row in seized.covers
    }
    assert opened == {COVER}  # which is known to whoever has an organizer's key, and to nobody else


def _counts(data: bytes) -> list[int]:
    counts = Counter(data)
    return [counts[byte] for byte in range(256)]


def test_no_trace_of_the_program_that_makes_covers(seized: Seized) -> None:
    for word in (b'"purpose"', b"offramp.server.traces.cover", b'"cover"'):
        assert word not in seized.disk


def test_the_log_is_empty(seized: Seized) -> None:
    assert seized.week.server.log.read_bytes() == b""


def test_the_number_of_organizers_makes_no_difference(seized: Seized) -> None:
    """A keyset has as many recipients as the campaign says; all but one of these are nobody."""
    keyset = seized.week.server.keyset
    assert len(keyset.recipients) == seized.week.server.campaign.slot_count
    assert len({(len(one.x25519), len(one.mlkem)) for one in keyset.recipients}) == 1
    for one in keyset.recipients:
        # Each stands on the disk as often as any other: where the keyset is.
        assert seized.disk.count(one.x25519) == seized.disk.count(keyset.recipients[0].x25519)


@pytest.mark.skipif(not LONG, reason="a week for each; `make endure` lives them")
@pytest.mark.parametrize(
    ("broken", "finding"),
    [
        ("log kept", test_every_letter_that_is_there_is_there_once),
        ("log truncated", test_every_letter_that_is_there_is_there_once),
        ("order", test_no_order),
        ("file shortened", test_every_letter_that_is_there_is_there_once),
        ("unlinked", test_of_what_was_destroyed_there_is_nothing),
        ("hour", test_no_time_finer_than_a_day),
    ],
)
def test_the_examiner_would_notice(broken: str, finding: Callable[[Seized], None]) -> None:
    if reason := why_not():
        pytest.skip(reason)
    with seized_after(broken) as found, pytest.raises(AssertionError):
        finding(found)
