"""outbox.pack: the sealed posts that wait to be pushed, and stay until their last day is over.

All of it follows from what the vault holds (`mending.py`): a post that is missing is made again, to the
byte, and what is half written at the end is cut off. So a crash at any point leaves nothing to decide.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

from offramp.crypto.errors import NotAPack, UnsupportedVersion
from offramp.crypto.pack import HEADER, Post, TakenBack, frame
from offramp.desk.errors import DeskInUse, OutboxDamaged
from offramp.desk.files import PRIVATE, replacing
from offramp.desk.pack_file import Packed, PackFile
from offramp.disk import sync_folder


class Outbox:
    """An outbox that nobody else writes to meanwhile; `opened_outbox` gives one."""

    def __init__(self, path: Path, locked: BinaryIO) -> None:
        self._path, self._file = path, locked
        self._read()

    def add(self, posts: Iterable[Post]) -> None:
        """Append what is not there yet; when this returns, all of it is on the disk. Raises OSError."""
        for post in posts:
            if post.id not in self.held:
                self._file.write(frame(post))
        self._sync()
        self._read()

    def take_back(self, ids: Collection[bytes], last_day: date) -> None:
        """Put words that take these back in their place. Raises OSError, and then nothing has changed."""
        words = (TakenBack(last_day, name) for name in sorted(ids) if name not in self.taken_back)
        self._rewrite([one for one in self._all if one.is_taken_back or one.id not in ids], words)

    def drop(self, ids: Collection[bytes]) -> None:
        """Let go of these. Raises OSError, and then nothing has changed."""
        kept = [one for one in self._all if one.id not in ids]
        if len(kept) < len(self._all):
            self._rewrite(kept, ())

    def drop_past(self, day: date) -> None:
        """Let go of what nobody keeps on `day` any more. Raises OSError, and then nothing has changed."""
        kept = [one for one in self._all if one.last_day >= day]
        if len(kept) < len(self._all):
            self._rewrite(kept, ())

    def _rewrite(self, kept: Iterable[Packed], more: Iterable[Post]) -> None:
        with PackFile(self._path) as source, replacing(self._path) as file:
            file.write(HEADER)
            for one in kept:
                file.write(source.frame_of(one))
            for post in more:
                file.write(frame(post))
            # Before it takes the old one's place: nobody may find it unlocked there.
            lock = os.dup(file.fileno())
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._file.close()
        self._file = os.fdopen(lock, "r+b")
        self._read()

    def _read(self) -> None:
        """What is in the file; goes to its end, and cuts off what an interruption left there."""
        with PackFile(self._path) as found:
            self._all = found.all
            self.held = {one.id for one in found.all if not one.is_taken_back}
            """The ids [16] of all replies, parcels, envelopes and cards."""
            self.envelopes = {one.id for one in found.all if one.is_envelope}
            """The ids [16] of all envelopes for the other desks."""
            self.cards = {one.id for one in found.all if one.is_card}
            """The ids [16] of all cards."""
            self.taken_back = {one.id for one in found.all if one.is_taken_back}
            """The ids [16] of all that was taken back."""
            end = max((one.start + one.length for one in found.all), default=len(HEADER))
        if self._file.seek(0, os.SEEK_END) < len(HEADER):
            self._file.truncate(0)
            self._file.seek(0)
            self._file.write(HEADER)
            self._sync()
            sync_folder(self._path.parent)
        elif found.truncated:
            self._file.truncate(end)
        self._file.seek(end)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what a full disk did not take was said, and is cut off next time
            self._file.close()


@contextlib.contextmanager
def opened_outbox(path: Path) -> Iterator[Outbox]:
    """The outbox, made if it is not there. Raises DeskInUse, OutboxDamaged, OSError.

    Whoever writes answers, or takes them back, holds it: it is the lock of the desk's records too.
    """
    with contextlib.ExitStack() as stack:
        locked = _locked(path)
        stack.callback(locked.close)
        try:
            outbox = Outbox(path, locked)
        except (NotAPack, UnsupportedVersion):
            raise OutboxDamaged(
                f"{path} is damaged, or no pack. Move it away: 'offramp pack' makes it again from the vault."
            ) from None
        stack.callback(outbox.close)
        yield outbox


def _locked(path: Path) -> BinaryIO:
    """The file at `path`, locked; the one that is there after the lock was had, for it may be replaced."""
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE), "r+b")
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise DeskInUse from None
        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()
