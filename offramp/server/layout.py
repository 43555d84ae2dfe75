"""The server's folder: where everything lies, and how it is read.

campaign.toml        what the campaign says and asks; campaign.es.toml has it in Spanish, and so on
root.pub             the campaign's root public key (Ed25519) in hexadecimal
keysets/*.keyset     signed keysets, one for each week
cards/*.card         until when this inbox is read; the couriers' side writes what couriers bring
floor                the smallest number of a keyset that may still be handed out; it only rises
manifest             what is to be served, file by file, signed by the root; there may be none
couriers/*.toml      the couriers that may fetch and push
onion/               the two onion addresses, and their keys (0600), which only the publisher reads
store.db             the envelopes
builder/board.db     which replies, dummies and parcels there are; the couriers' side alone reads it
board/               what everybody may download, as plain files that the couriers' side writes:
board/descriptor       how many shards there are, and in which build
board/<build>/<index>  the shards of the last builds
board/parcels/<id>     sealed files
run/*.sock           the two sockets, while the server runs
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offramp.board.days import day_of, set_to_day
from offramp.campaign import Campaign, load_campaign
from offramp.disk import sync_folder
from offramp.server.couriers import Courier, read_couriers
from offramp.server.errors import PartMalformed, PartMissing

FOLDER_MODE = 0o700
SECRET_MODE = 0o600

_LONGEST_SOCKET = 107  # bytes: what the kernel takes

_ROOT = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"[a-z2-7]{56}\.onion")


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """The paths in a server's folder.  *sockets* is elsewhere where tor may not look into the folder."""

    path: Path
    sockets: Path

    @classmethod
    def at(cls, path: Path, sockets: Path | None = None) -> ServerFolder:
        """The folder at *path*, made absolute, for gunicorn and tor need not share our working folder."""
        path = path.absolute()
        return cls(path, sockets.absolute() if sockets else path / "run")

    @property
    def campaign(self) -> Path:
        return self.path / "campaign.toml"

    @property
    def root(self) -> Path:
        return self.path / "root.pub"

    @property
    def keysets(self) -> Path:
        return self.path / "keysets"

    @property
    def cards(self) -> Path:
        return self.path / "cards"

    @property
    def floor(self) -> Path:
        return self.path / "floor"

    @property
    def manifest(self) -> Path:
        return self.path / "manifest"

    @property
    def couriers(self) -> Path:
        return self.path / "couriers"

    @property
    def onion(self) -> Path:
        return self.path / "onion"

    @property
    def intake_key(self) -> Path:
        return self.onion / "intake.key"

    @property
    def couriers_key(self) -> Path:
        return self.onion / "couriers.key"

    @property
    def intake_address(self) -> Path:
        return self.onion / "intake.address"

    @property
    def couriers_address(self) -> Path:
        return self.onion / "couriers.address"

    @property
    def store(self) -> Path:
        return self.path / "store.db"

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.store}"

    @property
    def builder(self) -> Path:
        return self.path / "builder"

    @property
    def board_database(self) -> Path:
        return self.builder / "board.db"

    @property
    def board(self) -> Path:
        return self.path / "board"

    @property
    def intake_socket(self) -> Path:
        return self.sockets / "intake.sock"

    @property
    def couriers_socket(self) -> Path:
        return self.sockets / "couriers.sock"

    def socket_umask(self) -> int:
        """Only we may connect; and the group of the sockets' folder, where it hands that down (setgid)."""
        return 0o007 if self.sockets.stat().st_mode & stat.S_ISGID else 0o077


@dataclass(frozen=True, slots=True)
class ServerState:
    """What is in the folder and does not change while the server runs."""

    folder: ServerFolder
    campaign: Campaign
    root: bytes  # [32]
    intake_address: str
    couriers_address: str
    couriers: tuple[Courier, ...]


def load(folder: ServerFolder) -> ServerState:
    """Read the folder.  Raises PartMissing, PartMalformed, CampaignError; the text names the file."""
    if not folder.path.is_dir():
        raise PartMissing(f"{folder.path} is no folder; `offramp server init` makes one.")
    for socket in (folder.intake_socket, folder.couriers_socket):
        if len(os.fsencode(socket)) > _LONGEST_SOCKET:
            raise PartMalformed(
                f"{socket} is too long for a socket's path; name a shorter one with --sockets."
            )
    return ServerState(
        folder=folder,
        campaign=load_campaign(folder.campaign),
        root=read_root(folder.root),
        intake_address=_read_address(folder.intake_address),
        couriers_address=_read_address(folder.couriers_address),
        couriers=load_couriers(folder),
    )


def load_couriers(folder: ServerFolder) -> tuple[Courier, ...]:
    """All enrolled couriers, in order of their files' names.  Raises PartMalformed."""
    return read_couriers(folder.couriers)


def read_root(path: Path) -> bytes:
    """The root public key [32] in a file of 64 hexadecimal digits.  Raises PartMissing, PartMalformed."""
    text = read_text(path)
    if not _ROOT.fullmatch(text):
        raise PartMalformed(f"{path} must hold the root's public key: 64 hexadecimal digits, and no more.")
    return bytes.fromhex(text)


def _read_address(path: Path) -> str:
    text = read_text(path)
    if not _ADDRESS.fullmatch(text):
        raise PartMalformed(f"{path} must hold an onion address.")
    return text


def read_text(path: Path) -> str:
    """The text of a short file without the line's end.  Raises PartMissing, PartMalformed."""
    try:
        return path.read_text("ascii").rstrip("\n")
    except FileNotFoundError:
        raise PartMissing(f"{path} is missing.") from None
    except (OSError, UnicodeDecodeError):
        raise PartMalformed(f"{path} cannot be read.") from None


def write_new(path: Path, data: bytes, mode: int = SECRET_MODE) -> None:
    """Make a file, whole or not at all; it is on the disk when this returns.  Raises FileExistsError."""
    write_all_new({path: data}, mode)


def write_all_new(files: Mapping[Path, bytes], mode: int = SECRET_MODE) -> None:
    """Make several files of one folder, each whole or not at all; none of them where one cannot be written.

    They get their names in this order.  Raises FileExistsError, OSError.
    """
    partials = {path: _partial(path) for path in files}
    try:
        for path, data in files.items():
            _write(partials[path], data, mode)
        for path, partial in partials.items():
            os.link(partial, path)  # unlike a rename, this replaces nothing
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)
    for folder in {path.parent for path in files}:
        sync_folder(folder)


def write_over(path: Path, data: bytes, mode: int = SECRET_MODE) -> None:
    """Put a file in the place of the one that may be there; it is on the disk when this returns.

    Its times tell the day and no more, for a courier may have brought it.  Raises OSError.
    """
    partial = _partial(path)
    try:
        _write(partial, data, mode)
        set_to_day(partial, day_of(time.time))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file anew; its bytes are on the disk when this returns."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
