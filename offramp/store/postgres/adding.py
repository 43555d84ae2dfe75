"""Writing to PostgreSQL: the additions of a group go there together, in one exchange, however many they are."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import psycopg
from psycopg.errors import DiskFull
from psycopg.rows import TupleRow

from offramp.store import Addition
from offramp.store.errors import QuotaReached, StoreError
from offramp.store.postgres.connection import Connection
from offramp.store.postgres.errors import RETRIED, as_store_error
from offramp.store.postgres.reserve import give_reserve_up
from offramp.store.postgres.schema import PIECE_BYTES, WRITING

Work: TypeAlias = Callable[[Connection], Any]
Cursor: TypeAlias = psycopg.Cursor[TupleRow]

_TRIES = 5
_PARTS = 16  # of `counts`

# In order, so that two intakes never wait for one another in a circle.
_INSERT = b"""
WITH new AS (
  INSERT INTO ids SELECT * FROM unnest(%b::bytea[], %b::integer[], %b::integer[], %b::integer[]) AS given (id)
  ORDER BY id ON CONFLICT DO NOTHING RETURNING id, size_class
), whole AS (
  INSERT INTO pieces SELECT given.* FROM unnest(%b::bytea[], %b::smallint[], %b::bytea[]) AS given (id, number, piece)
  JOIN new USING (id)
), counted AS (
  INSERT INTO counts SELECT %b, size_class, count(*) FROM new GROUP BY size_class ORDER BY size_class
  ON CONFLICT (part, size_class) DO UPDATE SET here = counts.here + excluded.here
)
SELECT id FROM new
"""

COUNTS = "SELECT size_class, sum(here)::bigint FROM counts GROUP BY size_class"


@dataclass(frozen=True, slots=True)
class Insertion:
    """An addition as work for a writer; its result is whether it is new, or why it may not be kept."""

    addition: Addition

    def __call__(self, connection: Connection) -> bool | StoreError:
        """Alone, in a transaction of its own."""
        return cast(bool | StoreError, together(connection, [self])[0])


def together(connection: Connection, works: Sequence[Work]) -> Sequence[Any]:
    """Carry out works in one transaction, and where the disk is full those that make room.

    The results are those of the works, or StoreErrors.  Raises psycopg.Error, StoreUnavailable.
    """
    try:
        return _tried_again(connection, works)
    except DiskFull as error:
        connection.rollback()
        others = [work for work in works if not isinstance(work, Insertion)]
        if not others or not give_reserve_up(connection):
            raise
        results = iter(_tried_again(connection, others))
        return [as_store_error(error) if isinstance(work, Insertion) else next(results) for work in works]


def _tried_again(connection: Connection, works: Sequence[Work]) -> Sequence[Any]:
    for tries_left in reversed(range(_TRIES)):
        try:
            return _in_transaction(connection, works)
        except RETRIED:
            connection.rollback()
            if not tries_left:
                raise
    raise AssertionError  # the last try has returned or raised


def _in_transaction(connection: Connection, works: Sequence[Work]) -> Sequence[Any]:
    additions = [work.addition for work in works if isinstance(work, Insertion)]
    outcomes = _outcomes(connection, additions)
    chosen = [one for one, outcome in zip(additions, outcomes, strict=True) if outcome is True]
    results: list[Any] = []
    with connection.pipeline():  # what stands in it and asks for nothing is one exchange
        connection.execute(b"BEGIN")
        connection.execute(b"SELECT pg_advisory_xact_lock_shared(%b)", (WRITING,))
        inserting = _insert(connection, chosen) if chosen else None
        results = [None if isinstance(work, Insertion) else work(connection) for work in works]
        counting = connection.execute(COUNTS.encode(), binary=True)
        connection.commit_durably()
    connection.must_not_have_warned()
    connection.counted = dict(counting.fetchall())
    # Another intake may have been quicker with the same one.
    inserted = {id_ for (id_,) in inserting.fetchall()} if inserting else set()
    pairs = zip(additions, outcomes, strict=True)
    added = iter([one.id in inserted if outcome is True else outcome for one, outcome in pairs])
    return [
        next(added) if isinstance(work, Insertion) else result
        for work, result in zip(works, results, strict=True)
    ]


def _outcomes(connection: Connection, additions: Sequence[Addition]) -> list[bool | QuotaReached]:
    """Whether each may be kept, if it is not there yet.

    It goes by how many there were when this writer last committed, and looks again before it refuses any.  So
    several intakes that reach a quota in the same moment may each exceed it by a group.
    """
    outcomes = _by_quota(additions, Counter(connection.counted), set())
    if all(isinstance(outcome, bool) for outcome in outcomes):
        return outcomes
    here = Counter[int](dict(connection.rows(COUNTS)))
    known = connection.rows("SELECT id FROM ids WHERE id = ANY(%b)", ([one.id for one in additions],))
    return _by_quota(additions, here, {id_ for (id_,) in known})


def _by_quota(
    additions: Sequence[Addition], here: Counter[int], known: set[bytes]
) -> list[bool | QuotaReached]:
    """What becomes of each where there are so many of each class, and these already."""
    outcomes: list[bool | QuotaReached] = []
    for one in additions:
        if one.id in known:
            outcomes.append(False)
        elif one.most is not None and here[one.size_class] >= one.most:
            outcomes.append(QuotaReached())
        else:
            known.add(one.id)
            here[one.size_class] += 1
            outcomes.append(True)
    return outcomes


def count(connection: Connection, changes: Mapping[int, int]) -> None:
    """Note, within a transaction, that there are so many more of each size class."""
    part = secrets.randbelow(_PARTS)
    classes = sorted(changes)  # always in the same order, so that two never wait for one another in a circle
    connection.execute(
        b"INSERT INTO counts SELECT %s, * FROM unnest(%s::integer[], %s::bigint[])"
        b" ON CONFLICT (part, size_class) DO UPDATE SET here = counts.here + excluded.here",
        (part, classes, [changes[size_class] for size_class in classes]),
    )


def _insert(connection: Connection, additions: Sequence[Addition]) -> Cursor:
    """Insert those that are not there yet; their ids."""
    pieces = [
        (one.id, start // PIECE_BYTES, one.envelope[start : start + PIECE_BYTES])
        for one in additions
        for start in range(0, len(one.envelope), PIECE_BYTES)
    ]
    return connection.execute(
        _INSERT,
        (
            [one.id for one in additions],
            [one.size_class for one in additions],
            [len(one.envelope) for one in additions],
            [one.day.toordinal() for one in additions],
            *([piece[column] for piece in pieces] for column in range(3)),
            secrets.randbelow(_PARTS),
        ),
        binary=True,
    )
