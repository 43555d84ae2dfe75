"""`offramp manifest`: what the site serves, file by file, signed with the root key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from offramp.crypto.manifest import File, Manifest
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.calendar import campaign_of_file
from offramp.desk.commands.options import PATH
from offramp.desk.commands.share import say_too_many_shares
from offramp.desk.root.manifests import ManifestPlan, plan_manifest, read_manifest_file, write_manifest
from offramp.desk.root.signer import open_root, root_options
from offramp.desk.root.switching import root_folder
from offramp.desk.showing import size_in_words
from offramp.site.pages import render_files
from offramp.site.signed_files import differences, listed, release

OTHER: Final = 1
"""The exit status where files are not those of a manifest."""
_SHOWN: Final = 12
"""So many files are named that changed since the last manifest, and the rest is counted."""


@click.group()
def manifest() -> None:
    """The manifest: what the site serves, file by file, signed with the root key."""


@manifest.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.option("--onion", metavar="ADDRESS", help="The workers' onion address. Default: what the keysets say.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is right.")
@root_options
def sign(
    directory: Path, onion: str | None, yes: bool, shares: tuple[Path, ...], passphrase_file: Path | None
) -> None:
    """Sign what the site of the campaign in DIR serves, with this version of Offramp.

    All pages and scripts are made here, from the campaign.toml in DIR, as the server makes them, and the hash of
    each is signed. Then anybody can tell whether the server hands out what it should: 'offramp watch' does.

    Sign again when the server gets a new version of Offramp or another campaign.toml, and when an organizer left.
    """
    folder = root_folder(directory)
    wanted = plan_manifest(folder, onion)
    _say_what(wanted)
    if wanted.is_new:
        if not yes:
            click.confirm(f"Sign this as manifest number {wanted.number}?", default=True, abort=True)
        write_manifest(folder, wanted.sign(open_root(folder, shares, passphrase_file)))
        click.echo(f"Signed manifest number {wanted.number}.")
    else:
        click.echo("Nothing has changed since the last manifest, so there is nothing to sign.")
    _say_what_next(folder)
    say_too_many_shares(folder)


@manifest.command()
@click.argument("file", type=PATH)
@campaign_of_file
def show(file: Path, directory: Path | None) -> None:
    """Check the signature of the manifest FILE, and list what is in it, with the SHA-256 of each file."""
    found = read_manifest_file(file, CampaignFolder(directory or file.resolve().parent))
    click.echo(f"Number:    {found.number}, of {days.in_words(found.day)}")
    click.echo(f"Campaign:  {found.campaign}")
    click.echo(f"Address:   {found.onion}")
    click.echo(f"Made with: Offramp {found.release}")
    click.echo(f"Keys from: number {found.sequence}")
    for one in found.files:
        click.echo(f"{one.digest.hex()}  {one.path}")


@manifest.command()
@click.argument("file", type=PATH)
@campaign_of_file
def check(file: Path, directory: Path | None) -> None:
    """Make the site's files here, and say whether they are those of the manifest FILE.

    Whoever has the source of Offramp and the campaign.toml can do this, and so knows what the signed files were
    made from. The folder needs campaign.toml with its translations, and root.pub, and nothing else.

    Exit status: 0 if they are the same, 1 if not.
    """
    folder = CampaignFolder(directory or file.resolve().parent)
    found = read_manifest_file(file, folder)
    files = render_files(folder.campaign(), folder.root(), found.sequence, found.onion)
    different = differences(found, files)
    if not different:
        click.echo(f"All {len(found.files)} files are the same, to the byte.")
        return
    for sentence in different:
        click.echo(sentence)
    click.echo(_why_different(found))
    click.get_current_context().exit(OTHER)


def _why_different(found: Manifest) -> str:
    if found.release != release():
        return f"The manifest was made with Offramp {found.release}, and this is {release()}."
    return "The version is the same. So campaign.toml or a translation of it is another one, or Offramp was changed."


def _say_what(wanted: ManifestPlan) -> None:
    size = sum(len(one.body) for one in wanted.files.values())
    languages = ", ".join(one.language for one in wanted.campaign.in_every_language)
    click.echo(f"Address:   {wanted.onion}")
    click.echo(f"Made with: Offramp {release()}")
    click.echo(f"Languages: {languages}")
    click.echo(f"Files:     {len(wanted.files)}, of {size_in_words(size)} together")
    click.echo(f"Keys from: number {wanted.sequence}")
    if wanted.before is not None:
        changed = list(_changed(wanted.before, listed(wanted.files)))
        for line in changed[:_SHOWN]:
            click.echo(line)
        if len(changed) > _SHOWN:
            click.echo(f"… and {len(changed) - _SHOWN} more")


def _changed(before: Manifest, files: list[File]) -> Iterator[str]:
    """A line for each file that is another one now."""
    then, now = ({one.path: one for one in some} for some in (before.files, files))
    for path in sorted(then.keys() | now.keys()):
        if then.get(path) != now.get(path):
            what = "New" if path not in then else "Gone" if path not in now else "Changed"
            yield f"{what + ':':<10} {path}"


def _say_what_next(folder: CampaignFolder) -> None:
    click.echo("Now, in this order:")
    click.echo(
        f"1. Bring {folder.manifest} to the server, and there: offramp server add-manifest server manifest"
    )
    click.echo("2. Start the server anew.")
    click.echo(f"3. Look from outside: offramp watch ADDRESS --campaign {folder.path}")
