"""How much a server takes: a few numbers in one file, which its operator and its couriers may change while it runs.

paused = false             nothing is taken while it is true
disk_megabytes = 4096      of all sealed letters together; each size has a share of its own
waiting = 20000            sealed letters at once, of which each size has a share too
pow_rate = 20              visitors a second whom tor lets in before it asks for a proof of work
pow_burst = 40             visitors at once, the same

What is not in the file is as above, and so is everything where there is no file.
"""

from __future__ import annotations

import json
import threading
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final

from offramp.disk import make_folder
from offramp.server.errors import LimitRefused, PartMalformed
from offramp.server.files import write_over
from offramp.server.watching import Watch
from offramp.store.errors import StoreUnavailable

LONGEST_CHANGE: Final = 512
"""Bytes of a change that a courier sends."""

_LONGEST_FILE: Final = 4096
_CURE: Final = "Correct it, or delete it: then the usual limits hold."
_ALLOWED: Final = {
    "disk_megabytes": range(64, 1_000_001),
    "waiting": range(100, 10_000_001),
    "pow_rate": range(1, 1_001),
    "pow_burst": range(1, 10_001),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server takes, as above.  Raises LimitRefused for numbers that make no sense."""

    paused: bool = False
    disk_megabytes: int = 4096
    waiting: int = 20_000
    pow_rate: int = 20
    pow_burst: int = 40

    def __post_init__(self) -> None:
        if type(self.paused) is not bool:
            raise LimitRefused("`paused` is true or false.")
        for name, allowed in _ALLOWED.items():
            value = getattr(self, name)
            if type(value) is not int or value not in allowed:  # True would be 1
                raise LimitRefused(f"`{name}` is a number from {allowed[0]} to {allowed[-1]}.")
        if self.pow_burst < self.pow_rate:
            raise LimitRefused("`pow_burst` is at least as large as `pow_rate`.")

    def changed(self, change: Mapping[str, object]) -> Limits:
        """These with some others.  Raises LimitRefused."""
        unknown = sorted(change.keys() - {one.name for one in fields(self)})
        if unknown:
            name = unknown[0][:40].encode("ascii", "replace").decode("ascii")  # JSON can name what is no text
            raise LimitRefused(f"`{name}` is none of the limits.")
        return replace(self, **change)  # type: ignore[arg-type]  # its types are what __post_init__ looks at

    def as_json(self) -> dict[str, bool | int]:
        """By their names."""
        return asdict(self)


def read_limits(path: Path) -> Limits:
    """What is in a file; the usual limits where there is none.  Raises PartMalformed."""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_FILE).decode("utf-8")
        return Limits().changed(tomllib.loads(text))
    except FileNotFoundError:
        return Limits()
    except LimitRefused as error:
        raise PartMalformed(f"{path}: {error} {_CURE}") from None
    except (OSError, ValueError, RecursionError):  # no TOML, no UTF-8, nested too deeply
        raise PartMalformed(f"{path} cannot be read. {_CURE}") from None


def write_limits(path: Path, limits: Limits) -> None:
    """Put these into the file; they are on the disk when this returns.  Raises OSError."""
    make_folder(path.parent)
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in limits.as_json().items()]
    write_over(path, "".join(lines).encode("ascii"))


def read_change(body: bytes) -> Mapping[str, object]:
    """What a courier wants changed: a JSON object of some of the names.  Raises LimitRefused."""
    try:
        change = json.loads(body)
    except (ValueError, RecursionError):
        raise LimitRefused from None
    if not isinstance(change, dict):
        raise LimitRefused
    return change


class LimitsShelf:
    """The limits that hold now, read again when the file changes.  Safe to use from several threads.

    Raises PartMalformed when the file cannot be read at the start; later the limits before it stay in force.
    """

    def __init__(self, path: Path, *, pulse: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._watch = Watch(path.parent, path.name, pulse)
        self._watch.changed()
        self._limits = read_limits(path)

    def current(self) -> Limits:
        """As they were in the file a second ago or less."""
        with self._lock:
            if self._watch.changed():
                self._read_again()
            return self._limits

    def change(self, change: Mapping[str, object]) -> Limits:
        """Change some of them, on the disk when this returns.  Raises LimitRefused, StoreUnavailable.

        A file that cannot be read is mended by it.
        """
        with self._lock:
            # Somebody else may have changed another one since the last look.
            self._read_again()
            limits = self._limits.changed(change)
            try:
                write_limits(self._path, limits)
            except OSError:
                raise StoreUnavailable from None
            self._limits = limits
            return limits

    def _read_again(self) -> None:
        try:
            self._limits = read_limits(self._path)
        except PartMalformed:
            return  # `offramp server check` says what is wrong with it
