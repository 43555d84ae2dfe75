"""Making a server's folder, and putting couriers into it."""

from __future__ import annotations

from pathlib import Path

from offramp.campaign import load_campaign, translation_beside, translations_of
from offramp.disk import is_shared, sync_folder
from offramp.disk import make_folder as make_part
from offramp.server.couriers import Courier, read_courier
from offramp.server.errors import CourierConflict, FolderExists, NoSuchCourier
from offramp.server.files import write_new
from offramp.server.layout import ServerFolder, ServerState, load, load_couriers, read_root
from offramp.server.upkeep.ownership import settle
from offramp.tor.key_file import save_onion_key
from offramp.tor.onion import OnionKey


def make_folder(path: Path, *, campaign: Path, root: Path) -> ServerState:
    """Make a server's folder with two new onion addresses.

    *campaign* and *root* are files that are checked and copied, the campaign with its translations beside it.
    Raises FolderExists, PartMissing, PartMalformed, CampaignError before anything is made.
    """
    folder = ServerFolder.at(path)
    load_campaign(campaign)
    root_key = read_root(root)
    if folder.path.exists() and any(folder.path.iterdir()):
        raise FolderExists(f"There is something in {folder.path} already; nothing was changed.")
    if not folder.path.exists():
        folder.path.mkdir(mode=0o700, parents=True)
    if not is_shared(folder.path):
        folder.path.chmod(0o700)
    parts = (folder.keysets, folder.cards, folder.couriers, folder.onion, folder.state, folder.store.parent)
    for part in (*parts, folder.builder, folder.board):
        make_part(part)
    for code, translation in translations_of(campaign).items():
        write_new(translation_beside(folder.campaign, code), translation.read_bytes())
    write_new(folder.campaign, campaign.read_bytes())
    write_new(folder.root, f"{root_key.hex()}\n".encode("ascii"))
    _make_address(folder.intake_key, folder.intake_address)
    _make_address(folder.couriers_key, folder.couriers_address)
    settle(folder)
    return load(folder)


def enroll_courier(folder: ServerFolder, file: Path) -> Courier:
    """Put a courier's public file into the folder; the same one again changes nothing.

    Raises PartMissing, PartMalformed, CourierConflict.
    """
    courier = read_courier(file)
    for other in load_couriers(folder):
        if other == courier:
            return courier
        if other.name == courier.name:
            raise CourierConflict(f"Another courier is enrolled as {courier.name}.")
        if other.ed25519 == courier.ed25519 or other.client_auth == courier.client_auth:
            raise CourierConflict(f"This key is enrolled already, as {other.name}.")
    write_new(folder.couriers / f"{courier.name}.toml", courier.as_toml())
    return courier


def remove_courier(folder: ServerFolder, name: str) -> None:
    """Take a courier's public file out of the folder. Raises NoSuchCourier, PartMalformed."""
    couriers = load_couriers(folder)
    if name not in {one.name for one in couriers}:
        here = ", ".join(one.name for one in couriers) or "nobody"
        raise NoSuchCourier(f"No courier {name} is enrolled on this server. Enrolled: {here}.")
    (folder.couriers / f"{name}.toml").unlink()
    sync_folder(folder.couriers)


def _make_address(key: Path, address: Path) -> None:
    """A new onion key, which only the publisher reads, and its address, which the others need."""
    made = OnionKey.generate()
    save_onion_key(key, made)
    write_new(address, f"{made.address}\n".encode("ascii"))
