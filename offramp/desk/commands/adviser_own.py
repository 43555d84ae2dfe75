"""`offramp adviser new`, `join` and `me`: an adviser's own desk, on their own laptop."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.at_desk import Place, desk_folder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.desk import Person
from offramp.desk.errors import WrongRole
from offramp.desk.files import PUBLIC, write_new
from offramp.desk.handing.adviser_desk import (
    card_path,
    check_new,
    check_same,
    known_campaign,
    make_adviser_desk,
    who_has,
)
from offramp.desk.handing.adviser_desk import join as join_campaign
from offramp.desk.handing.cards import card_text, key_of, write_card
from offramp.desk.known_root import words_of
from offramp.desk.passphrases import new_passphrase
from offramp.desk.people import check_name
from offramp.desk.visible import on_one_line


@click.command()
@click.argument("name")
@desk_folder
@click.option(
    "--campaign", type=PATH, metavar="COPY", help="A copy of the campaign's folder, if you have it."
)
@passphrase_file
def new(name: str, folder: Path, campaign: Path | None, passphrase_file: Path | None) -> None:
    """Become an adviser: make a desk with a key of your own, on your own laptop.

    NAME is what the organizers are to call you: letters, digits, '-' and '_'. The command prints ten words, and
    the text that goes into the field for it when you offer help on the campaign's site.
    """
    check_new(folder, check_name(name))
    copy = CampaignFolder(campaign) if campaign else None
    if copy:
        words_of(copy)  # whatever is wrong with it is said first
    stands_in = passphrase_file if passphrase_file is not None and str(passphrase_file) != "-" else None
    settings = {"passphrase_file": str(stands_in)} if stands_in else {}
    me = make_adviser_desk(folder, name, new_passphrase("This desk", passphrase_file), settings)
    click.echo(f"Your desk is in {folder}, and your key in its vault, under the desk's passphrase.")
    _say_words(me, card_path(folder, name))
    if copy:
        join_campaign(folder, copy)
        click.echo("The desk knows the campaign. To open it: offramp desk")
    else:
        click.echo(
            "When an organizer has spoken with you, they give you a copy of the campaign's folder. Then: "
            "offramp adviser join COPY"
        )


@click.command()
@click.argument("copy", type=PATH)
@click.option("--yes", is_flag=True, help="The campaign's ten words were compared already; do not ask.")
@desk_folder
def join(copy: Path, yes: bool, folder: Path) -> None:
    """At an adviser's desk: take in COPY, a copy of the campaign's folder that an organizer gave you.

    Do the same with a newer copy. Nothing that was handed over to you is lost.
    """
    source, known = CampaignFolder(copy), known_campaign(folder)
    words = words_of(source)
    if known is not None:
        check_same(known, source)
    if known is None or known.root() != source.root():
        click.echo(f"The ten words of “{on_one_line(source.campaign().name, 60)}”:\n\n    {words}\n")
        if not yes:
            click.confirm("Are they the ten words on the campaign's site, and on its flyer?", abort=True)
    joined = join_campaign(folder, source)
    click.echo(
        f"The desk knows the campaign, by its own copy in {joined.path}. To open the desk: offramp desk"
    )


@click.command()
@click.option("--folder", "target", type=PATH, default=Path(), metavar="DIR", help="Write the file there.")
@desk_folder
@passphrase_file
def me(target: Path, folder: Path, passphrase_file: Path | None) -> None:
    """At an adviser's desk: show your ten words and your key's text, and write NAME.adviser.toml once more."""
    place = Place.of(folder)
    place.check_vault()
    who = who_has(place.vault, place.passphrase(passphrase_file))
    if who.role != "adviser":
        raise WrongRole
    path = card_path(target, who.name)
    if not path.exists():
        write_new(path, write_card(key_of(who)), mode=PUBLIC)
    _say_words(who, path)


def _say_words(who: Person, path: Path) -> None:
    key = key_of(who)
    click.echo("Before anything is handed over to you, an organizer calls you. Read them these ten words:\n")
    click.echo(f"    {key.words}\n")
    click.echo(
        "When you offer help on the campaign's site, paste all of this into the field for your key. Nothing in it "
        "is secret:\n"
    )
    click.echo(card_text(key))
    click.echo(f"The same text is in {path}, for an organizer who asks for it.")
