"""The one thread that writes: it commits together whatever has come in while it was committing.

One commit costs one flush of the disk, whether it holds one envelope or fifty.
Eight connections that fight for the write lock are many times slower than one writer with a queue.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import apsw

from offramp.store.errors import StoreBusy, StoreError, StoreUnavailable

T = TypeVar("T")

GROUP_JOBS = 256
GROUP_BYTES = 16 * 1024 * 1024
"""A group ends here, so that the write-ahead log stays small and nobody waits long behind large envelopes."""


@dataclass(slots=True)
class Job:
    """Work on the connection, and where its result goes.  *size* is in bytes of envelope."""

    work: Callable[[apsw.Connection], Any]
    size: int = 0
    alone: bool = False  # outside a transaction, as checkpoints must be
    result: Future[Any] = field(default_factory=Future)


class GroupWriter:
    """Runs jobs in one thread, in groups of one transaction each.

    *connect* opens the connection, again after every failure: so the store heals by itself.
    *check_room(bytes)* raises StoreFull.  *tick*, every *tick_seconds*, is run outside a transaction.
    """

    def __init__(
        self,
        connect: Callable[[], apsw.Connection],
        translate: Callable[[apsw.Error | OSError], StoreError],
        check_room: Callable[[int], None],
        *,
        queue_length: int,
        tick: Callable[[apsw.Connection], None],
        tick_seconds: float | None,
    ) -> None:
        self._connect, self._translate, self._check_room = connect, translate, check_room
        self._tick, self._tick_seconds = tick, tick_seconds
        self._next_tick = time.monotonic() + (tick_seconds or 0)
        self._queue: queue.Queue[Job | None] = queue.Queue()
        self._slots = threading.BoundedSemaphore(queue_length)
        self._gate = threading.Lock()  # between "is it open?" and "put it in the queue"
        self._open = True
        self._held_back: Job | None = None
        self._connection: apsw.Connection | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[apsw.Connection], T], *, size: int = 0, alone: bool = False) -> T:
        """Run *work* in the writer and wait until it is committed.  Raises StoreError."""
        job = Job(work, size, alone)
        if not self._slots.acquire(blocking=False):
            raise StoreBusy
        try:
            with self._gate:
                if not self._open:
                    raise StoreUnavailable
                self._queue.put(job)
            return cast(T, job.result.result())
        finally:
            self._slots.release()

    def close(self) -> None:
        """Commit what is queued, then end the thread.  May be called again."""
        with self._gate:
            if self._open:
                self._open = False
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (group := self._next_group()) is not None:
                self._carry_out(group)
        finally:
            # However this thread ends, nobody may wait for it for ever.
            with self._gate:
                self._open = False
            self._fail_queued()
            self._disconnect()

    def _next_group(self) -> list[Job] | None:
        """The jobs for one transaction, waiting for the first; [] when a tick is due; None at the end."""
        first = self._take(wait=True)
        if not isinstance(first, Job):
            return first
        group, size = [first], first.size
        while not first.alone and len(group) < GROUP_JOBS:
            job = self._take(wait=False)
            if not isinstance(job, Job):
                break
            if job.alone or size + job.size > GROUP_BYTES:
                self._held_back = job
                break
            group.append(job)
            size += job.size
        return group

    def _take(self, *, wait: bool) -> Job | list[Job] | None:
        """The next job; [] when none came in time; None when the writer is to end."""
        if self._held_back is not None:
            job, self._held_back = self._held_back, None
            return job
        try:
            taken = self._queue.get(block=wait, timeout=self._patience() if wait else None)
        except queue.Empty:
            return []
        if taken is None and not wait:
            self._queue.put(None)  # seen while filling a group: the group comes first
            return []
        return taken

    def _patience(self) -> float | None:
        if self._tick_seconds is None:
            return None
        return max(0.0, self._next_tick - time.monotonic())

    def _carry_out(self, group: list[Job]) -> None:
        try:
            if group:
                self._commit(group)
            self._tick_if_due()
        except (apsw.Error, OSError) as error:
            self._fail(group, self._translate(error))
            self._disconnect()
        except StoreError as error:
            self._fail(group, error)
            if self._connection is not None and self._connection.in_transaction:
                self._disconnect()
        except Exception as bug:  # noqa: BLE001  # memory that ran out, or a bug: the next ones must still be taken
            print(f"error: {type(bug).__name__} in the store's writer", file=sys.stderr, flush=True)  # noqa: T201
            self._fail(group, StoreUnavailable())
            self._disconnect()

    def _commit(self, group: list[Job]) -> None:
        connection = self._connected()
        size = sum(job.size for job in group)
        if size:
            self._check_room(size)
        if group[0].alone:
            results = [group[0].work(connection)]
        else:
            connection.execute("BEGIN IMMEDIATE")
            results = [job.work(connection) for job in group]
            connection.execute("COMMIT")
        # Not before COMMIT has returned: then the log is on the disk (synchronous=FULL).
        for job, result in zip(group, results, strict=True):
            job.result.set_result(result)

    def _tick_if_due(self) -> None:
        if self._tick_seconds is None or time.monotonic() < self._next_tick:
            return
        self._next_tick = time.monotonic() + self._tick_seconds
        self._tick(self._connected())

    def _connected(self) -> apsw.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _disconnect(self) -> None:
        """Drop the connection, and with it a transaction that did not commit."""
        if self._connection is not None:
            self._connection.close(True)
            self._connection = None

    def _fail_queued(self) -> None:
        left = [self._held_back]
        while not self._queue.empty():
            left.append(self._queue.get_nowait())
        self._fail([job for job in left if job is not None], StoreUnavailable())

    @staticmethod
    def _fail(group: list[Job], error: StoreError) -> None:
        for job in group:
            if not job.result.done():
                job.result.set_exception(error)
