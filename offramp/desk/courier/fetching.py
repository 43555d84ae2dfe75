"""Carrying everything that waits into a bundle: write, sync, and only then acknowledge.

It may be killed at any point. The bundle keeps whole envelopes only, the server keeps what was not
acknowledged, and the next run acknowledges what is in the bundle already without carrying it again.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.crypto.bundle import BundleWriter
from offramp.crypto.envelope import envelope_id
from offramp.crypto.errors import NotABundle
from offramp.desk.bundle_lock import locked
from offramp.desk.courier.client import MOST_IDS, Courier
from offramp.desk.courier.retrying import Retrier, Watcher
from offramp.desk.errors import DiskAlmostFull

BATCH_BYTES: Final = 4 * 1024 * 1024
KEPT_FREE: Final = 64 * 1024 * 1024
PAGES_A_ROUND: Final = 100


@dataclass(slots=True)
class Outcome:
    """How many envelopes are new in the bundle, were in it before, and were listed but not given out."""

    new: int = 0
    known: int = 0
    missing: int = 0


def fetch_all(
    courier: Courier, bundle: Path, watcher: Watcher, *, sleep: Callable[[float], None] = time.sleep
) -> Outcome:
    """Fetch and acknowledge until nothing waits. CourierErrors; BundleErrors for what is no bundle."""
    with _opened(bundle) as writer:
        run = _Run(courier, writer, bundle, Retrier(watcher, sleep))
        while run.round():
            pass
        return run.outcome


class _Run:
    def __init__(self, courier: Courier, writer: BundleWriter, bundle: Path, retrier: Retrier) -> None:
        self._courier, self._writer, self._bundle = courier, writer, bundle
        self._watcher, self._patiently = retrier.watcher, retrier.patiently
        self._acknowledged: set[bytes] = set()
        self.outcome = Outcome()

    def round(self) -> bool:
        """One list and all that is on it; True if there may be more, and this round got nearer to it."""
        lengths, more = self._list()
        here = {name: length for name, length in lengths.items() if name in self._writer.ids}
        new = {name: length for name, length in lengths.items() if name not in here}
        self._watcher.found(len(new), sum(new.values()))
        before = len(self._acknowledged)
        for batch in _batches({name: 0 for name in here if name not in self._acknowledged}):
            self._acknowledge(batch)
            self.outcome.known += len(batch)
        for batch in _batches(new):
            self._carry(batch)
        # A server that goes on listing what was acknowledged does not keep this going for ever.
        return more and len(self._acknowledged) > before

    def _list(self) -> tuple[dict[bytes, int], bool]:
        """What waits, page by page, and whether there is more than one round takes."""
        lengths: dict[bytes, int] = {}
        after = b""
        for _ in range(PAGES_A_ROUND):
            page = self._patiently(functools.partial(self._courier.waiting, after))
            lengths |= page.lengths
            if not page.more:
                return lengths, False
            after = max(page.lengths)
        return lengths, True

    def _carry(self, batch: dict[bytes, int]) -> None:
        self._check_room(sum(batch.values()))
        wanted = dict(batch)

        def attempt() -> None:
            for envelope in self._courier.fetch(wanted) if wanted else ():
                self._writer.append(envelope)
                self._watcher.got(wanted.pop(envelope_id(envelope)))

        try:
            self._patiently(attempt, lambda: len(wanted))
        finally:
            self._writer.sync()  # what came before a failure is proven, and worth keeping
        got = [name for name in batch if name not in wanted]
        self.outcome.new += len(got)
        self.outcome.missing += len(wanted)
        self._acknowledge(got)

    def _acknowledge(self, names: Mapping[bytes, int] | list[bytes]) -> None:
        if names:
            self._writer.sync()  # a bundle that a killed run left was written, which is not yet on the disk
            self._patiently(lambda: self._courier.acknowledge(list(names)))
            self._acknowledged.update(names)

    def _check_room(self, size: int) -> None:
        if shutil.disk_usage(self._bundle.parent).free < size + KEPT_FREE:
            raise DiskAlmostFull


def _batches(lengths: Mapping[bytes, int]) -> Iterator[dict[bytes, int]]:
    """Cut into batches of at most 256 ids and 4 MiB; a larger envelope is a batch of its own."""
    batch: dict[bytes, int] = {}
    for name, length in lengths.items():
        if batch and (len(batch) == MOST_IDS or sum(batch.values()) + length > BATCH_BYTES):
            yield batch
            batch = {}
        batch[name] = length
    if batch:
        yield batch


@contextlib.contextmanager
def _opened(bundle: Path) -> Iterator[BundleWriter]:
    """The bundle, which nobody else writes to meanwhile."""
    try:
        with locked(bundle), BundleWriter(bundle) as writer:
            yield writer
    except NotABundle:
        raise NotABundle(
            f"{bundle} is damaged, or no bundle. Keep it as it is, and fetch into a new file."
        ) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskAlmostFull from None
        raise
