"""`offramp keyset`: signed statements of who can open submissions, and until when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from offramp.crypto.errors import KeysetError
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.desk.campaign_folder import KEYSET_LIMIT, CampaignFolder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.files import read_whole
from offramp.desk.keys import load_root
from offramp.desk.keyset_signing import Term, next_keyset
from offramp.desk.people import OrganizerCard


@click.group()
def keyset() -> None:
    """Keysets: signed statements of who can open submissions, and until when."""


@keyset.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.option(
    "--onion", metavar="ADDRESS", help="The intake's onion address. As in the keyset before, if not given."
)
@click.option(
    "--from",
    "start",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The first day (UTC), as 2026-12-31. Today, if not given.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=14,
    show_default=True,
    help="For how many days it is valid.",
)
@passphrase_file
def sign(
    directory: Path, onion: str | None, start: datetime | None, days: int, passphrase_file: Path | None
) -> None:
    """Sign a keyset for all organizers that are enrolled in the campaign's folder DIR.

    It gets the next number, and replaces the one before as soon as the server has it and its first day has
    come. The page takes no submissions without a valid keyset: sign the next one in good time.
    """
    campaign_folder = CampaignFolder(directory)
    term = Term.days_from(start or datetime.now(UTC), days)
    plan = next_keyset(campaign_folder, onion, term)  # says what is wrong before it asks for the passphrase
    root = load_root(campaign_folder.root_key, passphrase_file)
    signed, team = plan.sign(root), plan.sign_team_list(root)
    beside = campaign_folder.add_team_list(team)
    path = campaign_folder.add_keyset(signed)
    _show(signed, campaign_folder.cards())
    click.echo(f"\nSigned. Bring it to the server: {path}")
    click.echo(f"The organizers need it too, and who they are: {beside}")
    click.echo("'offramp campaign copy' makes a folder for them that has both. The server gets no names.")


@keyset.command()
@click.argument("file", type=PATH)
@click.option(
    "--campaign",
    "directory",
    type=PATH,
    metavar="DIR",
    help="The campaign's folder. The one that FILE lies in, if not given.",
)
def show(file: Path, directory: Path | None) -> None:
    """Check the keyset FILE, and say in words what is in it."""
    raw = read_whole(file, limit=KEYSET_LIMIT)
    campaign_folder = CampaignFolder(directory or file.resolve().parent.parent)
    try:
        found = read_keyset(raw, root=campaign_folder.root(), campaign=campaign_folder.campaign().id)
    except KeysetError as error:
        raise type(error)(f"{file}: {error}") from None
    _show(found, campaign_folder.cards())


def _show(found: Keyset, cards: list[OrganizerCard]) -> None:
    names = [card.name for card in cards if card.recipient in found.recipients]
    others = found.slot_count - len(names)
    lines = {
        "Campaign": found.campaign,
        "Onion address": found.onion,
        "Number": str(found.sequence),
        "Valid": f"{_day(found.valid_from)} to {_day(found.valid_until)}, {_state(found)}",
        "Signed by": "the campaign's root key",
        "Organizers": ", ".join(names) or "the holder of the root key knows them",
        "Other slots" if names else "Slots": f"{others}, which nobody can tell apart",
        "Id": found.id.hex(),
        "Before it": found.previous.hex() if found.sequence > 1 else "nothing, it is the first",
    }
    for label, words in lines.items():
        click.echo(f"{label + ':':<15}{words}")


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _state(found: Keyset) -> str:
    now = int(datetime.now(UTC).timestamp())
    if now < found.valid_from:
        return "not valid yet"
    if now >= found.valid_until:
        return "expired"
    left = (found.valid_until - now) // 3600
    return f"valid now, for {left // 24} days and {left % 24} hours"
