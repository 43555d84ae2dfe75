"""The root laptop's folder of a campaign, and the copy of it (without root.key) that organizers have.

    campaign.toml   what the campaign says, asks and is called
    root.pub        the root's Ed25519 public key [32], in hexadecimal
    root.key        its private half, under a passphrase; only on the root laptop
    organizers/     the public half of each enrolled organizer's key
    keysets/        every keyset that was signed, as 000001.keyset and so on
    team/           with each keyset, who the organizers are: 000001.team and so on; never on a server

A server's folder has campaign.toml, root.pub and keysets/ in the same places.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from offramp.campaign import Campaign, load_campaign
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.team_list import TeamList
from offramp.desk.errors import AlreadyEnrolled, NotACampaignFolder, NotEnrolledHere
from offramp.desk.files import PUBLIC, make_private_folder, read_whole, write_new
from offramp.desk.keys import RootKey
from offramp.desk.people import OrganizerCard, read_organizer
from offramp.disk import sync_folder

KEYSET_LIMIT = 16_384
COPY_LIMIT = 1_048_576


@dataclass(frozen=True, slots=True)
class CampaignFolder:
    """Paths, and what lies there, read anew at each call."""

    path: Path

    @property
    def root_key(self) -> Path:
        return self.path / "root.key"

    @property
    def root_public(self) -> Path:
        return self.path / "root.pub"

    @property
    def campaign_file(self) -> Path:
        return self.path / "campaign.toml"

    @property
    def organizers(self) -> Path:
        return self.path / "organizers"

    @property
    def keysets(self) -> Path:
        return self.path / "keysets"

    @property
    def team(self) -> Path:
        return self.path / "team"

    def campaign(self) -> Campaign:
        """`NotACampaignFolder`, or a CampaignError."""
        self._check()
        return load_campaign(self.campaign_file)

    def root(self) -> bytes:
        """The root's public key [32]; `NotACampaignFolder`."""
        self._check()
        return read_root_public(self.root_public)

    def cards(self) -> list[OrganizerCard]:
        """All enrolled organizers, by name."""
        self._check()
        return [read_organizer(path) for path in sorted(self.organizers.glob("*.organizer.toml"))]

    def enroll(self, card: OrganizerCard) -> None:
        """Add an organizer; `AlreadyEnrolled` if the name or one of the keys is there."""
        for other in self.cards():
            if other.name.lower() == card.name.lower() or not set(other.keys).isdisjoint(card.keys):
                raise AlreadyEnrolled(f"{other.name} is already enrolled, under that name or with that key.")
        write_new(self._card_path(card.name), card.write(), mode=PUBLIC)

    def remove(self, name: str) -> None:
        """Remove an organizer from the keysets to come; `NotEnrolledHere`."""
        if name not in {card.name for card in self.cards()}:
            raise NotEnrolledHere
        self._card_path(name).unlink()
        sync_folder(self.organizers)

    def newest_keyset(self) -> Keyset | None:
        """The keyset with the highest sequence, its signature checked, whatever its dates."""
        paths = sorted(self.keysets.glob("*.keyset"))
        found = [self._read(path) for path in paths]
        return max(found, key=lambda keyset: keyset.sequence, default=None)

    def add_keyset(self, keyset: Keyset) -> Path:
        """Write a keyset beside the others; where it is now."""
        path = self.keysets / f"{keyset.sequence:06d}.keyset"
        write_new(path, keyset.raw, mode=PUBLIC)
        return path

    def add_team_list(self, team: TeamList) -> Path:
        """Write the list that goes with a keyset, before the keyset; where it is now.

        Whoever was interrupted in between signs both again.
        """
        path = self.team / f"{team.sequence:06d}.team"
        self.team.mkdir(exist_ok=True)
        write_new(path, team.raw, mode=PUBLIC, replace=True)
        return path

    def _read(self, path: Path) -> Keyset:
        raw = read_whole(path, limit=KEYSET_LIMIT)
        return read_keyset(raw, root=self.root(), campaign=self.campaign().id)

    def _card_path(self, name: str) -> Path:
        return self.organizers / f"{name}.organizer.toml"

    def _check(self) -> None:
        if not (self.campaign_file.is_file() and self.root_public.is_file()):
            raise NotACampaignFolder(
                f"{self.path} is not a campaign's folder: it has no campaign.toml or no root.pub."
            )


def make_campaign_folder(path: Path, campaign: bytes, root: RootKey) -> CampaignFolder:
    """Fill a folder whose root.key is already there."""
    folder = CampaignFolder(path)
    write_new(folder.campaign_file, campaign, mode=PUBLIC)
    folder.organizers.mkdir()
    folder.keysets.mkdir()
    folder.team.mkdir()
    write_new(folder.root_public, f"{root.public.hex()}\n".encode(), mode=PUBLIC)
    return folder


def copy_public(folder: CampaignFolder, target: Path) -> int:
    """Copy all that desks need to `target`: not the root key, nor the cards; how many keysets are there now.

    The team lists are among it, which name the organizers: this is no copy for a server.
    """
    folder.campaign()
    copy = CampaignFolder(target)
    make_private_folder(copy.keysets)
    make_private_folder(copy.team)
    keysets = sorted(folder.keysets.glob("*.keyset"))
    for path in (folder.campaign_file, folder.root_public, *keysets, *sorted(folder.team.glob("*.team"))):
        data = read_whole(path, limit=COPY_LIMIT)
        write_new(target / path.relative_to(folder.path), data, mode=PUBLIC, replace=True)
    return len(keysets)


def read_root_public(path: Path) -> bytes:
    """A root's public key [32] from its file of 64 hexadecimal digits; `NotACampaignFolder`."""
    text = read_whole(path, limit=128).decode("ascii", errors="replace").strip()
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise NotACampaignFolder(f"{path} does not hold a root's public key: 64 digits from 0 to f.")
    return bytes.fromhex(text)
