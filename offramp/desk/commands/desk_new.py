"""`offramp desk new`: a desk's folder, with a vault for whoever opens letters at it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from offramp.crypto.opening import OpeningKey
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH
from offramp.desk.desk import Desk, Person
from offramp.desk.desk_folder import FILE_NAME, USUAL_PLACES, make_desk_folder
from offramp.desk.errors import NeedsCampaign, TwoRoles
from offramp.desk.files import PUBLIC, make_private_folder, refuse_existing, write_new
from offramp.desk.handing.cards import key_of, write_card
from offramp.desk.inbox import load_keysets
from offramp.desk.keys import load_organizer
from offramp.desk.onion_address import check_onion
from offramp.desk.passphrases import new_passphrase
from offramp.desk.people import check_name
from offramp.desk.team.members import load_team_lists


@click.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.option("--bundle", type=PATH, metavar="FILE", help="Default: inbox.bundle in DIR.")
@click.option("--vault", type=PATH, metavar="FILE", help="Default: vault in DIR.")
@click.option("--outbox", type=PATH, metavar="FILE", help="Default: outbox.pack in DIR.")
@click.option("--campaign", type=PATH, metavar="FOLDER", help="The campaign's folder, or a copy of it.")
@click.option("--organizer-key", type=PATH, metavar="FILE", help="Your key, for the vault to take in.")
@click.option("--adviser", metavar="NAME", help="Make an adviser's desk, with a new key for NAME.")
@click.option("--courier-key", type=PATH, metavar="FILE", help="The key that fetches.")
@click.option("--address", metavar="ONION", help="The couriers' onion address.")
@click.option("--socks", metavar="HOST:PORT", help="Tor's SOCKS port.")
@click.option("--control", metavar="PORT|PATH", help="Tor's control port.")
@click.option("--own-tor", type=PATH, metavar="FOLDER", help="Where a tor of our own keeps its state.")
@click.option("--tor-options", type=PATH, metavar="FILE", help="More options for a tor of our own.")
@click.option("--unix-socket", type=PATH, metavar="PATH", help="The server's socket on this machine. No tor.")
@click.option(
    "--passphrase-file",
    type=PATH,
    metavar="FILE",
    help="Take passphrases from FILE ('-' for standard input), and have desk.toml say so. For a demonstration only.",
)
def new(
    directory: Path,
    address: str | None,
    organizer_key: Path | None,
    adviser: str | None,
    passphrase_file: Path | None,
    **settings: Path | str | None,
) -> None:
    """Make a desk's folder DIR, with a file desk.toml that you can change later.

    With an organizer's key it makes a vault too, under a passphrase of its own, which takes the key in. With
    --adviser it makes a vault with a new key in it, and NAME.adviser.toml for the organizers. Without either,
    it is the folder of somebody who only fetches and pushes.
    """
    given = {name: str(value) for name, value in settings.items() if value is not None}
    if address is not None:
        given["address"] = check_onion(address)
    if passphrase_file is not None and str(passphrase_file) != "-":
        given["passphrase_file"] = str(passphrase_file)
    refuse_existing(directory / FILE_NAME)
    if organizer_key is None and adviser is None:
        path = make_desk_folder(directory, given)
        click.echo(f"The desk is described in {path}.{_still_to_fill_in(given)}")
        return
    if organizer_key is not None and adviser is not None:
        raise TwoRoles
    if "campaign" not in given:
        raise NeedsCampaign
    vault = Path(given.get("vault", directory / USUAL_PLACES["vault"]))
    refuse_existing(vault)
    campaign = CampaignFolder(Path(given["campaign"]))
    if organizer_key is not None:
        me = _organizer(organizer_key, campaign, passphrase_file)
    else:
        me = _adviser(adviser or "", campaign, directory)
    passphrase = new_passphrase("This desk", passphrase_file)
    with _all_or_nothing(directory) as made:
        Desk.create(vault, passphrase, campaign, me).lock()
        made.append(vault)
        if adviser is not None:
            made.append(_write_card(directory, me))
        make_desk_folder(directory, given | {"role": me.role})
    click.echo(f"The desk is described in {directory / FILE_NAME}.{_still_to_fill_in(given)}")
    _say_what_next(directory, me, organizer_key)


def _still_to_fill_in(given: dict[str, str]) -> str:
    wanted = "address" if "courier_key" in given else "campaign"
    return "" if wanted in given else f" Still to fill in: {wanted}."


def _organizer(path: Path, campaign: CampaignFolder, passphrase_file: Path | None) -> Person:
    """Whoever has this key, by the name that the team has for them. Whatever is wrong is said first."""
    words, root = campaign.campaign(), campaign.root()
    keysets = load_keysets(campaign.keysets, root=root, campaign=words.id)
    lists = load_team_lists(campaign.team, root=root, campaign=words.id)
    key = load_organizer(path, passphrase_file)
    if not any(key.public in keyset.recipients for keyset in keysets):
        click.echo(
            f"{path.name} is in none of the campaign's keysets, so this desk can open nothing yet. "
            "Get the campaign's newer keysets.",
            err=True,
        )
    me = Person("organizer", check_name(path.stem), key)
    called = [one.name for each in lists for one in each.members if one.ed25519 == me.public]
    return Person("organizer", called[-1], key) if called else me


def _adviser(name: str, campaign: CampaignFolder, directory: Path) -> Person:
    check_name(name)
    refuse_existing(_card_path(directory, name))
    load_keysets(campaign.keysets, root=campaign.root(), campaign=campaign.campaign().id)
    return Person("adviser", name, OpeningKey.generate())


def _write_card(directory: Path, me: Person) -> Path:
    path = _card_path(directory, me.name)
    write_new(path, write_card(key_of(me)), mode=PUBLIC)
    return path


def _card_path(directory: Path, name: str) -> Path:
    return directory / f"{name}.adviser.toml"


@contextlib.contextmanager
def _all_or_nothing(directory: Path) -> Iterator[list[Path]]:
    """A folder in which nothing is left of a desk that was not completed."""
    was_there = directory.exists()
    make_private_folder(directory)
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        if not was_there:
            with contextlib.suppress(OSError):  # something else is in it by now
                directory.rmdir()
        raise


def _say_what_next(directory: Path, me: Person, organizer_key: Path | None) -> None:
    if organizer_key is None:
        click.echo(f"For an organizer, by any way: {_card_path(directory, me.name)}")
        click.echo(f"They will call you. Read them these words: {key_of(me).words}")
        return
    click.echo(f"{me.name}'s key is in the vault now, under the desk's passphrase.")
    click.echo(f"Keep {organizer_key} on a stick in a safe place, and delete it on this laptop:")
    click.echo("with it and its own passphrase, everything can be opened that was sealed to it.")
