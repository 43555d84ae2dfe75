"""How a campaign's folder keeps the root key: as shares in files of their own, or whole, in root.key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from offramp.crypto.secret_file import SecretKind, read_secret, write_secret
from offramp.desk import keys
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.files import read_whole
from offramp.desk.keys import RootKey
from offramp.desk.passphrases import new_passphrase
from offramp.desk.root.shares import RootShare, Split, split_root
from offramp.desk.root.switching import switch

_LIMIT: Final = 1024
_ROOT_KEY: Final = "root.key"


def choose_passphrases(split: Split | None, source: Path | None) -> list[str]:
    """One for each share, or for the whole key where there is no `split`. Raises PassphraseTooShort.

    Their holders are asked one after the other; each line of standard input, or the one of a file, is for scripts.
    """
    if split is None:
        return [new_passphrase("The campaign's root key", source)]
    what = "Share {} of {}, which its holder carries away,"
    return [new_passphrase(what.format(number + 1, split.made), source) for number in range(split.made)]


def keep_root(
    folder: CampaignFolder,
    root: RootKey,
    split: Split | None,
    passphrases: Sequence[str],
    also: Mapping[str, bytes] | None = None,
    gone: Sequence[str] = (),
) -> None:
    """Keep the root key as shares, or whole; however it was kept in this folder before is gone afterwards.

    `also` are files that change with it, and `gone` are files that go (see `switch`). Whoever is
    interrupted has the one or the other.
    """
    files = _whole(root, *passphrases) if split is None else _split(root, split, passphrases)
    before = [f"shares/{path.name}" for path in (*shares_here(folder), folder.shares_needed)]
    switch(folder, {**files, **(also or {})}, gone=[*before, _ROOT_KEY, *gone])


def shares_here(folder: CampaignFolder) -> list[Path]:
    """The files of shares that lie in the campaign's folder, in the order of their numbers."""
    found = [path for path in folder.shares.glob("*.share") if path.stem.isdecimal()]
    return sorted(found, key=lambda path: int(path.stem))


def shares_needed(folder: CampaignFolder) -> tuple[int, int] | None:
    """How many shares sign, and how many were made; None where the root key is whole, or nothing says it."""
    if not folder.shares_needed.exists():
        return None
    match read_whole(folder.shares_needed, limit=64).decode("ascii", errors="replace").split():
        case [needed, "of", made] if needed.isdecimal() and made.isdecimal():
            return int(needed), int(made)
    return None


def open_share(path: Path, passphrase: str) -> RootShare:
    """Raises MissingFile, a SecretFileError, NotAShare."""
    return RootShare.from_bytes(read_secret(read_whole(path, limit=_LIMIT), passphrase, SecretKind.SHARE))


def _whole(root: RootKey, passphrase: str) -> dict[str, bytes]:
    return {_ROOT_KEY: write_secret(SecretKind.ROOT, root.seed, passphrase, **keys.test_only_cost)}


def _split(root: RootKey, split: Split, passphrases: Sequence[str]) -> dict[str, bytes]:
    files = {
        f"shares/{share.number}.share": write_secret(
            SecretKind.SHARE, share.to_bytes(), passphrase, **keys.test_only_cost
        )
        for share, passphrase in zip(split_root(root, split), passphrases, strict=True)
    }
    return files | {"shares/needed": f"{split.needed} of {split.made}\n".encode()}
