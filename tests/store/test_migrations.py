"""A file of an older release is brought up when it is opened, and down again when an operator goes back."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import apsw
import pytest

from offramp.store import StoreNewer, StoreUnavailable, UnknownVersion
from offramp.store.migrations import migrate, version
from offramp.store.schema import ENVELOPES, FileSchema
from offramp.store.sqlite import SqliteStore
from offramp.store.versions import Step
from tests.store.samples import ALICE, BOB, DAY, Sample, added, ids

FIRST = """
CREATE TABLE ids (
  id BLOB PRIMARY KEY, place INTEGER NOT NULL, size_class INTEGER NOT NULL, length INTEGER NOT NULL,
  day INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE envelopes (place INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT;
CREATE TABLE acknowledged (
  courier BLOB NOT NULL, id BLOB NOT NULL, PRIMARY KEY (courier, id)
) WITHOUT ROWID, STRICT;
CREATE TABLE noise (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL) STRICT;
PRAGMA application_id = 0x4f66666d; PRAGMA user_version = 1;
"""
"""The tables of version 1, as the releases before this one made them."""


def first_version(path: Path, samples: list[Sample], acknowledged: list[Sample]) -> None:
    with closing(apsw.Connection(str(path))) as plain:
        plain.pragma("journal_mode", "WAL")
        plain.execute(FIRST)
        for place, sample in enumerate(samples):
            row = (sample.id, place, 16_384, len(sample.envelope), DAY.toordinal())
            plain.execute("INSERT INTO ids VALUES (?,?,?,?,?)", row)
            plain.execute("INSERT INTO envelopes VALUES (?,?)", (place, sample.envelope))
        for sample in acknowledged:
            plain.execute("INSERT INTO acknowledged VALUES (?,?)", (ALICE, sample.id))


def tables(path: Path) -> set[str]:
    with closing(apsw.Connection(str(path))) as plain:
        texts = plain.execute("SELECT sql FROM sqlite_schema WHERE sql NOT NULL")
        return {re.sub(r"[\s\"]+", " ", text) for (text,) in texts}


def test_the_first_version_is_brought_up_when_it_is_opened(tmp_path: Path) -> None:
    path, fresh = tmp_path / "store.db", tmp_path / "fresh.db"
    samples = [Sample() for _ in range(5)]
    first_version(path, samples, samples[:2])
    before = datetime.now(UTC).date()
    store = SqliteStore(path)
    assert ids(store, ALICE) == sorted(sample.id for sample in samples[2:])
    assert ids(store, BOB) == sorted(sample.id for sample in samples)
    assert all(store.read(sample.id) == sample.envelope for sample in samples)
    assert store.count() == {16_384: 5}
    # Nobody noted when those two were acknowledged: their grace begins with the migration.
    assert (
        store.expire([ALICE], acknowledged=date.fromordinal(before.toordinal() - 1), received=date.min) == 0
    )
    assert store.expire([ALICE], acknowledged=datetime.now(UTC).date(), received=date.min) == 2
    store.close()
    SqliteStore(fresh).close()
    assert tables(path) == tables(fresh)


def test_down_and_up_again_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    samples = added(store, 5)
    store.acknowledge(ALICE, [samples[0].id], day=DAY)
    store.close()
    assert migrate(path, 1) == (ENVELOPES.version, 1)
    assert version(path) == 1
    plain = tmp_path / "plain.db"
    first_version(plain, [], [])
    assert tables(path) == tables(plain)
    assert migrate(path) == (1, ENVELOPES.version)
    assert migrate(path) == (ENVELOPES.version, ENVELOPES.version)
    store = SqliteStore(path)
    assert ids(store, ALICE) == sorted(sample.id for sample in samples[1:])
    assert all(store.read(sample.id) == sample.envelope for sample in samples)
    assert store.count() == {16_384: 5}
    store.close()


def test_a_newer_file_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    with closing(apsw.Connection(str(path))) as plain:
        plain.pragma("user_version", ENVELOPES.version + 1)
    before = path.read_bytes()
    with pytest.raises(StoreNewer):
        SqliteStore(path)
    with pytest.raises(StoreNewer):
        migrate(path, 1)
    with pytest.raises(StoreNewer):
        version(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("to", [-1, 0, ENVELOPES.version + 1])
def test_a_version_that_never_was_is_refused(tmp_path: Path, to: int) -> None:
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    with pytest.raises(UnknownVersion):
        migrate(path, to)
    assert version(path) == ENVELOPES.version


def test_no_file_is_made_where_there_was_none(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        migrate(tmp_path / "store.db")
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    sample = Sample()
    first_version(path, [sample], [])
    before = tables(path)
    good = ENVELOPES.steps[0]
    failing = Step(good.up + "INSERT INTO nowhere SELECT 1", good.down)
    broken = FileSchema("", (failing,), application_id=ENVELOPES.application_id)
    with pytest.raises(StoreUnavailable):
        migrate(path, 2, broken)
    assert tables(path) == before
    assert version(path) == 1
    store = SqliteStore(path)
    assert store.read(sample.id) == sample.envelope
    store.close()
