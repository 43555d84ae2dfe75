"""What the commands share that open something: their options, keys and keysets, and a count of failures."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from offramp.campaign import Campaign
from offramp.crypto.bundle import HEADER
from offramp.crypto.errors import BundleTruncated, OfframpError
from offramp.crypto.keyset import Keyset, Recipient
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH, desk_option, passphrase_file
from offramp.desk.errors import MissingFile
from offramp.desk.inbox import Inbox, load_keysets
from offramp.desk.keys import load_organizer
from offramp.desk.progress import Progress
from offramp.desk.showing import Labels

SOME_FAILED: Final = 3
"""The exit status where some submissions could not be opened, and the others were."""
FILE_WIDTH: Final = 100

_OPTIONS: Final = (
    click.option("--key", type=PATH, required=True, metavar="FILE", help="The organizer's key, NAME.key."),
    click.option(
        "--campaign",
        type=PATH,
        required=True,
        metavar="DIR",
        help="The campaign's folder, or the copy of it that 'offramp campaign copy' makes.",
    ),
    click.option(
        "--keyset",
        type=PATH,
        metavar="FILE|DIR",
        help="The keysets, if not those in the campaign's folder.",
    ),
    desk_option,
    passphrase_file,
)


def opens_letters(command: Any) -> Any:
    """What a command needs in order to open anything."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Opened:
    """An organizer at work: what their key opens, and what the campaign says."""

    inbox: Inbox
    campaign: Campaign
    keysets: list[Keyset]
    public: Recipient

    @property
    def labels(self) -> Labels:
        return Labels.of(self.campaign)


def open_up(
    bundle: Path, key: Path, campaign: Path, keyset: Path | None, passphrase_file: Path | None
) -> Opened:
    """Asks for the passphrase after everything else was found to be in its place."""
    if not bundle.is_file():  # said before a passphrase is typed for nothing
        raise MissingFile(f"{bundle} is not there.")
    folder = CampaignFolder(campaign)
    words = folder.campaign()
    keysets = load_keysets(keyset or folder.keysets, root=folder.root(), campaign=words.id)
    organizer = load_organizer(key, passphrase_file)
    return Opened(Inbox(keysets, organizer), words, keysets, organizer.public)


def screen_width() -> int:
    return min(shutil.get_terminal_size().columns, FILE_WIDTH)


class Tally(Progress):
    """Shows how far it is, names what failed, and ends with the exit status that says so."""

    def __init__(self, bundle: Path, *, has_bar: bool) -> None:
        super().__init__(f"Opening {bundle.name}", bundle.stat().st_size - len(HEADER), wanted=has_bar)
        self.matched = 0
        self._failures = 0
        self._truncated = False

    def matches(self, name: bytes, prefix: str) -> bool:
        matches = name.hex().startswith(prefix.lower())
        self.matched += matches
        return matches

    def passed(self, size: int) -> None:
        self.advance(size)

    def failed(self, name: bytes, reason: OfframpError) -> None:
        self._failures += 1
        click.echo(f"{name.hex()}: {reason}", err=True)

    def truncated(self) -> None:
        self._truncated = True
        click.echo(f"{BundleTruncated()} Fetch again to complete it.", err=True)

    def end(self) -> None:
        if self._failures:
            several = "1 submission" if self._failures == 1 else f"{self._failures} submissions"
            click.echo(f"{several} could not be opened or saved.", err=True)
        if self._failures or self._truncated:
            click.get_current_context().exit(SOME_FAILED)
