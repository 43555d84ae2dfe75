"""`offramp sealer`: make the offline sealer from the source, and check one that somebody has."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import click

from offramp.campaign import Campaign
from offramp.crypto.manifest import MAX_FILE, Manifest
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH
from offramp.desk.files import PUBLIC, read_whole, refuse_existing, write_new
from offramp.desk.flyer.identity import Identity
from offramp.desk.root.manifests import last_manifest, read_manifest_file, smallest_sequence
from offramp.desk.seal.asking import in_language
from offramp.desk.seal.errors import NoSealer
from offramp.site.pages import path_in, render_files
from offramp.site.sealer import SEALER

OTHER: Final = 1
"""The exit status where a file is not the campaign's sealer."""


@click.group()
def sealer() -> None:
    """The offline sealer: one page in one file, which seals without a network."""


@sealer.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("out", type=PATH, metavar="OUT")
@click.option("--language", metavar="CODE", help="In which of the campaign's languages, such as es.")
@click.option("--onion", metavar="ADDRESS", help="The workers' onion address. Default: what the keysets say.")
@click.option("--keys-from", type=click.IntRange(1), metavar="N", help="The oldest keyset that it takes.")
def make(directory: Path, out: Path, language: str | None, onion: str | None, keys_from: int | None) -> None:
    """Make the offline sealer of the campaign in DIR, and write it to OUT.

    It is the same to the byte as the one on the site, where that has the same version of Offramp, the same
    campaign.toml and the same manifest: whoever doubts the site's makes it anew.
    """
    refuse_existing(out)
    folder = CampaignFolder(directory)
    campaign, signed = folder.campaign(), last_manifest(folder)
    identity = Identity.of(folder, onion or (signed.onion if signed else None))
    sequence = keys_from or (signed.sequence if signed else smallest_sequence(folder))
    path = _path(campaign, language)
    body = render_files(campaign, identity.root, sequence, identity.onion)[path].body
    write_new(out, body, mode=PUBLIC)
    click.echo(f"{out} is the offline sealer for {identity.onion}.")
    click.echo(f"SHA-256: {hashlib.sha256(body).hexdigest()}")
    if signed is None:
        click.echo("There is no manifest in this folder, so nobody has vouched for it yet.")
    else:
        click.echo(_vouched(signed, path, body))


@sealer.command()
@click.argument("file", type=PATH)
@click.option(
    "--campaign",
    "directory",
    type=PATH,
    metavar="DIR",
    required=True,
    help="The campaign's folder, or a copy.",
)
@click.option(
    "--manifest", type=PATH, metavar="FILE", help="The manifest, from the site's /manifest. Default: DIR's."
)
def check(file: Path, directory: Path, manifest: Path | None) -> None:
    """Say whether FILE, a sealer that somebody downloaded, is one for which the root key vouches.

    DIR needs campaign.toml with its translations, and root.pub.

    Exit status: 0 if it is, 1 if not.
    """
    folder = CampaignFolder(directory)
    found, body = read_manifest_file(manifest or folder.manifest, folder), read_whole(file, limit=MAX_FILE)
    paths = {path_in(one.language, SEALER, folder.campaign()) for one in folder.campaign().in_every_language}
    listed = [one for one in found.files if one.path in paths]
    if not listed:
        raise NoSealer
    right = next((one.path for one in listed if one.has(body)), None)
    click.echo(f"SHA-256: {hashlib.sha256(body).hexdigest()}")
    if right is None:
        click.echo(f"Wrong: {file} is not the campaign's sealer. Do not write into it.")
        click.echo(f"Manifest number {found.number} lists:")
        for one in listed:
            click.echo(f"{one.digest.hex()}  {one.path}")
        click.get_current_context().exit(OTHER)
    click.echo(f"Right: {file} is {right} of {found.onion}, as signed in manifest number {found.number}.")


def _path(campaign: Campaign, language: str | None) -> str:
    return path_in(in_language(campaign, language).language, SEALER, campaign)


def _vouched(signed: Manifest, path: str, body: bytes) -> str:
    listed = signed.file(path)
    if listed is not None and listed.has(body):
        return f"It is the one that manifest number {signed.number} lists."
    return f"It is not the one that manifest number {signed.number} lists: see 'offramp manifest check'."
