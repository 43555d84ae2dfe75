"""An output file that a second run goes on with: it knows what it holds, and drops what was half written."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from offramp.desk.errors import NotOurOutput

_SYNC_SECONDS: Final = 1.0
_TEXT_END: Final = re.compile(rb"^End of ([0-9a-f]{32})\n\n", re.MULTILINE)
_TEXT_BEGIN: Final = b"Submission "


class OutputFile:
    """Appends blocks, which are durable when the file is closed. `ids` [16] are those that it holds."""

    def __init__(self, path: Path, *, is_json: bool) -> None:
        """Make the file, or go on with it; `NotOurOutput` where something else is in it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        try:
            self.ids, end = (_json_ids if is_json else _text_ids)(self._file.read())
        except NotOurOutput:
            self._file.close()
            raise
        self._file.truncate(end)
        self._file.seek(end)
        self._synced = time.monotonic()

    def add(self, name: bytes, block: str) -> None:
        self._file.write(block.encode())
        self.ids.add(name)
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self._sync()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sync()
        self._file.close()


def _json_ids(held: bytes) -> tuple[set[bytes], int]:
    """The ids in a file of JSON lines, and where its last whole line ends."""
    end = held.rfind(b"\n") + 1
    if held[end:] and not b'{"id": "'.startswith(held[end : end + 8]):
        raise NotOurOutput
    try:
        return {bytes.fromhex(json.loads(line)["id"]) for line in held[:end].splitlines()}, end
    except (ValueError, TypeError, KeyError):
        raise NotOurOutput from None


def _text_ids(held: bytes) -> tuple[set[bytes], int]:
    """The ids in a file of text blocks, and where its last whole block ends."""
    ends = list(_TEXT_END.finditer(held))
    end = ends[-1].end() if ends else 0
    for start in (held[: len(_TEXT_BEGIN)], held[end : end + len(_TEXT_BEGIN)]):
        if not _TEXT_BEGIN.startswith(start):
            raise NotOurOutput
    return {bytes.fromhex(found[1].decode()) for found in ends}, end
