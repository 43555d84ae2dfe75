"""`offramp open`: read a bundle at a desk before anything of it is taken in. Nothing of it is kept."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import FILE_WIDTH, Tally, screen_width
from offramp.desk.commands.options import PATH
from offramp.desk.desk import Desk
from offramp.desk.errors import MissingFile, NoSuchSubmission
from offramp.desk.output import OutputFile
from offramp.desk.reading import submissions
from offramp.desk.showing import Labels, as_json, as_text


@click.command("open")
@click.argument("bundle", type=PATH, required=False)
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
@at_desk()
def open_(
    desk: Desk,
    place: Place,
    bundle: Path | None,
    prefix: str,
    is_json: bool,
    output: Path | None,
    attachments: Path | None,
) -> None:
    """Open the submissions in BUNDLE and print them; the vault takes none of them in. Needs no network.

    Without BUNDLE, it takes the desk's own, inbox.bundle. What people wrote stands behind '|'. Characters that
    act or hide are shown as ⟨U+202E⟩, and a file's own name is shown and never used: attachments are saved as
    the submission's id and a number. Open them on a machine that is offline, for a file can call home.

    A submission that cannot be opened is named with the reason, and the others go on; the exit status is 3
    then.
    """
    path = bundle or place.bundle
    if not path.is_file():
        raise MissingFile(f"{path} is not there. Fetch first, or carry the bundle here.")
    labels = Labels.of(desk.campaign)
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(OutputFile(output, is_json=is_json)) if output else None
        done = out.ids if out else set()
        tally = stack.enter_context(Tally(path, has_bar=output is not None or not sys.stdout.isatty()))

        def wanted(name: bytes) -> bool:
            # Attachments are gone through again: an earlier run may have written the text alone.
            return tally.matches(name, prefix) and (attachments is not None or name not in done)

        found = submissions(path, desk.inbox, tally, wanted=wanted, attachments=attachments)
        for submission, saved in found:
            if submission.id not in done:
                width = FILE_WIDTH if out else screen_width()
                block = as_json(submission, saved) if is_json else as_text(submission, labels, saved, width)
                out.add(submission.id, block) if out else click.echo(block, nl=False)
    if prefix and not tally.matched:
        raise NoSuchSubmission
    tally.end()
