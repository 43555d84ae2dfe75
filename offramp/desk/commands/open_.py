"""`offramp open`: read a bundle with an organizer's key, without a desk. Nothing of it is kept."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from offramp.desk.commands.opening import (
    FILE_WIDTH,
    Tally,
    open_up,
    opens_letters,
    screen_width,
)
from offramp.desk.commands.options import PATH
from offramp.desk.errors import NoSuchSubmission
from offramp.desk.output import OutputFile
from offramp.desk.reading import submissions
from offramp.desk.showing import as_json, as_text


@click.command("open")
@click.argument("bundle", type=PATH)
@opens_letters
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
    opened = open_up(bundle, key, campaign, keyset, passphrase_file)
    labels = opened.labels
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(OutputFile(output, is_json=is_json)) if output else None
        done = out.ids if out else set()
        tally = stack.enter_context(Tally(bundle, has_bar=output is not None or not sys.stdout.isatty()))

        def wanted(name: bytes) -> bool:
            # Attachments are gone through again: an earlier run may have written the text alone.
            return tally.matches(name, prefix) and (attachments is not None or name not in done)

        found = submissions(bundle, opened.inbox, tally, wanted=wanted, attachments=attachments)
        for submission, saved in found:
            if submission.id not in done:
                width = FILE_WIDTH if out else screen_width()
                block = as_json(submission, saved) if is_json else as_text(submission, labels, saved, width)
                out.add(submission.id, block) if out else click.echo(block, nl=False)
    if prefix and not tally.matched:
        raise NoSuchSubmission
    tally.end()
