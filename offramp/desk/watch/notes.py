"""What a watcher saw before, in a file of its own: whoever comes every day sees what goes back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from offramp.desk.files import read_whole, write_new
from offramp.desk.watch.comparing import Expected
from offramp.desk.watch.errors import NotesOfAnother, NotesUnreadable
from offramp.desk.watch.looking import Found, outcome_of

_LIMIT: Final = 4096


class Notes:
    """The file at a path, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def added_to(self, expected: Expected, onion: str) -> Expected:
        """What was given, and what was noted: root key, keyset and manifest. Raises NotesUnreadable, NotesOfAnother."""
        if not self._path.exists():
            return expected
        noted_onion, root, sequence, manifest = self._read()
        if noted_onion != onion:
            raise NotesOfAnother(
                f"{self._path} has what was seen at {noted_onion}. Take another file for this site."
            )
        return replace(
            expected,
            noted_root=root,
            sequence=max(expected.sequence, sequence),
            manifest=max(expected.manifest, manifest),
        )

    def take(self, found: Found) -> None:
        """Note what was seen, unless something is wrong there. Raises OSError."""
        if found.root is None or any(outcome_of(error) == "wrong" for error in found.wrong):
            return
        _, _, sequence, manifest = self._read() if self._path.exists() else ("", b"", 1, 0)
        said = {
            "onion": found.onion,
            "root": found.root.hex(),
            "keyset": max(sequence, found.keyset.sequence if found.keyset else 1),
            "manifest": max(manifest, found.manifest.number if found.manifest else 0),
        }
        write_new(self._path, f"{json.dumps(said)}\n".encode(), replace=True)

    def _read(self) -> tuple[str, bytes, int, int]:
        try:
            said = json.loads(read_whole(self._path, limit=_LIMIT))
            match said:
                case {
                    "onion": str(onion),
                    "root": str(root),
                    "keyset": int(sequence),
                    "manifest": int(number),
                }:
                    return onion, bytes.fromhex(root), sequence, number
        except (ValueError, RecursionError):
            pass
        raise NotesUnreadable(
            f"{self._path} is not a watcher's notes. Take another file, which need not be there yet."
        )
