"""The small files of a server's folder: all of them as they were at one moment, and putting them where some are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from offramp.campaign import translation_beside, translations_of
from offramp.crypto.errors import OfframpError
from offramp.crypto.manifest import read_manifest
from offramp.disk import make_folder
from offramp.server.errors import BackupDamaged, ChangedMeanwhile
from offramp.server.files import write_new, write_over
from offramp.server.layout import ServerFolder, load
from offramp.server.signed.cards import SUFFIX as CARD
from offramp.server.signed.floor import Floor
from offramp.server.signed.keysets import SUFFIX as KEYSET
from offramp.server.signed.shelves import cards_of, shelf_of
from offramp.tor.key_file import save_onion_key
from offramp.tor.onion import OnionKey

_LOOKS: Final = 10
_LAST: Final = ("campaign.toml", "root.pub")
"""Written last: without them no server starts, and a restoration that was interrupted goes on as it began."""


def read_small_files(folder: ServerFolder) -> dict[str, bytes]:
    """Name and bytes of each, as they were together at one moment.  Raises ChangedMeanwhile, OSError."""
    before = _read(folder)
    for _ in range(_LOOKS):
        now = _read(folder)
        if now == before:
            return now
        before = now
    raise ChangedMeanwhile


def path_of(folder: ServerFolder, name: str) -> Path:
    """Where the file of this name lies in a folder."""
    kind, _, rest = name.partition("/")
    if rest:
        places = {
            "keysets": folder.keysets,
            "cards": folder.cards,
            "couriers": folder.couriers,
            "onion": folder.onion,
        }
        return places[kind] / rest
    fixed = {
        "root.pub": folder.root,
        "floor": folder.floor,
        "manifest": folder.manifest,
        "limits.toml": folder.limits,
    }
    return fixed.get(name, folder.path / name)


def _read(folder: ServerFolder) -> dict[str, bytes]:
    found = {}
    for name, path in _all(folder):
        with suppress(FileNotFoundError):  # there need not be one, or it went while we looked
            found[name] = path.read_bytes()
    return found


def _all(folder: ServerFolder) -> Iterator[tuple[str, Path]]:
    codes = translations_of(folder.campaign)
    names = [*_LAST, *(translation_beside(folder.campaign, code).name for code in codes)]
    # The floor first: keysets that come in meanwhile may be above it, but none that it demands is missing.
    for name in ("floor", *names, "manifest", "limits.toml"):
        yield name, path_of(folder, name)
    for kind, suffix in (("keysets", KEYSET), ("cards", CARD), ("couriers", ".toml")):
        for path in sorted((folder.path / kind).glob(f"*{suffix}")):
            yield f"{kind}/{path.name}", path
    for side in ("intake", "couriers"):
        for suffix in ("key", "address"):
            yield f"onion/{side}.{suffix}", path_of(folder, f"onion/{side}.{suffix}")


def write_all(folder: ServerFolder, files: Mapping[str, bytes]) -> None:
    """Put all of them into a folder that has none, or only some of these.  Raises OSError."""
    for name in sorted(files, key=lambda name: (name in _LAST, name)):
        path = path_of(folder, name)
        make_folder(path.parent)
        if name.startswith("onion/") and name.endswith(".key"):
            _write_key(path, files[name])
        elif not path.exists():
            write_new(path, files[name])


def _write_key(path: Path, line: bytes) -> None:
    """For its owner alone, whatever its folder is to a group.  Raises BackupDamaged."""
    if not path.exists():
        try:
            save_onion_key(path, OnionKey(bytes.fromhex(line.split()[-1].decode())))
        except (ValueError, IndexError):
            raise BackupDamaged from None


@dataclass
class Merged:
    """What of the small files was put into a folder that had its own, and what was not, in words."""

    keysets: int = 0
    cards: int = 0
    left_out: list[str] = field(default_factory=list)


def merge(folder: ServerFolder, files: Mapping[str, bytes]) -> Merged:
    """Bring in what is newer or missing.  What the folder has of the same kind stays.  Raises OSError, OfframpError.

    Couriers do not come back: one that is not here may have been removed, because a laptop was lost.
    """
    merged = Merged()
    merged.left_out += _couriers_not_here(folder, files)
    if files.get("root.pub") != folder.root.read_bytes():
        merged.left_out.append("Its calendars and cards: it was made under another root key than is here.")
        return merged
    if "floor" in files:  # before the keysets: those below it must not count for a moment
        Floor(folder.floor).rise_to(int(files["floor"]))
    for name in sorted(files):
        if name.startswith("keysets/") and not path_of(folder, name).exists():
            write_new(path_of(folder, name), files[name])
            merged.keysets += 1
    state = load(folder)
    cards = cards_of(state, shelf_of(state).all)
    for name in files:
        if name.startswith("cards/") and files[name] != _bytes_at(path_of(folder, name)):
            with suppress(OfframpError):  # of a card key that no keyset has any more
                merged.cards += cards.keep(files[name])
    _merge_manifest(folder, files.get("manifest"))
    return merged


def _couriers_not_here(folder: ServerFolder, files: Mapping[str, bytes]) -> Iterator[str]:
    for name in sorted(files):
        if name.startswith("couriers/") and not path_of(folder, name).exists():
            courier = Path(name).stem
            yield (
                f"The courier {courier}, who is not enrolled here: if that is not on purpose, "
                "`offramp server enroll-courier`."
            )


def _merge_manifest(folder: ServerFolder, raw: bytes | None) -> None:
    if raw is None:
        return
    state = load(folder)
    read = partial(read_manifest, root=state.root, campaign=state.campaign.id, onion=state.intake_address)
    here = _bytes_at(folder.manifest)
    if here is None or read(here).number < read(raw).number:
        write_over(folder.manifest, raw)


def _bytes_at(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
