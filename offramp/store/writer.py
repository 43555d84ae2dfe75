"""The one thread that writes: it commits together whatever has come in while it was committing.

One commit costs one flush of the disk, whether it holds one envelope or fifty.
Eight connections that fight for the write lock are many times slower than one writer with a queue.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from offramp.store.errors import StoreBusy, StoreError, StoreUnavailable

T = TypeVar("T")
C = TypeVar("C")

GROUP_JOBS = 256
GROUP_BYTES = 16 * 1024 * 1024
"""A group ends here, so that the write-ahead log stays small and nobody waits long behind large envelopes."""


def nothing() -> None:
    """Nobody waits to be told."""


@dataclass(frozen=True, slots=True)
class Engine(Generic[C]):
    """How one kind of database is written to.

    *together* carries out works in one transaction, and returns their results once that is on the disk.
    *errors* are what the database raises; *translate* says what they mean.
    """

    connect: Callable[[], C]
    close: Callable[[C], None]
    together: Callable[[C, Sequence[Callable[[C], Any]]], Sequence[Any]]
    errors: tuple[type[Exception], ...]
    translate: Callable[[Exception], StoreError]


class Job(Generic[C]):
    """Work on the connection, and what became of it.  *size* is in bytes of envelope.

    *alone*: outside a transaction, as checkpoints must be.  *then* is called in the writer's thread when it is done.
    A lock tells that it is: a Future costs a submission as much as all its checks do.
    """

    __slots__ = ("_done", "_error", "_result", "_then", "alone", "over", "size", "work")

    def __init__(self, work: Callable[[C], Any], size: int, alone: bool, then: Callable[[], None]) -> None:
        self.work, self.size, self.alone, self._then = work, size, alone, then
        self._result: Any = None
        self._error: StoreError | None = None
        self.over = False
        self._done = threading.Lock()
        self._done.acquire()

    def finish(self, result: Any) -> None:
        """It is committed."""
        self._result = result
        self._end()

    def fail(self, error: StoreError) -> None:
        """It is not."""
        self._error = error
        self._end()

    def _end(self) -> None:
        self.over = True
        self._done.release()
        self._then()

    def wait(self) -> Any:
        """Its result, once it is committed.  To be called once.  Raises StoreError."""
        self._done.acquire()
        if self._error is not None:
            raise self._error
        return self._result


class GroupWriter(Generic[C]):
    """Runs jobs in one thread, in groups of one transaction each.

    The *engine* opens the connection, again after every failure: so the store heals by itself.
    *check_room(bytes)* raises StoreFull.  *tick*, every *tick_seconds* or when it says, is run outside a
    transaction; *tell* hears each time what went wrong with it, or None.
    """

    def __init__(
        self,
        engine: Engine[C],
        check_room: Callable[[int], None],
        *,
        queue_length: int,
        tick: Callable[[C], float | None],
        tick_seconds: float | None,
        tell: Callable[[StoreError | None], None] = lambda _: None,
    ) -> None:
        self._engine, self._check_room = engine, check_room
        self._tick, self._tick_seconds, self._tell = tick, tick_seconds, tell
        self._next_tick = time.monotonic() + (tick_seconds or 0)
        self._queue: queue.SimpleQueue[Job[C] | None] = queue.SimpleQueue()
        self._gate = threading.Lock()  # between "is it open and not too long?" and "put it in the queue"
        self._open, self._waiting, self._most_waiting = True, 0, queue_length
        self._held_back: Job[C] | None = None
        self._connection: C | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[C], T], *, size: int = 0, alone: bool = False) -> T:
        """Run *work* in the writer and wait until it is committed.  Raises StoreError."""
        return self.start(work, size=size, alone=alone)()

    def start(
        self,
        work: Callable[[C], T],
        *,
        size: int = 0,
        alone: bool = False,
        then: Callable[[], None] = nothing,
    ) -> Callable[[], T]:
        """Have the writer run *work*, and call *then*, which must not raise, once it is committed or has failed.

        What is returned waits for that, and is to be called once.  Both raise StoreError.
        """
        job = Job(work, size, alone, then)
        with self._gate:
            if not self._open:
                raise StoreUnavailable
            if self.is_full():
                raise StoreBusy
            self._waiting += 1
            self._queue.put(job)
        return job.wait

    def is_full(self) -> bool:
        """Whether no more may wait."""
        return self._waiting >= self._most_waiting

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

    def _next_group(self) -> list[Job[C]] | None:
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

    def _take(self, *, wait: bool) -> Job[C] | list[Job[C]] | None:
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

    def _carry_out(self, group: list[Job[C]]) -> None:
        try:
            if group:
                self._commit(group)
            self._tick_if_due()
        except self._engine.errors as error:
            self._fail(group, self._engine.translate(error))
            self._disconnect()
        except StoreError as error:
            self._fail(group, error)
            self._disconnect()
        except Exception as bug:  # noqa: BLE001  # memory that ran out, or a bug: the next ones must still be taken
            print(f"error: {type(bug).__name__} in the store's writer", file=sys.stderr, flush=True)  # noqa: T201
            self._fail(group, StoreUnavailable())
            self._disconnect()

    def _commit(self, group: list[Job[C]]) -> None:
        if not self._has_room(group):
            return
        connection = self._connected()
        works = [job.work for job in group]
        results = [works[0](connection)] if group[0].alone else self._engine.together(connection, works)
        # Not before the commit has returned: then it is on the disk.
        for job, result in zip(group, results, strict=True):
            self._leave()
            job.finish(result)

    def _has_room(self, group: list[Job[C]]) -> bool:
        """Whether these fit; else they have failed, and the connection is as good as before."""
        size = sum(job.size for job in group)
        try:
            if size:
                self._check_room(size)
        except StoreError as error:
            self._fail(group, error)
            return False
        return True

    def _tick_if_due(self) -> None:
        if self._tick_seconds is None or time.monotonic() < self._next_tick:
            return
        self._next_tick = time.monotonic() + self._tick_seconds
        trouble = self._trouble_of_tick()
        if trouble:
            self._disconnect()
        self._tell(trouble)

    def _trouble_of_tick(self) -> StoreError | None:
        try:
            pause = self._tick(self._connected())
            if pause is not None:
                self._next_tick = time.monotonic() + pause
        except self._engine.errors as error:
            return self._engine.translate(error)
        except StoreError as error:
            return error
        return None

    def _connected(self) -> C:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        """Drop the connection, and with it a transaction that did not commit."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._engine.close(connection)

    def _fail_queued(self) -> None:
        left = [self._held_back]
        while not self._queue.empty():
            left.append(self._queue.get_nowait())
        self._fail([job for job in left if job is not None], StoreUnavailable())

    def _fail(self, group: Sequence[Job[Any]], error: StoreError) -> None:
        for job in group:
            if not job.over:
                self._leave()
                job.fail(error)

    def _leave(self) -> None:
        with self._gate:
            self._waiting -= 1
