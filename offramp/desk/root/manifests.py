"""A campaign's manifest (FORMAT.md, 20): rendering what the site is to serve, and signing the list of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offramp.campaign import Campaign
from offramp.crypto.errors import ManifestError, ManifestForged
from offramp.crypto.manifest import MAX_MANIFEST, Manifest, read_manifest, sign_manifest
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import WrongRootKey
from offramp.desk.files import PUBLIC, read_whole, write_new
from offramp.desk.flyer.identity import Identity
from offramp.desk.keys import RootKey
from offramp.desk.root.signed import all_signed, by_this_root, current_weeks
from offramp.desk.schedule import in_force
from offramp.site.pages import BUILT, ServedFile, render_files
from offramp.site.signed_files import headers_of_all, listed, release

FIRST: Final = 1


@dataclass(frozen=True, slots=True)
class ManifestPlan:
    """A manifest but for its signature. `before` is the one that is in the folder."""

    campaign: Campaign
    root: bytes
    onion: str
    number: int
    sequence: int
    files: Mapping[str, ServedFile] = field(repr=False)
    before: Manifest | None = field(repr=False)

    @property
    def is_new(self) -> bool:
        """Whether it says anything else than the one before it."""
        return self.before is None or (
            self.before.onion,
            self.before.sequence,
            self.before.release,
            self.before.headers,
            set(self.before.files),
        ) != (self.onion, self.sequence, release(), headers_of_all(), set(listed(self.files)))

    def sign(self, root: RootKey) -> Manifest:
        """Raises WrongRootKey, NotAManifest."""
        if root.public != self.root:
            raise WrongRootKey
        return sign_manifest(
            root.seed,
            campaign=self.campaign.id,
            onion=self.onion,
            number=self.number,
            sequence=self.sequence,
            day=days.today(),
            release=release(),
            headers=headers_of_all(),
            files=listed(self.files),
        )


def plan_manifest(folder: CampaignFolder, onion: str | None, *, built: Path = BUILT) -> ManifestPlan:
    """What to sign next: the files that a server with this campaign and this version of Offramp serves.

    Raises AddressUnknown, OtherAddress, BundleMissing, and what is wrong with the folder or the address.
    """
    campaign, identity = folder.campaign(), Identity.of(folder, onion)
    sequence, before = smallest_sequence(folder), last_manifest(folder)
    files = render_files(campaign, identity.root, sequence, identity.onion, built=built)
    number = before.number + 1 if before else FIRST
    return ManifestPlan(campaign, identity.root, identity.onion, number, sequence, files, before)


def write_manifest(folder: CampaignFolder, signed: Manifest) -> Path:
    """Put it into the folder, in the place of the one before it; where it is."""
    write_new(folder.manifest, signed.raw, mode=PUBLIC, replace=True)
    return folder.manifest


def read_manifest_file(path: Path, folder: CampaignFolder) -> Manifest:
    """The manifest in a file, of the folder's campaign and root key. Raises a ManifestError that names the file."""
    try:
        raw = read_whole(path, limit=MAX_MANIFEST)
        return read_manifest(raw, root=folder.root(), campaign=folder.campaign().id, onion=None)
    except ManifestError as error:
        raise type(error)(f"{path}: {error}") from None


def last_manifest(folder: CampaignFolder) -> Manifest | None:
    """The manifest in the folder, by the campaign's root key or one before it. Raises a ManifestError."""
    if not folder.manifest.exists():
        return None
    raw, trust = read_whole(folder.manifest, limit=MAX_MANIFEST), folder.trust()
    for root in (trust.root, *(one.root for one in trust.former)):
        try:
            return read_manifest(raw, root=root, campaign=trust.campaign, onion=None)
        except ManifestForged:
            continue
    raise ManifestForged


def smallest_sequence(folder: CampaignFolder) -> int:
    """That of the first keyset that a page must still take: of last week, for clocks that are two days wrong.

    Where this week was signed anew, because somebody left, it is the new keyset: no page takes the old one.
    """
    weeks = current_weeks(folder)
    if not weeks:
        return 1
    now = in_force(by_this_root(folder, all_signed(folder)), days.now())
    return min(weeks[0].sequence, now.sequence if now else weeks[0].sequence)
