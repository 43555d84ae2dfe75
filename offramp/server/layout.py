"""The server's folder: where everything lies, and how it is read.

campaign.toml        what the campaign says and asks; campaign.es.toml has it in Spanish, and so on
root.pub             the campaign's root public key (Ed25519) in hexadecimal
keysets/*.keyset     signed keysets, one for each week
cards/*.card         until when this inbox is read; the couriers' side writes what couriers bring
manifest             what is to be served, file by file, signed by the root; there may be none
couriers/*.toml      the couriers that may fetch and push
onion/               the two onion addresses, and their keys (0600), which only the publisher reads
state/               what the couriers' side keeps, and the intake reads:
state/floor            the smallest number of a keyset that may still be handed out; it only rises
state/limits.toml      how much the intake takes; there may be none
store/store.db       the envelopes
store.url            where they are instead, where a database keeps them; mostly there is none
builder/board.db     which replies, dummies and parcels there are; the couriers' side alone reads it
builder/clock        since which day the clock has gone steadily, and the last day on which it was looked at
board/               what everybody may download, as plain files that the couriers' side writes:
board/descriptor       how many shards there are, and in which build
board/<build>/<index>  the shards of the last builds
board/parcels/<id>     sealed files
last-backup          the day of the last backup
moved                is there once the server has moved to another machine: then nothing starts here any more
run/                 while the server runs; on a server elsewhere, in memory:
run/intake/            the intake's socket
run/couriers/          the couriers' side's socket
run/health/            what the intake tells the couriers' side about itself

All of it may belong to one user, and then nobody else may look into it.  On a server the parts run as users of
their own (see ownership.py): then the folders are setgid, and what is made in them is for their groups.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from offramp.campaign import Campaign, load_campaign
from offramp.disk import is_shared, make_folder
from offramp.server.couriers import Courier, read_couriers
from offramp.server.errors import PartMalformed, PartMissing
from offramp.server.files import read_text

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
    def state(self) -> Path:
        return self.path / "state"

    @property
    def floor(self) -> Path:
        return self.state / "floor"

    @property
    def limits(self) -> Path:
        return self.state / "limits.toml"

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
        return self.path / "store" / "store.db"

    @property
    def store_address(self) -> Path:
        return self.path / "store.url"

    @property
    def store_url(self) -> str:
        """What `open_store` takes.  Raises PartMalformed."""
        return read_text(self.store_address) if self.store_address.exists() else self.store_file_url

    @property
    def store_file_url(self) -> str:
        return f"sqlite:///{self.store}"

    @property
    def builder(self) -> Path:
        return self.path / "builder"

    @property
    def board_database(self) -> Path:
        return self.builder / "board.db"

    @property
    def clock(self) -> Path:
        return self.builder / "clock"

    @property
    def board(self) -> Path:
        return self.path / "board"

    @property
    def intake_socket(self) -> Path:
        return self.sockets / "intake" / "intake.sock"

    @property
    def couriers_socket(self) -> Path:
        return self.sockets / "couriers" / "couriers.sock"

    @property
    def health(self) -> Path:
        return self.sockets / "health" / "intake"

    def make_socket_folders(self) -> None:
        """Make those that are missing, for us alone; on a server they are made at boot.  Raises OSError."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        for path in (self.intake_socket, self.couriers_socket, self.health):
            make_folder(path.parent)

    def umask(self) -> int:
        """What no file that a part of the server makes may be: open to others, and to a group unless it is shared."""
        return 0o007 if is_shared(self.path) else 0o077


@dataclass(frozen=True, slots=True)
class PublicState:
    """What is in the folder and does not change while the server runs, and every visitor may know."""

    folder: ServerFolder
    campaign: Campaign
    root: bytes  # [32]
    intake_address: str


@dataclass(frozen=True, slots=True)
class ServerState(PublicState):
    """That, and what the intake does not know: on a server its user cannot read it."""

    couriers_address: str
    couriers: tuple[Courier, ...]


def load_public(folder: ServerFolder) -> PublicState:
    """Read what is public in the folder.  Raises PartMissing, PartMalformed, CampaignError; the text names the file."""
    if not folder.path.is_dir():
        raise PartMissing(f"{folder.path} is no folder; `offramp server init` makes one.")
    for socket in (folder.intake_socket, folder.couriers_socket):
        if len(os.fsencode(socket)) > _LONGEST_SOCKET:
            raise PartMalformed(
                f"{socket} is too long for a socket's path; name a shorter one with --sockets."
            )
    return PublicState(
        folder=folder,
        campaign=load_campaign(folder.campaign),
        root=read_root(folder.root),
        intake_address=_read_address(folder.intake_address),
    )


def load(folder: ServerFolder) -> ServerState:
    """Read the folder.  Raises as load_public does."""
    public = load_public(folder)
    return ServerState(
        folder=folder,
        campaign=public.campaign,
        root=public.root,
        intake_address=public.intake_address,
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
