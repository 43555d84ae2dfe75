"""What is in a backup: a tar of names that say all, `about` first.  None of it is ever unpacked by its name.

about                                  which server this is of, and on which day it was taken
files/<name>                           a small file of the server's folder
envelopes/<day>/<size class>/<id>      an envelope
acknowledged/<courier>/<first id>      ids [16] that a courier has
board/last-build                       number and doublings of the last build
board/taken-back/<number>              records: id [16], last day
board/slots/<number>                   records: turned shard number, whether it is a reply, last day, reply [4096]
board/parcels/<last day>/<id>          a parcel
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, Protocol

from offramp.crypto.errors import UnsupportedVersion
from offramp.server.errors import BackupDamaged

VERSION: Final = 1
MOST_BYTES: Final = 16 * 1024 * 1024
"""Bytes of the largest member there is, which is more than the largest envelope or parcel, and any batch of records."""

_END: Final = bytes(2 * tarfile.BLOCKSIZE)

_HEX16, _DAY = "[0-9a-f]{32}", r"\d{4}-\d\d-\d\d"
_SMALL_FILES: Final = "|".join(
    (
        r"campaign(\.[A-Za-z-]{2,12})?\.toml",
        r"root\.pub|floor|manifest|limits\.toml",
        r"keysets/[0-9]{8,10}-[0-9a-f]{16}\.keyset",
        r"cards/[0-9a-f]{64}\.card",
        r"couriers/[A-Za-z0-9][A-Za-z0-9_-]{0,39}\.toml",
        r"onion/(intake|couriers)\.(key|address)",
    )
)
_NAMES: Final = re.compile(
    f"about|files/({_SMALL_FILES})|envelopes/{_DAY}/[0-9]{{1,9}}/{_HEX16}"
    f"|acknowledged/[0-9a-f]{{64}}/{_HEX16}|board/(last-build|(slots|taken-back)/[0-9]{{1,9}})"
    f"|board/parcels/{_DAY}/{_HEX16}"
)
SMALL_FILE: Final = re.compile(_SMALL_FILES)


class Sink(Protocol):
    """Where a tar's bytes go."""

    def write(self, data: bytes, /) -> int: ...


class Source(Protocol):
    """Where a tar's bytes come from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class About:
    """Which server a backup is of.  *last* where that server has stopped for good when it was taken."""

    day: str  # in UTC
    onion: str
    campaign: str
    root: str  # 64 hexadecimal digits
    release: str
    last: bool
    version: int = VERSION

    def as_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def read_about(raw: bytes) -> About:
    """Raises BackupDamaged, UnsupportedVersion."""
    try:
        members = json.loads(raw)
        if members["version"] != VERSION:
            raise UnsupportedVersion
        about = About(**members)
        date.fromisoformat(about.day)
    except (ValueError, TypeError, KeyError):
        raise BackupDamaged from None
    return about


class Writing:
    """A tar that is written from front to back."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def add(self, name: str, data: bytes) -> None:
        """Raises OSError."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        self._sink.write(member.tobuf(tarfile.USTAR_FORMAT))
        self._sink.write(data)
        self._sink.write(bytes(-len(data) % tarfile.BLOCKSIZE))

    def close(self) -> None:
        """The end of the tar; what it goes to stays open."""
        self._sink.write(_END)


def members_of(source: Source) -> Iterator[tuple[str, bytes]]:
    """The names and contents of all members, one in memory at a time.  Raises BackupDamaged.

    Not by tarfile's reader, which remembers each of a million members and knows many forms that we never write.
    """
    while (block := _exactly(source, tarfile.BLOCKSIZE)) != bytes(tarfile.BLOCKSIZE):
        try:
            member = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.TarError, UnicodeDecodeError):
            raise BackupDamaged from None
        if not _NAMES.fullmatch(member.name) or not member.isreg() or not 0 <= member.size <= MOST_BYTES:
            raise BackupDamaged
        yield member.name, _exactly(source, member.size)
        _exactly(source, -member.size % tarfile.BLOCKSIZE)


def _exactly(source: Source, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise BackupDamaged
    return data
