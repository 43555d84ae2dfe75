"""`offramp desk`: the desk in a browser, and what keeps its folder and vault."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.commands.at_desk import desk_folder
from offramp.desk.commands.desk_new import new
from offramp.desk.commands.desk_vault import backup, check, new_root, passphrase, restore_
from offramp.desk.commands.options import passphrase_file


@click.group(invoke_without_command=True)
@desk_folder
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Listen there. Default: any free port."
)
@click.option(
    "--lock-after",
    type=click.FloatRange(0.01, 1440),
    default=15.0,
    show_default="15",
    metavar="MINUTES",
    help="Lock when nobody has used the pages for so long.",
)
@passphrase_file
@click.pass_context
def desk(
    context: click.Context, folder: Path, port: int, lock_after: float, passphrase_file: Path | None
) -> None:
    """Open the desk in a browser on this laptop. It uses no network.

    The desk's vault holds what was opened. It locks itself when nobody uses the pages, and when this ends.
    """
    if context.invoked_subcommand is None:
        # Only the pages need a web server, and each command should start at once.
        from offramp.desk.commands.desk_serve import serve

        serve(folder, port=port, lock_after=lock_after, passphrase_file=passphrase_file)


for command in (new, check, backup, restore_, passphrase, new_root):
    desk.add_command(command)
