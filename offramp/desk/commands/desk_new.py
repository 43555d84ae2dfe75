"""`offramp desk new`: a desk's folder, with a vault for an organizer. An adviser's is made by `adviser new`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from offramp.crypto.words import fingerprint_words
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH
from offramp.desk.desk import Desk, Person
from offramp.desk.desk_folder import FILE_NAME, USUAL_PLACES, make_desk_folder
from offramp.desk.errors import NeedsCampaign
from offramp.desk.files import PUBLIC, make_private_folder, refuse_existing, write_new
from offramp.desk.inbox import load_keysets
from offramp.desk.onion_address import check_onion
from offramp.desk.passphrases import new_passphrase
from offramp.desk.people import check_name
from offramp.desk.team.members import load_team_lists
from offramp.desk.weekly.stock import key_list, new_keys, weeks_from


@click.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.option("--bundle", type=PATH, metavar="FILE", help="Default: inbox.bundle in DIR.")
@click.option("--vault", type=PATH, metavar="FILE", help="Default: vault in DIR.")
@click.option("--outbox", type=PATH, metavar="FILE", help="Default: outbox.pack in DIR.")
@click.option("--campaign", type=PATH, metavar="FOLDER", help="The campaign's folder, or a copy of it.")
@click.option("--organizer", metavar="NAME", help="Make an organizer's desk, with new keys for NAME.")
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
    organizer: str | None,
    passphrase_file: Path | None,
    **settings: Path | str | None,
) -> None:
    """Make a desk's folder DIR, with a file desk.toml that you can change later.

    With --organizer it makes a vault under a passphrase, with keys for the weeks to come, and NAME.keys for whoever
    holds the root key. Without it, it is the folder of somebody who only fetches and pushes. An adviser's desk is
    made by 'offramp adviser new'.
    """
    given = {name: str(value) for name, value in settings.items() if value is not None}
    if address is not None:
        given["address"] = check_onion(address)
    if passphrase_file is not None and str(passphrase_file) != "-":
        given["passphrase_file"] = str(passphrase_file)
    refuse_existing(directory / FILE_NAME)
    if organizer is None:
        path = make_desk_folder(directory, given)
        click.echo(f"The desk is described in {path}.{_still_to_fill_in(given)}")
        return
    if "campaign" not in given:
        raise NeedsCampaign
    vault = Path(given.get("vault", directory / USUAL_PLACES["vault"]))
    refuse_existing(vault)
    campaign = CampaignFolder(Path(given["campaign"]))
    _check_campaign(campaign)
    me = Person.organizer(check_name(organizer))
    refuse_existing(_public_path(directory, me))
    passphrase = new_passphrase("This desk", passphrase_file)
    with _all_or_nothing(directory) as made:
        public = _make(vault, passphrase, campaign, me, made)
        made.append(_public_path(directory, me))
        write_new(made[-1], public, mode=PUBLIC)
        make_desk_folder(directory, given | {"role": me.role})
    click.echo(f"The desk is described in {directory / FILE_NAME}.{_still_to_fill_in(given)}")
    _say_what_next(directory, me, campaign)


def _make(vault: Path, passphrase: str, campaign: CampaignFolder, me: Person, made: list[Path]) -> bytes:
    """The vault, and the key list for whoever enrolls this person."""
    weeks = weeks_from(days.today(), campaign.campaign().keys.weeks_ahead)
    desk = Desk.create(vault, passphrase, campaign, me, new_keys(weeks))
    made.append(vault)
    try:
        return key_list(desk).raw
    finally:
        desk.lock()


def _still_to_fill_in(given: dict[str, str]) -> str:
    wanted = "address" if "courier_key" in given else "campaign"
    return "" if wanted in given else f" Still to fill in: {wanted}."


def _check_campaign(campaign: CampaignFolder) -> None:
    """What is wrong with it is said before anybody types a passphrase."""
    trust = campaign.trust()
    load_keysets(campaign.keysets, trust)
    load_team_lists(campaign.team, trust)


def _public_path(directory: Path, me: Person) -> Path:
    """What an organizer sends to the root laptop."""
    return directory / f"{me.name}.keys"


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


def _say_what_next(directory: Path, me: Person, campaign: CampaignFolder) -> None:
    weeks = weeks_from(days.today(), campaign.campaign().keys.weeks_ahead)
    click.echo(
        f"It has a key for each week, from the week of {days.in_words(weeks[0])} to that of "
        f"{days.in_words(weeks[-1])}."
    )
    click.echo(f"For whoever holds the root key, by any way: {_public_path(directory, me)}")
    click.echo(f"They will call you. Read them these ten words: {fingerprint_words(me.name, me.public)}")
    click.echo("Your keys are in this desk and nowhere else. A copy for a safe place: 'offramp desk backup'.")
