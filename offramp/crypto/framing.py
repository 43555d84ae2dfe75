"""Frames in a file or stream (FORMAT.md, 5 and 11): a label, a version, then `u32(length) || …` again and again.

Nothing here looks into a frame, so the server may import it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from offramp.crypto.errors import OfframpError, UnsupportedVersion

READ_SIZE: Final = 1 << 18  # bytes of a file that a reader takes at once


def frame(payload: bytes) -> bytes:
    """`payload` behind its length."""
    return len(payload).to_bytes(4, "big") + payload


@dataclass(frozen=True, slots=True)
class Framing:
    """How one kind of file is framed, and what its reader raises."""

    header: bytes  # a label [16] and a version [1]
    lengths: Container[int]  # that a frame may have, in bytes
    refusal: type[OfframpError]
    truncation: type[OfframpError]

    def read(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """What was framed, of chunks of any size, each as soon as it is whole.

        Raises the refusal or UnsupportedVersion at once, and the truncation after the last whole frame.
        """
        buffer = bytearray()
        header_seen = False
        for chunk in chunks:
            buffer += chunk
            if not header_seen:
                self._check_header(buffer)
                header_seen = len(buffer) >= len(self.header)
                if header_seen:
                    del buffer[: len(self.header)]
            if header_seen:
                yield from self._whole_frames(buffer)
        if buffer or not header_seen:
            raise self.truncation

    def _whole_frames(self, buffer: bytearray) -> Iterator[bytes]:
        """Takes all whole frames from the front of `buffer`."""
        while len(buffer) >= 4:
            length = int.from_bytes(buffer[:4], "big")
            if length not in self.lengths:
                raise self.refusal
            if len(buffer) < 4 + length:
                return
            payload = bytes(buffer[4 : 4 + length])
            del buffer[: 4 + length]
            yield payload

    def _check_header(self, start: bytearray) -> None:
        """Raises where `start`, however short, is not the start of something that can be read."""
        label, version = self.header[:-1], self.header[-1:]
        if not label.startswith(start[: len(label)]):
            raise self.refusal
        if start[len(label) : len(self.header)] not in (b"", version):
            raise UnsupportedVersion
