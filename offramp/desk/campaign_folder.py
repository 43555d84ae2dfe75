"""The root laptop's folder of a campaign, and the copy of it (without the root key) that organizers have.

    campaign.toml   what the campaign says, asks and is called; campaign.es.toml has it in Spanish, and so on
    root.pub        the root's Ed25519 public key [32], in hexadecimal
    keysets/        every keyset that was signed, as 000001.keyset and so on
    card-seeds/     with each keyset, what its organizers sign cards with, sealed to them: 000001.envelope
    former/         the root keys before this one, if there were any: 000012.former, by their last sequence
    manifest        what the site serves, file by file (FORMAT.md, 20); the newest one, once one was signed
    team/           with each keyset, who the organizers are: 000001.team and so on; never on a server

and on the root laptop alone:

    root.key        the root's private half, under a passphrase, where it is not split
    shares/         its shares, each under a passphrase, until their holders carry them away: 1.share and so on;
                    and `needed`, which says "2 of 3"
    organizers/     the newest key list of each enrolled organizer, as NAME.keys
    generation      a decimal number: the generation of the card key (FORMAT.md, 15.3); 1 where there is none
    calendar        the keysets from this week on, in one file, for the server

A server's folder has campaign.toml with its translations, root.pub and keysets/ in the same places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offramp.campaign import Campaign, load_campaign, translation_beside, translations_of
from offramp.crypto.errors import FormerRootError, UnsupportedVersion
from offramp.crypto.former_root import FormerRoot, read_former_root
from offramp.crypto.key_list import MAX_KEY_LIST, KeyList, read_key_list
from offramp.crypto.keyset import Keyset
from offramp.crypto.team_list import MAX_TEAM_LIST, TeamList
from offramp.desk.errors import AlreadyEnrolled, NotACampaignFolder, NotEnrolledHere
from offramp.desk.files import PUBLIC, make_private_folder, read_whole, write_new
from offramp.desk.keys import RootKey
from offramp.desk.trust import Trust
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
    def shares(self) -> Path:
        return self.path / "shares"

    @property
    def shares_needed(self) -> Path:
        return self.shares / "needed"

    @property
    def calendar(self) -> Path:
        return self.path / "calendar"

    @property
    def manifest(self) -> Path:
        return self.path / "manifest"

    @property
    def generation(self) -> Path:
        return self.path / "generation"

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
    def card_seeds(self) -> Path:
        return self.path / "card-seeds"

    @property
    def former(self) -> Path:
        return self.path / "former"

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

    def trust(self) -> Trust:
        """By whom keysets and team lists may be signed. `NotACampaignFolder`, CampaignError, FormerRootError."""
        root, name = self.root(), self.campaign().id
        paths = sorted(self.former.glob("*.former"))
        return Trust(root, name, [_read_former(path, root, name) for path in paths])

    def key_lists(self) -> list[KeyList]:
        """The newest key list of each enrolled organizer, by name. Raises a KeyListError."""
        campaign = self.campaign().id
        paths = sorted(self.organizers.glob("*.keys"))
        return [read_key_list(read_whole(path, limit=MAX_KEY_LIST), campaign=campaign) for path in paths]

    def enroll(self, found: KeyList) -> None:
        """Add an organizer, or take a newer list of one who is there.

        Raises AlreadyEnrolled where the name or the key is somebody else's.
        """
        for other in self.key_lists():
            if (other.name.lower() == found.name.lower()) != (other.author == found.author):
                raise AlreadyEnrolled(f"{other.name} is already enrolled, under that name or with that key.")
        write_new(self._keys_path(found.name), found.raw, mode=PUBLIC, replace=True)

    def remove(self, name: str) -> None:
        """Remove an organizer from the keysets to come; `NotEnrolledHere`."""
        if name not in {one.name for one in self.key_lists()}:
            raise NotEnrolledHere
        self._keys_path(name).unlink()
        sync_folder(self.organizers)

    def newest_keyset(self) -> Keyset | None:
        """The keyset with the highest sequence, its signature checked, whatever its dates."""
        trust = self.trust()
        found = [trust.keyset(read_whole(path, limit=KEYSET_LIMIT)) for path in self.keysets.glob("*.keyset")]
        return max(found, key=lambda keyset: keyset.sequence, default=None)

    def team_list(self, sequence: int) -> TeamList | None:
        """Who the organizers are, as it was signed with that keyset. Raises a TeamListError."""
        path = self._team_path(sequence)
        return self.trust().team_list(read_whole(path, limit=MAX_TEAM_LIST)) if path.exists() else None

    def add_keyset(self, keyset: Keyset) -> Path:
        """Write a keyset beside the others; where it is now."""
        path = self.keysets / f"{keyset.sequence:06d}.keyset"
        write_new(path, keyset.raw, mode=PUBLIC)
        return path

    def add_team_list(self, team: TeamList) -> Path:
        """Write the list that goes with a keyset, before the keyset; where it is now.

        Whoever was interrupted in between signs both again.
        """
        path = self._team_path(team.sequence)
        self.team.mkdir(exist_ok=True)
        write_new(path, team.raw, mode=PUBLIC, replace=True)
        return path

    def add_card_seed(self, sequence: int, envelope: bytes) -> None:
        """Write what goes with a keyset for its organizers, before the keyset."""
        self.card_seeds.mkdir(exist_ok=True)
        write_new(self.card_seeds / f"{sequence:06d}.envelope", envelope, mode=PUBLIC, replace=True)

    def card_seed(self, sequence: int) -> bytes | None:
        """The envelope that goes with a keyset for its organizers; None where it is not here."""
        path = self.card_seeds / f"{sequence:06d}.envelope"
        return read_whole(path, limit=COPY_LIMIT) if path.is_file() else None

    def _keys_path(self, name: str) -> Path:
        return self.organizers / f"{name}.keys"

    def _team_path(self, sequence: int) -> Path:
        return self.team / f"{sequence:06d}.team"

    def _check(self) -> None:
        if not (self.campaign_file.is_file() and self.root_public.is_file()):
            raise NotACampaignFolder(
                f"{self.path} is not a campaign's folder: it has no campaign.toml or no root.pub."
            )


def make_campaign_folder(path: Path, campaign: bytes, root: RootKey) -> CampaignFolder:
    """Fill a folder that keeps the root key already, or will; root.pub comes last, and makes it whole."""
    folder = prepare_campaign_folder(path, campaign)
    write_new(folder.root_public, written_root(root.public), mode=PUBLIC)
    return folder


def prepare_campaign_folder(
    path: Path, campaign: bytes, translations: Mapping[str, bytes] | None = None
) -> CampaignFolder:
    """All of a campaign's folder but its root key and root.pub; a second time, the same.

    `translations` has the campaign in other languages, by their codes.
    """
    folder = CampaignFolder(path)
    for code, translation in (translations or {}).items():
        write_new(translation_beside(folder.campaign_file, code), translation, mode=PUBLIC, replace=True)
    write_new(folder.campaign_file, campaign, mode=PUBLIC, replace=True)
    for part in (folder.organizers, folder.keysets, folder.team, folder.card_seeds, folder.former):
        part.mkdir(exist_ok=True)
    return folder


def is_unfinished(path: Path) -> bool:
    """Whether the folder is empty, or `prepare_campaign_folder` was all that happened in it."""
    folder = CampaignFolder(path)
    empty = {folder.organizers, folder.keysets, folder.team, folder.card_seeds, folder.former}
    found = {one for one in path.iterdir() if not one.name.endswith(".part")}
    known = {folder.campaign_file, *translations_of(folder.campaign_file).values()} | empty
    return found <= known and not any(any(one.iterdir()) for one in found & empty)


def written_root(public: bytes) -> bytes:
    """What root.pub holds."""
    return f"{public.hex()}\n".encode()


def copy_public(folder: CampaignFolder, target: Path) -> int:
    """Copy all that desks need to `target`: not the root key, nor the key lists; how many keysets are there now.

    The team lists are among it, which name the organizers: this is no copy for a server.
    """
    folder.campaign()
    copy = CampaignFolder(target)
    make_private_folder(copy.keysets)
    for part in (copy.team, copy.card_seeds, copy.former):
        make_private_folder(part)
    keysets = sorted(folder.keysets.glob("*.keyset"))
    lists, seeds = sorted(folder.team.glob("*.team")), sorted(folder.card_seeds.glob("*.envelope"))
    former = sorted(folder.former.glob("*.former"))
    translations = translations_of(folder.campaign_file)
    for code, path in translations_of(copy.campaign_file).items():
        if code not in translations:
            path.unlink()  # it may no longer fit the campaign
    words = (folder.campaign_file, *translations.values())
    manifests = [folder.manifest] if folder.manifest.exists() else []
    # A keyset comes after what belongs to it, as in the folder itself.
    for path in (*words, *former, folder.root_public, *manifests, *seeds, *lists, *keysets):
        data, place = read_whole(path, limit=COPY_LIMIT), target / path.relative_to(folder.path)
        # Most of it is there from the last time, and a stick writes slowly.
        if not place.is_file() or read_whole(place, limit=COPY_LIMIT) != data:
            write_new(place, data, mode=PUBLIC, replace=True)
    return len(keysets)


def _read_former(path: Path, root: bytes, campaign: str) -> FormerRoot:
    """A FormerRootError, with the file's name: a desk does not open without it."""
    try:
        return read_former_root(read_whole(path, limit=128), root=root, campaign=campaign)
    except (FormerRootError, UnsupportedVersion) as error:
        raise type(error)(f"{path}: {error}") from None


def read_root_public(path: Path) -> bytes:
    """A root's public key [32] from its file of 64 hexadecimal digits; `NotACampaignFolder`."""
    text = read_whole(path, limit=128).decode("ascii", errors="replace").strip()
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise NotACampaignFolder(f"{path} does not hold a root's public key: 64 digits from 0 to f.")
    return bytes.fromhex(text)
