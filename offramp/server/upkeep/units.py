"""What systemd's units of ours serve, as they are installed: so nobody has to say again where the sockets are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

UNITS: Final = Path("etc/systemd/system")
PARTS: Final = frozenset({"serve", "serve-intake", "serve-couriers", "publish"})
_PROGRAMS: Final = frozenset({"offramp", "offramp.server", "offramp.cli"})


@dataclass(frozen=True, slots=True)
class Served:
    """Which part of a server a command line starts, on which folder; *sockets* where it names a folder for them."""

    part: str
    folder: Path
    sockets: Path | None


def served(words: list[str], working_folder: Path = Path("/")) -> Served | None:
    """What a command line starts; None where that is nothing of ours."""
    for index, word in enumerate(words[1:-1], start=1):
        if word in PARTS and words[index - 1].rpartition("/")[2] in _PROGRAMS:
            named = [after for option, after in pairwise(words) if option == "--sockets"]
            sockets = working_folder / named[0] if named else None
            return Served(word, working_folder / words[index + 1], sockets)
    return None


def in_units(system: Path = Path("/")) -> Iterator[Served]:
    """What the installed units start.  Raises OSError."""
    for unit in sorted((system / UNITS).glob("offramp-*.service")):
        for line in unit.read_text(errors="replace").splitlines():
            found = served(line.removeprefix("ExecStart=").split()) if line.startswith("ExecStart=") else None
            if found is not None:
                yield found


def sockets_of(folder: Path, given: Path | None, system: Path = Path("/")) -> Path | None:
    """The folder for the sockets: what somebody says, else what the units say of this folder.  Raises OSError."""
    if given is not None:
        return given
    folder = folder.absolute()
    return next((one.sockets for one in in_units(system) if one.folder == folder and one.sockets), None)
