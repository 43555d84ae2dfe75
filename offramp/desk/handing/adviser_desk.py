"""An adviser's desk: made before it knows its campaign, and told of the campaign later."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from offramp.crypto.opening import OpeningKey
from offramp.desk.campaign_folder import CampaignFolder, copy_public
from offramp.desk.desk import ME, Person
from offramp.desk.desk_folder import USUAL_PLACES, change_setting, make_desk_folder, read_settings
from offramp.desk.files import PUBLIC, make_private_folder, refuse_existing, write_new
from offramp.desk.handing.cards import key_of, write_card
from offramp.desk.handing.errors import AnotherCampaign
from offramp.desk.vault.vault import HOUSE, Record, Vault

_COPY = "campaign"
"""Where a desk's own copy of the campaign's folder is."""


def check_new(folder: Path, name: str) -> None:
    """To be asked before a passphrase is typed for nothing. Raises FileInTheWay."""
    refuse_existing(folder / "desk.toml", folder / USUAL_PLACES["vault"], card_path(folder, name))


def card_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.adviser.toml"


def make_adviser_desk(folder: Path, name: str, passphrase: str, settings: Mapping[str, str]) -> Person:
    """A folder with a vault that holds a new key, the card with its public half, and desk.toml; or none of them.

    Raises FileInTheWay, NotEnoughMemory, VaultFull, OSError.
    """
    check_new(folder, name)
    me = Person.adviser(name, OpeningKey.generate())
    vault, card = folder / USUAL_PLACES["vault"], card_path(folder, name)
    is_new = not folder.exists()
    make_private_folder(folder)
    with contextlib.ExitStack() as undo:
        if is_new:
            undo.callback(_remove_folder, folder)
        Vault.create(vault, passphrase, [Record(HOUSE, ME, b"", me.to_bytes())]).close()
        undo.callback(vault.unlink)
        write_new(card, write_card(key_of(me)), mode=PUBLIC)
        undo.callback(card.unlink)
        make_desk_folder(folder, {**settings, "role": me.role})
        undo.pop_all()
    return me


def who_has(vault: Path, passphrase: str) -> Person:
    """Whose vault it is, also where its desk knows of no campaign. Raises what Vault.open does."""
    with contextlib.closing(Vault.open(vault, passphrase)) as opened:
        return Person.from_bytes(opened.get(HOUSE, ME, b"") or b"")


def known_campaign(folder: Path) -> CampaignFolder | None:
    """The campaign's folder that a desk uses; None where it was told of none. Raises NotADeskFolder."""
    said = read_settings(folder).get("campaign")
    return CampaignFolder(Path(said)) if said and Path(said).is_dir() else None


def check_same(mine: CampaignFolder, other: CampaignFolder) -> None:
    """Raises AnotherCampaign, and what reading the folders does."""
    if mine.campaign().id != other.campaign().id:
        raise AnotherCampaign


def join(folder: Path, copy: CampaignFolder) -> CampaignFolder:
    """Copy a campaign's folder into a desk's, over the older copy that is there; whoever is interrupted repeats it.

    That the campaign is the right one was found out before. Raises what reading the folders does, OSError.
    """
    target = known_campaign(folder)
    if target is None or not target.path.resolve().is_relative_to(folder.resolve()):
        target = CampaignFolder(folder / _COPY)  # what lies elsewhere is somebody else's too
    if target.path.resolve() != copy.path.resolve():
        if target.root_public.is_file() and target.root() != copy.root():
            _drop_signed(target, keep=copy)
        copy_public(copy, target.path)
    change_setting(folder, "campaign", str(target.path))
    return target


def _drop_signed(target: CampaignFolder, *, keep: CampaignFolder) -> None:
    """What the root key before this one signed counts only as far as the newer copy has it."""
    for part in (target.keysets, target.team, target.card_seeds, target.former):
        for path in part.glob("*"):
            if not (keep.path / path.relative_to(target.path)).exists():
                path.unlink()


def _remove_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # something else is in it by now
        folder.rmdir()
