"""`offramp stick`: carry anything on a USB stick, as a file that says nothing to whoever finds it."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.passphrases import known_passphrase, new_passphrase
from offramp.desk.showing import size_in_words
from offramp.desk.stick.contents import gather
from offramp.desk.stick.putting import check_place
from offramp.desk.stick.putting import put as put_there
from offramp.desk.stick.six_words import ADVICE, six_words
from offramp.desk.stick.taking import check_file
from offramp.desk.stick.taking import take as take_from
from offramp.desk.visible import visible


@click.group()
def stick() -> None:
    """Carry files between two laptops on a USB stick.

    A bundle, answers, a calendar, keys, a copy of the campaign or a backup: on the stick all of them are one
    file of random bytes with a random name. Its name, its length and its date tell nothing about what is in
    it. It opens with a passphrase that two people agree on.
    """


@stick.command()
@click.argument("sources", type=PATH, nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option("--on", "folder", type=PATH, required=True, metavar="DIR", help="The stick's folder.")
@passphrase_file
def put(sources: tuple[Path, ...], folder: Path, passphrase_file: Path | None) -> None:
    """Put files and folders onto a stick, as one stick file.

    Agree on the passphrase with whoever takes them, over a call. Leave it empty, and this command draws six
    words for you: they are stronger than what most people think up.

    Somebody who finds the stick sees that there is a file that means nothing, and perhaps when the stick was
    last written to. What was deleted from a stick earlier can often be brought back: use one that never
    carried anything else.
    """
    gathered = gather(sources)
    check_place(gathered, folder)
    passphrase = new_passphrase("The stick file", passphrase_file, make=six_words, advice=ADVICE)
    path = put_there(gathered, folder, passphrase)
    for left_out in gathered.left_out:
        click.echo(f"Left out, for its name begins with a dot: {visible(str(left_out))}", err=True)
    files = sum(not entry.is_folder for entry, _ in gathered.entries)
    click.echo(f"{path}: {_files(files)}, in {size_in_words(path.stat().st_size)} of random bytes.")
    click.echo(f"On the other laptop: offramp stick take {path.name} --to FOLDER")


@stick.command()
@click.argument("file", type=PATH)
@click.option("--to", "folder", type=PATH, required=True, metavar="DIR", help="The folder to put it into.")
@click.option("--replace", is_flag=True, help="Replace files of the same name that are not the same.")
@passphrase_file
def take(file: Path, folder: Path, replace: bool, passphrase_file: Path | None) -> None:
    """Take what is in the stick file FILE, and put it into a folder.

    Everything is checked before anything gets its name there. No other file is written over without
    --replace; a file that is there already, to the byte, stays as it is.
    """
    check_file(file)
    taken = take_from(file, known_passphrase(file.name, passphrase_file), folder, replace=replace)
    for entry in taken.top:
        click.echo(f"{folder / visible(entry.path)}{'/' if entry.is_folder else ''}")
    click.echo(f"{_files(len(taken.new))} taken.{_same(len(taken.same))}")


def _same(count: int) -> str:
    if count == 0:
        return ""
    return f" {_files(count)} {'was' if count == 1 else 'were'} there already, to the byte."


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count or 'no'} files"
