"""What one more envelope changes in the file, however many there are: its own pages, and few that it shares."""

from __future__ import annotations

import secrets
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from offramp.store.sqlite import SqliteStore
from tests.store.samples import added

MANY, MORE = 30_000, 40
SIZE = 16_384


def _filled(path: Path, count: int) -> SqliteStore:
    """A store of so many that have their place already, each in its leaf alone."""
    SqliteStore(path).close()
    rows = [(secrets.token_bytes(16), secrets.randbits(63)) for _ in range(count)]
    with closing(apsw.Connection(str(path))) as plain:
        plain.execute("BEGIN")
        plain.executemany("INSERT INTO ids VALUES (?,?,16384,3100,1)", rows)
        places = sorted(place for _, place in rows)
        plain.executemany("INSERT INTO envelopes VALUES (?, zeroblob(3100))", [(place,) for place in places])
        plain.execute("COMMIT")
        plain.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    return SqliteStore(path)


def _pages_changed(path: Path, count: int) -> int:
    """How many pages the next checkpoint has to write after MORE of them were added to so many."""
    with closing(_filled(path, count)) as store:
        store._writer.do(lambda connection: connection.wal_autocheckpoint(0))
        added(store, MORE, size=SIZE)
        log = path.with_name(f"{path.name}-wal").read_bytes()
        return len({log[start : start + 4] for start in range(32, len(log), 4096 + 24)} - {bytes(4)})


def test_it_changes_one_page_more_where_there_are_many(tmp_path: Path) -> None:
    few, many = _pages_changed(tmp_path / "few.db", 0), _pages_changed(tmp_path / "many.db", MANY)
    assert few == pytest.approx(MORE * (SIZE // 4096 + 1), rel=0.2)
    # The leaf of the list of ids, and now and then another that a full one is cut into.
    assert many - few <= 1.1 * MORE + 5
