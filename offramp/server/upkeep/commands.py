"""`offramp server limits`, `backup`, `restore`, `stay`, `migrate`, `rescue`, `move-store`: floods and accidents."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from offramp.limit_options import Asked, in_words, limit_options
from offramp.server.commands import FILE, FOLDER, SOCKETS, plainly, server

if TYPE_CHECKING:
    from offramp.server.backup.restoring import Restored
    from offramp.server.layout import ServerFolder

__all__ = ["server"]

PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    metavar="FILE",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Read the passphrase from the first line of FILE, or of stdin for '-'.",
)


_REST: Final = "the keys, the calendar, the couriers"
_OFF: Final = (
    "This server is off, and stays off. Take the file to the other machine: `offramp server restore`. "
    "Keep this folder until that one runs, and destroy it then."
)
_OTHERS: Final = (
    "Other intakes on the same database go on: end them too, or what they take in is not in the backup."
)
_DESTROY: Final = (
    "Take it to another machine, and destroy the ones before: they keep letters that the server destroys."
)


@server.command()
@FOLDER
@limit_options
@plainly
def limits(folder: Path, asked: Asked) -> None:
    """Show how much this server takes; let it take more letters, fewer or none."""
    from offramp.server.capacity.limits import read_limits, write_limits
    from offramp.server.layout import load_public

    path = load_public(_folder(folder)).folder.limits
    now = read_limits(path)
    if change := asked.change(now.as_json()):
        now = now.changed(change)
        write_limits(path, now)
        click.echo("changed; a running server knows in a second")
    click.echo("Nothing is taken: it is paused." if now.paused else "It is not paused.")
    for line in in_words(now.as_json()):
        click.echo(line)


@server.command()
@FOLDER
@FILE
@click.option("--last", is_flag=True, help="End this server first, for good: it moves to another machine.")
@click.option("--yes", is_flag=True, help="Do not ask whether to end it.")
@click.option("--without-letters", is_flag=True, help="Only keys, calendar, couriers and limits.")
@PASSPHRASE_FILE
@SOCKETS
@plainly
def backup(
    folder: Path,
    file: Path,
    last: bool,
    yes: bool,
    without_letters: bool,
    passphrase_file: Path | None,
    sockets: Path | None,
) -> None:
    """Write a copy of all that is in DIR to FILE, under a passphrase, while the server goes on.

    Everything that a worker or a courier was told is there is in it. FILE may be '-' for stdout.
    """
    # The desk's way of asking for passphrases, since there is no reason to have two.
    from offramp.desk.passphrases import new_passphrase
    from offramp.server.backup.taking import note_backup, take_backup, write_backup

    server_folder = _folder(folder, sockets)
    is_pipe = str(file) == "-"
    if last and (is_pipe or without_letters):
        raise click.UsageError(
            "--last needs all of it, in a file: what becomes of a pipe, nobody here can know"
        )
    if last and not yes:
        click.confirm("This server takes nothing from now on, and stays off. Go on?", abort=True, err=True)
    passphrase = new_passphrase("The backup", passphrase_file)
    if is_pipe:
        write = functools.partial(write_backup, server_folder, sys.stdout.buffer)
        taken = write(passphrase, letters=not without_letters)
        note_backup(server_folder)
    else:
        taken = take_backup(server_folder, file, passphrase, last=last, letters=not without_letters)
    click.echo(f"{_letters(taken.letters)}, and {_REST}: {taken.bytes} bytes in {file}", err=True)
    click.echo(_OFF if last else _DESTROY, err=True)
    if last and server_folder.store_url != server_folder.store_file_url:
        click.echo(_OTHERS, err=True)


@server.command()
@FILE
@FOLDER
@click.option(
    "--old-is-gone", is_flag=True, help="The server of the backup does not run, and never will again."
)
@PASSPHRASE_FILE
@SOCKETS
@plainly
def restore(
    file: Path, folder: Path, old_is_gone: bool, passphrase_file: Path | None, sockets: Path | None
) -> None:
    """Make DIR of the backup in FILE, or bring into it what it does not have of the same server.

    What is newer in DIR stays as it is. The same again changes nothing.
    """
    from offramp.desk.passphrases import known_passphrase
    from offramp.server.backup.restoring import restore as put_back

    passphrase = known_passphrase("the backup", passphrase_file)
    _tell(put_back(file, _folder(folder, sockets), passphrase, old_is_gone=old_is_gone), folder)


@server.command()
@FOLDER
@plainly
def stay(folder: Path) -> None:
    """Let a server start again that 'backup --last' ended: the move was called off."""
    from offramp.server.upkeep.moved import stay as let_start

    if let_start(_folder(folder)):
        click.echo(
            "This server may start again. Destroy the backup that ended it: it is not the last one any more."
        )
    else:
        click.echo("This server was not ended; nothing was changed.")


@server.command()
@FOLDER
@click.option(
    "--to", metavar="N", type=click.IntRange(1), help="The version to go to; without it, this program's."
)
@SOCKETS
@plainly
def migrate(folder: Path, to: int | None, sockets: Path | None) -> None:
    """Bring the store in DIR to another version of its tables, while the server is stopped.

    A new version of Offramp does it by itself. Before an older one is started again, say --to the version that it
    knows: `offramp server migrate DIR --to N`.
    """
    from offramp.server.upkeep.migrating import migrate_store

    before, after = migrate_store(_folder(folder, sockets), to)
    if before == after:
        click.echo(f"The store has version {after} already; nothing was changed.")
    else:
        click.echo(f"The store had version {before}, and has version {after} now. Nothing in it was lost.")


@server.command()
@FOLDER
@SOCKETS
@plainly
def rescue(folder: Path, sockets: Path | None) -> None:
    """Save what can be read of damaged databases in DIR into new ones, while the server is stopped.

    A damaged file stays beside the new one under another name. It needs as much room again as it takes.
    """
    from offramp.server.upkeep.rescue import rescue_answers, rescue_store

    server_folder = _folder(folder, sockets)
    if letters := rescue_store(server_folder):
        click.echo(f"letters saved: {letters.saved}; they are in the store, which may be served again")
        click.echo(f"letters lost:  {letters.lost} of the store's list")
        if letters.unproven:
            click.echo(
                f"{letters.unproven} of those saved are in no list; a desk says so where it cannot open one"
            )
        _tell_aside(letters.aside)
    if answers := rescue_answers(server_folder):
        click.echo(f"places of the board saved: {answers.saved}, lost: {answers.lost}")
        click.echo(
            "Start the server, and have a courier push: what is lost of the answers comes back with that."
        )
        _tell_aside(answers.aside)
    if not letters and not answers:
        click.echo("Nothing is damaged; nothing was changed.")


@server.command("move-store")
@FOLDER
@click.argument("url")
@SOCKETS
@plainly
def move_store(folder: Path, url: str, sockets: Path | None) -> None:
    """Keep the letters at URL from now on, and bring there what waits in DIR, while the server is stopped.

    URL is postgresql://… for a database, as docs/growing.md tells, or "file" for the file in DIR.
    """
    from offramp.server.upkeep.store_moving import move_store as move

    server_folder = _folder(folder, sockets)
    moved = move(server_folder, server_folder.store_file_url if url == "file" else url)
    click.echo(f"The letters are there from now on; {_letters(moved)} went there. Start the server again.")


def _folder(path: Path, sockets: Path | None = None) -> ServerFolder:
    from offramp.server.layout import ServerFolder
    from offramp.server.upkeep.units import sockets_of

    return ServerFolder.at(path, sockets_of(path, sockets))


def _tell_aside(path: Path) -> None:
    click.echo(f"The damaged file is {path}. Destroy it once there is nothing more to be had from it.")


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"


def _tell(restored: Restored, folder: Path) -> None:
    new = f"made {folder} again" if restored.is_new else f"brought into {folder} what was not there"
    click.echo(
        f"{new}, from the backup of {restored.about.day}: {_letters(restored.letters)} that were not there"
    )
    click.echo(f"the workers' address:  {restored.about.onion}")
    for sentence in restored.merged.left_out:
        click.echo(f"Left out: {sentence}")
    for courier in restored.couriers:
        click.echo(f"The courier {courier.name} may fetch again: {courier.words}")
    if restored.couriers:
        click.echo("Remove whoever left since the backup: `offramp server remove-courier`.")
    click.echo(f"See that all is well before you start it: offramp doctor {folder}")
