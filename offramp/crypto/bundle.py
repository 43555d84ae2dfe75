"""Bundles (FORMAT.md, section 5): envelopes in one file or stream, between the server and a desk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from offramp.crypto import framing, labels
from offramp.crypto.envelope import ENVELOPE_LENGTHS, envelope_id
from offramp.crypto.errors import BundleTruncated, NotABundle
from offramp.crypto.framing import READ_SIZE, Framing
from offramp.disk import sync_folder

VERSION: Final = 1
HEADER: Final = labels.BUNDLE + bytes((VERSION,))
_FRAMING: Final = Framing(HEADER, ENVELOPE_LENGTHS, NotABundle, BundleTruncated)


def frame(envelope: bytes) -> bytes:
    """One envelope as it stands in a bundle, behind its length."""
    return framing.frame(envelope)


def read_stream(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The envelopes of a bundle that arrives in chunks of any size, each as soon as it is whole.

    Raises NotABundle or UnsupportedVersion at once, and BundleTruncated after the last whole envelope.
    """
    return _FRAMING.read(chunks)


def read_bundle(path: Path) -> Iterator[bytes]:
    """The envelopes of a bundle file, one after another. Raises as `read_stream` does, and OSError."""
    with path.open("rb") as file:
        yield from read_stream(iter(lambda: file.read(READ_SIZE), b""))


class BundleWriter:
    """Appends envelopes to a bundle file; makes the file, or goes on with one that was interrupted.

    `ids` are the ids [16] of all envelopes that the file holds.
    """

    def __init__(self, path: Path) -> None:
        """Opens `path`, cutting off an incomplete frame. Raises NotABundle, UnsupportedVersion, OSError."""
        self.ids: set[bytes] = set()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "r+b")
        try:
            self._go_on(path)
        except BaseException:
            self._file.close()
            raise

    def _go_on(self, path: Path) -> None:
        end = len(HEADER)
        try:
            for envelope in read_bundle(path):
                self.ids.add(envelope_id(envelope))
                end += 4 + len(envelope)
        except BundleTruncated:
            self._file.truncate(end if path.stat().st_size >= end else 0)
        self._file.seek(0, os.SEEK_END)
        if self._file.tell() == 0:
            self._file.write(HEADER)
            self.sync()
            sync_folder(path.parent)

    def append(self, envelope: bytes) -> bool:
        """Adds an envelope, durable after the next `sync`; False where the bundle has it already."""
        if len(envelope) not in ENVELOPE_LENGTHS:
            raise NotABundle
        name = envelope_id(envelope)
        if name in self.ids:
            return False
        self._file.write(frame(envelope))
        self.ids.add(name)
        return True

    def sync(self) -> None:
        """Returns when everything that was appended is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Syncs and closes the file."""
        self.sync()
        self._file.close()

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
