"""`offramp open` and `offramp inbox`: read a bundle with no network."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from offramp.crypto.bundle import HEADER
from offramp.crypto.errors import BundleTruncated, OfframpError
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH, desk_option, passphrase_file
from offramp.desk.errors import MissingFile, NoSuchSubmission
from offramp.desk.inbox import Inbox, load_keysets
from offramp.desk.keys import load_organizer
from offramp.desk.output import OutputFile
from offramp.desk.progress import Progress
from offramp.desk.reading import submissions
from offramp.desk.showing import Labels, as_json, as_summary, as_text

SOME_FAILED = 3
"""The exit status where some submissions could not be opened, and the others were."""
_FILE_WIDTH = 100


def _shared(command: Any) -> Any:
    """What both commands need in order to open anything."""
    options = (
        click.argument("bundle", type=PATH),
        click.option(
            "--key", type=PATH, required=True, metavar="FILE", help="The organizer's key, NAME.key."
        ),
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
    for option in reversed(options):
        command = option(command)
    return command


@click.command("open")
@_shared
@click.option("--id", "prefix", default="", metavar="PREFIX", help="Only submissions whose id begins so.")
@click.option(
    "--json",
    "is_json",
    is_flag=True,
    help="JSON, one object a line, with the text exactly as it was written.",
)
@click.option("--output", type=PATH, metavar="FILE", help="Write to FILE. A second run adds what is new.")
@click.option(
    "--attachments", type=PATH, metavar="DIR", help="Save attachments in DIR, under harmless names."
)
def open_(
    bundle: Path,
    key: Path,
    campaign: Path,
    keyset: Path | None,
    passphrase_file: Path | None,
    prefix: str,
    is_json: bool,
    output: Path | None,
    attachments: Path | None,
) -> None:
    """Open the submissions in BUNDLE and print them. Needs no network: pull the plug first.

    What people wrote stands behind '|'. Characters that act or hide are shown as ⟨U+202E⟩, and a file's own
    name is shown and never used: attachments are saved as the submission's id and a number. Open them on a
    machine that is offline, for a file can call home.

    A submission that cannot be opened is named with the reason, and the others go on; the exit status is 3
    then.
    """
    opened, labels = _prepare(bundle, key, campaign, keyset, passphrase_file)
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(OutputFile(output, is_json=is_json)) if output else None
        done = out.ids if out else set()
        tally = stack.enter_context(_Tally(bundle, has_bar=output is not None or not sys.stdout.isatty()))

        def wanted(name: bytes) -> bool:
            # Attachments are gone through again: an earlier run may have written the text alone.
            return tally.matches(name, prefix) and (attachments is not None or name not in done)

        for submission, saved in submissions(bundle, opened, tally, wanted=wanted, attachments=attachments):
            if submission.id not in done:
                width = _FILE_WIDTH if out else _screen_width()
                block = as_json(submission, saved) if is_json else as_text(submission, labels, saved, width)
                out.add(submission.id, block) if out else click.echo(block, nl=False)
    if prefix and not tally.matched:
        raise NoSuchSubmission
    tally.end()


@click.command()
@_shared
def inbox(bundle: Path, key: Path, campaign: Path, keyset: Path | None, passphrase_file: Path | None) -> None:
    """Show what is in BUNDLE, one line a submission. Needs no network.

    First the beginning of the id, which 'offramp open --id' takes; then what it is about, '+2' for two
    attachments, and the first words.
    """
    opened, labels = _prepare(bundle, key, campaign, keyset, passphrase_file)
    with _Tally(bundle, has_bar=not sys.stdout.isatty()) as tally:
        for submission, _ in submissions(bundle, opened, tally, wanted=lambda _: True, attachments=None):
            click.echo(as_summary(submission, labels, _screen_width()))
    tally.end()


def _prepare(
    bundle: Path, key: Path, campaign: Path, keyset: Path | None, passphrase_file: Path | None
) -> tuple[Inbox, Labels]:
    if not bundle.is_file():  # said before a passphrase is typed for nothing
        raise MissingFile(f"{bundle} is not there.")
    folder = CampaignFolder(campaign)
    words = folder.campaign()
    keysets = load_keysets(keyset or folder.keysets, root=folder.root(), campaign=words.id)
    return Inbox(keysets, load_organizer(key, passphrase_file)), Labels.of(words)


def _screen_width() -> int:
    return min(shutil.get_terminal_size().columns, _FILE_WIDTH)


class _Tally(Progress):
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
