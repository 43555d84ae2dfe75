"""A disk that ends the program at a step that is given, and a program to end.

    python -m tests.desk.vault.crashing FOLDER HOW FIRST STRIDE

For every so manyth step of the disk, a child works at a vault in FOLDER/<step>, writes to FOLDER/<step>.said what it
was told to be saved, and dies at that step. HOW is `kill`, or `power`: then some of what was written last, and not yet
flushed, is lost.
"""

from __future__ import annotations

import os
import random
import sys
import traceback
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import apsw

from offramp.desk.vault import vault
from offramp.desk.vault.upkeep import back_up, change_passphrase
from offramp.desk.vault.vault import Record, Vault
from tests.desk.vault.kept import ROOMS, WORDS, content, make_vault

NEW_WORDS = "another battery staple"
DAY = date(2026, 12, 1)
DIED = 9


class Mortal(apsw.VFS):
    """The system's disk, until `left` steps are done."""

    die_at: ClassVar[int] = 0
    left: ClassVar[int] = 0
    loses_power: ClassVar[bool] = False
    unflushed: ClassVar[dict[str, list[tuple[int, bytes]]]] = defaultdict(list)
    """By file: what was written since it was last flushed, as what lay there before."""

    def __init__(self) -> None:
        super().__init__("mortal", "unix", makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _MortalFile("unix", name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802 - SQLite's name
        self.step()
        super().xDelete(name, sync)
        self.unflushed.pop(name, None)

    @classmethod
    def step(cls) -> None:
        cls.left -= 1
        if cls.left == 0:
            if cls.loses_power:
                cls.lose()
            os._exit(DIED)

    @classmethod
    def lose(cls) -> None:
        """Take back what was not flushed, of each file from some write on."""
        draw = random.Random(cls.die_at)
        for name, before in cls.unflushed.items():
            for _ in range(draw.randint(0, len(before))):
                offset, there = before.pop()
                _put_back(name, offset, there)


def _put_back(name: str, offset: int, there: bytes) -> None:
    handle = os.open(name, os.O_RDWR)
    if there:
        os.pwrite(handle, there, offset)
    else:
        os.ftruncate(handle, offset)
    os.close(handle)


class _MortalFile(apsw.VFSFile):
    def __init__(self, inherit: str, name: Any, flags: list[int]) -> None:
        super().__init__(inherit, name, flags)
        self.name = str(name.filename() if isinstance(name, apsw.URIFilename) else name)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        Mortal.step()
        there = super().xRead(len(data), offset) if offset < super().xFileSize() else b""
        Mortal.unflushed[self.name].append((offset, there))
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        Mortal.step()
        super().xSync(flags)
        Mortal.unflushed.pop(self.name, None)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        Mortal.step()
        super().xTruncate(size)
        Mortal.unflushed.pop(self.name, None)


def work(folder: Path, said: int) -> None:
    """A day at the desk; each line that is said is a promise."""

    def say(line: str) -> None:
        os.write(said, f"{line}\n".encode())

    kept = make_vault(folder / "vault")
    say("made")
    for number, room in enumerate(ROOMS[:4]):
        with kept.writing() as writing:
            writing.put(Record(room, "letter", b"one", content(number + 10)))
            writing.put(Record(bytes(15) + bytes((number + 100,)), "letter", b"one", content(number)))
        say(f"changed {number}")
    with kept.writing() as writing:
        writing.destroy(ROOMS[6:])
    say("destroyed")
    back_up(kept, folder / "backup", DAY)
    say("backed up")
    kept.close()
    change_passphrase(folder / "vault", WORDS, NEW_WORDS)
    say("passphrase")
    kept = Vault.open(folder / "vault", NEW_WORDS)
    with kept.writing() as writing:
        writing.put(Record(ROOMS[5], "letter", b"one", content(15)))
    say("last")
    kept.close()


def main() -> None:
    place, how, step, stride = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    vault.test_only_cost.update(ops=1, mem=8192)
    while _child(step, place, how) == DIED:
        step += stride


def _child(step: int, place: Path, how: str) -> int:
    (place / str(step)).mkdir()
    child = os.fork()
    if not child:
        _die_at(step, place, loses_power=how == "power")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _die_at(step: int, place: Path, *, loses_power: bool) -> None:
    said = os.open(place / f"{step}.said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    Mortal.die_at = Mortal.left = step
    Mortal.loses_power = loses_power
    disk = Mortal()
    for name in ("replace", "rename", "unlink", "hardlink_to"):
        setattr(Path, name, _step_before(getattr(Path, name)))
    os.fsync = _step_before(os.fsync)
    try:
        work(place / str(step), said)
        disk.unregister()
        os._exit(0)
    finally:  # a child that went on would be a second run of all this
        traceback.print_exc()
        os._exit(1)


def _step_before(function: Callable[..., Any]) -> Any:
    def stepping(*words: Any, **options: Any) -> Any:
        Mortal.step()
        return function(*words, **options)

    return stepping


if __name__ == "__main__":
    main()
