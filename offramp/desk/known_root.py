"""The root key that an organizer's desk goes by: noted in its vault, so that no stick brings another unseen.

Whoever exchanges the copy of the campaign's folder could otherwise choose to whom this desk seals, and whose
decisions it takes. With an older copy it would be whoever was an organizer then, so the newest keyset is noted too.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offramp.crypto.words import campaign_words
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import NoKeysets, RootKeyReplaced
from offramp.desk.vault.errors import VaultFull
from offramp.desk.vault.vault import HOUSE, Record, Vault

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

KNOWN_ROOT: Final = "known_root"
"""The kind of the house's record, without a name, of the root's public key [32], and of the highest sequence [4] of
a keyset that was here."""

_ROOT: Final = 32


def note_of(root: bytes, sequence: int = 0) -> Record:
    """What notes that the desk goes by this root key [32], and of which keysets it knows."""
    return Record(HOUSE, KNOWN_ROOT, b"", root + sequence.to_bytes(4, "big"))


def check_root(vault: Vault, campaign: CampaignFolder) -> None:
    """Raises RootKeyReplaced where the copy of the campaign's folder has another root key than the one noted."""
    known = vault.get(HOUSE, KNOWN_ROOT, b"")
    if known is not None and known[:_ROOT] != campaign.root():
        raise RootKeyReplaced


def note_newest(desk: Desk) -> None:
    """Note the newest keyset that is here. Where the disk is full, it is noted another time."""
    if _newest(desk) > _noted(desk):
        with contextlib.suppress(VaultFull):
            desk.keep(note_of(desk.root, _newest(desk)))


def is_older_copy(desk: Desk) -> bool:
    """Whether this desk had a newer copy of the campaign's folder before."""
    return _newest(desk) < _noted(desk)


def _newest(desk: Desk) -> int:
    return max((one.sequence for one in desk.keysets), default=0)


def _noted(desk: Desk) -> int:
    return int.from_bytes(desk.small[KNOWN_ROOT].get((HOUSE, b""), b"")[_ROOT:], "big")


def accept_root(path: Path, passphrase: str, campaign: CampaignFolder) -> None:
    """Go by the root key of this copy from now on, for a person compared its words. Raises what Vault.open does."""
    vault = Vault.open(path, passphrase)
    try:
        with vault.writing() as writing:
            writing.put(note_of(campaign.root()))
    finally:
        vault.close()


def words_of(campaign: CampaignFolder) -> str:
    """A campaign's ten words. Raises NoKeysets where its address is not known, and what reading the folder does."""
    root, newest = campaign.root(), campaign.newest_keyset()
    if newest is None:
        raise NoKeysets(
            f"There is no keyset in {campaign.keysets}, so this copy is not complete. Ask for a newer one."
        )
    return campaign_words(newest.onion, root)
