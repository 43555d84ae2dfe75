"""Whose each part of a server's folder is, where the parts of the server run as users of their own.

The intake, which everybody can reach, writes envelopes and nothing else, and cannot look at what it does not need:
who the couriers are, how the board is made, the onions' keys.  `deploy/install` makes the users.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.accounts import group_name, user_name
from offramp.disk import is_shared
from offramp.server.layout import ServerFolder

OPERATOR: Final = "root"
INTAKE: Final = "offramp-intake"
COURIERS: Final = "offramp-couriers"
PUBLISHER: Final = "offramp-publisher"
ALL: Final = "offramp"
"""The group of all three."""
STORE: Final = "offramp-store"
"""The group of the two that write into the store."""


_SHARED: Final = 0o2750


@dataclass(frozen=True, slots=True)
class Owned:
    """A file or a folder, who may own it, its group and its mode.  The first of the owners is who gets it."""

    path: Path
    owners: tuple[str, ...]
    group: str
    mode: int

    def is_so(self) -> bool:
        """Raises OSError where it is gone, or cannot be looked at."""
        found = self.path.lstat()
        is_owned = user_name(found.st_uid) in self.owners and group_name(found.st_gid) == self.group
        return is_owned and stat.S_IMODE(found.st_mode) == self.mode


@dataclass(frozen=True, slots=True)
class _Part:
    """Whose a part of the folder is, who else may have made files in it, and the mode of its folders."""

    owner: str
    group: str = ALL
    mode: int = _SHARED
    makers: tuple[str, ...] = ()


def owned(folder: ServerFolder) -> Iterator[Owned]:
    """Everything that is in the folder, with those whose it should be.  Links are passed over.  Raises OSError."""
    yield Owned(folder.path, (OPERATOR,), ALL, _SHARED)
    parts = _parts(folder)
    for path in _inside(folder.path):
        if path != folder.sockets:
            yield from _below(path, parts.get(path, _Part(OPERATOR)))


def settle(folder: ServerFolder) -> bool:
    """Give everything to whom it should belong; False where the folder is not shared, or we are not root.

    Raises OSError, and LookupError where a user is missing.
    """
    if os.geteuid() != 0 or not is_shared(folder.path):
        return False
    for one in owned(folder):
        if not one.is_so():
            shutil.chown(one.path, one.owners[0], one.group)
            one.path.chmod(one.mode)  # after the owner: a change of that takes setgid away
    return True


def _parts(folder: ServerFolder) -> dict[Path, _Part]:
    """What is not simply the operator's, for all three to read."""
    return {
        folder.store.parent: _Part(INTAKE, STORE, 0o2770, (COURIERS,)),
        folder.store_address: _Part(OPERATOR, STORE),  # a password may be in it
        folder.builder: _Part(COURIERS, COURIERS, 0o700),
        folder.board: _Part(COURIERS),
        folder.cards: _Part(COURIERS),
        folder.state: _Part(COURIERS),
        folder.couriers: _Part(OPERATOR, COURIERS),
    }


def _below(path: Path, part: _Part) -> Iterator[Owned]:
    if path.is_dir():
        yield Owned(path, (part.owner,), part.group, part.mode)
        for inner in _inside(path):
            yield from _below(inner, part)
    elif path.parent.name == "onion" and path.suffix == ".key":
        yield Owned(path, (PUBLISHER,), PUBLISHER, 0o600)
    elif path.suffix == ".lock":
        yield Owned(path, (part.owner,), part.group, 0o600)  # of one process
    else:
        # Not for the intake: where the couriers' side is.
        group = COURIERS if path.parent.name == "onion" and path.name == "couriers.address" else part.group
        yield Owned(path, (part.owner, *part.makers, OPERATOR), group, 0o600 | (part.mode & 0o060))


def _inside(path: Path) -> Iterator[Path]:
    return (inner for inner in sorted(path.iterdir()) if not inner.is_symlink())
