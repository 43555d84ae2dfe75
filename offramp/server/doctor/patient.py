"""What is examined: a server's folder, the machine around it, and the tor in front of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from offramp.server.layout import ServerFolder
from offramp.server.publishing import DEFAULT_CONTROL
from offramp.tor.control import Control
from offramp.tor.errors import TorError


@dataclass
class Patient:
    """*control* is where tor is controlled; *socks* its port for visitors, None for the one that tor tells.

    With *offline* nothing is asked of the Tor network.
    *system* is where the machine's own files are looked for: only tests have another one.
    """

    folder: ServerFolder
    control: str | int = DEFAULT_CONTROL
    socks: str | None = None
    offline: bool = False
    clock: Callable[[], float] = time.time
    system: Path = Path("/")
    _open: ExitStack = field(default_factory=ExitStack)
    _control: Control | TorError | None = None

    def tor(self) -> Control:
        """A connection to tor, the same for all checks.  Raises TorError, always the same one."""
        if self._control is None:
            try:
                self._control = self._open.enter_context(Control(self.control))
            except TorError as error:
                self._control = error
        if isinstance(self._control, TorError):
            raise self._control
        return self._control

    def has_tor(self) -> bool:
        """Whether there is any sense in asking tor: what is in the way is told by one check, and not by each."""
        try:
            self.tor()
        except TorError:
            return False
        return True

    def text(self, path: str) -> str | None:
        """What is in a file of the machine; None where there is no such file.  Raises OSError."""
        try:
            return (self.system / path.lstrip("/")).read_text(errors="replace")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def commands(self) -> Iterator[tuple[Path, list[str]]]:
        """The folders and the command lines of all processes that we may see."""
        for process in (self.system / "proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
                yield (process / "cwd").readlink(), words
            except OSError:
                continue  # it has ended, or is not ours to look at

    def close(self) -> None:
        self._open.close()
