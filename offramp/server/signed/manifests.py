"""The manifest in the server's folder (FORMAT.md, 20): for which files the holder of the root key vouches."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from offramp.crypto.errors import OfframpError
from offramp.crypto.manifest import MAX_MANIFEST, Manifest, read_manifest
from offramp.server.errors import ManifestAhead, ManifestDiffers, ManifestWentBack
from offramp.server.files import read_up_to, write_over
from offramp.server.http.bodies import BINARY
from offramp.server.layout import PublicState, ServerFolder, load
from offramp.server.signed.keysets import KeysetShelf
from offramp.server.signed.shelves import Clock, shelf_of
from offramp.site.pages import Page, render_files
from offramp.site.signed_files import PATH, differences, release

_NAMED: Final = 3
"""So many files are named that differ, and the rest is counted."""


def add_manifest(folder: ServerFolder, file: Path, *, clock: Clock) -> Manifest:
    """Put a manifest into the folder, where the files that this server makes are those that it lists.

    The same again changes nothing.  Raises ManifestWentBack, ManifestAhead, ManifestDiffers, a ManifestError,
    UnsupportedVersion, PartMissing, PartMalformed, BundleMissing, OSError.
    """
    state = load(folder)
    new, here = _read(state, read_up_to(file, MAX_MANIFEST)), manifest_of(state)
    if here is not None and here.raw != new.raw and new.number <= here.number:
        raise ManifestWentBack(
            f"This is manifest number {new.number}, and number {here.number} is here already; nothing was changed."
        )
    _refuse_keys_to_come(new, shelf_of(state, clock=clock))
    different = differences_of(state, new)
    if different:
        raise ManifestDiffers(_why(new, different))
    if here is None or here.raw != new.raw:
        write_over(folder.manifest, new.raw)
    return new


def manifest_of(state: PublicState) -> Manifest | None:
    """The manifest that is here; None where there is none, or one that `offramp server check` tells about."""
    try:
        return read_here(state)
    except (OfframpError, OSError):
        return None


def read_here(state: PublicState) -> Manifest | None:
    """The same.  Raises a ManifestError, UnsupportedVersion, PartMalformed, for a file that is no manifest of ours."""
    file = state.folder.manifest
    return _read(state, read_up_to(file, MAX_MANIFEST)) if file.exists() else None


def differences_of(state: PublicState, manifest: Manifest) -> list[str]:
    """What this server would serve otherwise than the manifest lists it.  Raises BundleMissing."""
    files = render_files(state.campaign, state.root, manifest.sequence, state.intake_address)
    return differences(manifest, files)


def pinned_sequence(manifest: Manifest | None, shelf: KeysetShelf, now: float) -> int:
    """The smallest sequence of a keyset that the pages are to accept.

    Not the current keyset's: where the clock is ahead at the start, the page would refuse the right one later.
    """
    return manifest.sequence if manifest else max(1, shelf.floor(now))


def with_manifest(pages: Mapping[str, Page], manifest: Manifest | None) -> dict[str, Page]:
    """The pages, and the manifest among them, if there is one."""
    if manifest is None:
        return dict(pages)
    return {**pages, PATH: Page(manifest.raw, gzip.compress(manifest.raw, mtime=0), BINARY)}


def summary(different: list[str]) -> str:
    """The first few of these sentences, and how many there are besides."""
    rest = len(different) - _NAMED
    more = [] if rest <= 0 else ["And one more."] if rest == 1 else [f"And {rest} more."]
    return " ".join([*different[:_NAMED], *more])


def _refuse_keys_to_come(new: Manifest, shelf: KeysetShelf) -> None:
    current = shelf.current()
    if current is not None and current.sequence < new.sequence:
        raise ManifestAhead(
            f"The pages of this manifest take keys from number {new.sequence} on, and the newest here is number "
            f"{current.sequence}. Add the newest calendar first, with `offramp server add-calendar`."
        )


def _why(new: Manifest, different: list[str]) -> str:
    if new.release != release():
        cure = (
            f"It was made with Offramp {new.release}, and this is {release()}: install that version here, or "
            "have it signed with this one."
        )
    else:
        cure = (
            "The version is the same, so campaign.toml or one of its translations is another one here than on "
            "the laptop where it was signed. Bring the same ones here, or have these signed."
        )
    return f"This server would serve other files; nothing was changed. {summary(different)} {cure}"


def _read(state: PublicState, raw: bytes) -> Manifest:
    return read_manifest(raw, root=state.root, campaign=state.campaign.id, onion=state.intake_address)
