"""`offramp keyset`: the signed statement of who can open what is sent in one week."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from offramp.crypto.errors import KeysetError
from offramp.crypto.keyset import Keyset
from offramp.crypto.words import campaign_code, campaign_words
from offramp.desk import days
from offramp.desk.campaign_folder import KEYSET_LIMIT, CampaignFolder
from offramp.desk.commands.calendar import campaign_of_file, who_opens
from offramp.desk.commands.options import PATH
from offramp.desk.files import read_whole


@click.group()
def keyset() -> None:
    """Keysets: signed statements of who can open what is sent in one week."""


@keyset.command()
@click.argument("file", type=PATH)
@campaign_of_file
def show(file: Path, directory: Path | None) -> None:
    """Check the keyset FILE, and say in words what is in it."""
    raw = read_whole(file, limit=KEYSET_LIMIT)
    folder = CampaignFolder(directory or file.resolve().parent.parent)
    try:
        found = folder.trust().keyset(raw)
    except KeysetError as error:
        raise type(error)(f"{file}: {error}") from None
    lines = {
        "Campaign": found.campaign,
        "Onion address": found.onion,
        "Number": str(found.sequence),
        "Valid": f"{_day(found.valid_from)} to {_day(found.valid_until)}, {_state(found)}",
        "Organizers": who_opens(folder, found) or "the list of the same number in team/ says it",
        "Room for": f"{found.slot_count} organizers; nobody can see how many there are",
        "Ten words": campaign_words(found.onion, folder.root()),
        "Code": campaign_code(found.onion, folder.root()),
        "Id": found.id.hex(),
        "Before it": found.previous.hex() if found.sequence > 1 else "nothing, it is the first",
    }
    for label, words in lines.items():
        click.echo(f"{label + ':':<15}{words}")


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _state(found: Keyset) -> str:
    now = days.now()
    if now < found.valid_from:
        return "not valid yet"
    return "over" if now >= found.valid_until else "valid now"
