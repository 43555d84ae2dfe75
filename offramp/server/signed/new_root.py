"""Another root key for a server: what the one before signed goes, and the site is closed until it has a calendar."""

from __future__ import annotations

from pathlib import Path

from offramp.disk import sync_folder
from offramp.server.errors import SameRoot
from offramp.server.files import write_over
from offramp.server.layout import ServerFolder, ServerState, load, read_root
from offramp.server.signed.cards import SUFFIX as CARD
from offramp.server.signed.keysets import SUFFIX as KEYSET


def check_new_root(folder: ServerFolder, file: Path) -> tuple[ServerState, bytes]:
    """What is in the folder now, and the root key [32] that is to come. Raises SameRoot, PartMissing, PartMalformed."""
    state, root = load(folder), read_root(file)
    if root == state.root:
        raise SameRoot
    return state, root


def replace_root(folder: ServerFolder, root: bytes) -> None:
    """Drop all keysets, cards and the manifest, then go by this root key [32]; again after a crash, it completes that.

    A server that runs is closed at once, for it has no keyset any more; the new root key it takes at its next
    start. The smallest sequence that it hands out stays: a new calendar goes on from the old one. Raises OSError.
    """
    for place, suffix in ((folder.keysets, KEYSET), (folder.cards, CARD)):
        # By their sequences: an older one, which somebody may be in who left, must not be the newest for a moment.
        for path in sorted(place.glob(f"*{suffix}")):
            path.unlink(missing_ok=True)
        if place.is_dir():
            sync_folder(place)
    folder.manifest.unlink(missing_ok=True)  # the one before signed it
    write_over(folder.root, f"{root.hex()}\n".encode("ascii"))
