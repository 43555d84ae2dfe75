"""`offramp seal`: seal a letter to us on the command line, for whoever trusts no page with it."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Final

import click

from offramp.crypto.letter import Letter
from offramp.crypto.phrase_making import NewPhrase
from offramp.crypto.sealing import seal as seal_letter
from offramp.desk import days
from offramp.desk.answers.composing import piped_text, read_files, read_text
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH
from offramp.desk.files import refuse_existing, write_new
from offramp.desk.onion_address import check_onion
from offramp.desk.seal.asking import Asked, Fields
from offramp.desk.seal.errors import NoSuchQuestion
from offramp.desk.seal.keys import WeeksKeys, read_weeks_keys
from offramp.site.pages import SEALED_FILE, path_in

_ASKED_BACK: Final = 3


@click.command()
@click.argument("out", type=PATH, metavar="OUT")
@click.option(
    "--keys", type=PATH, metavar="FILE", required=True, help="This week's keys, from the site's /keyset."
)
@click.option(
    "--campaign",
    "directory",
    type=PATH,
    metavar="DIR",
    required=True,
    help="A copy of the campaign's folder.",
)
@click.option("--onion", metavar="ADDRESS", help="The address that the keys must be for.")
@click.option("--offer", is_flag=True, help="Offer help, instead of asking for it.")
@click.option("--language", metavar="CODE", help="In which of the campaign's languages, such as es.")
@click.option(
    "--text",
    type=PATH,
    metavar="FILE",
    help="The text, in a file ('-' for standard input). Nothing is asked then.",
)
@click.option(
    "--say",
    type=(str, str),
    multiple=True,
    metavar="ID ANSWER",
    help="With --text: the answer to another question.",
)
@click.option(
    "--file",
    "files",
    type=PATH,
    multiple=True,
    metavar="PATH",
    help="Seal this file too. As often as you like.",
)
@click.option(
    "--answer/--no-answer", default=None, help="Whether to make twelve words, to read an answer with."
)
@click.option("--yes", is_flag=True, help="Do not ask whether the words are right.")
def seal(
    out: Path,
    keys: Path,
    directory: Path,
    onion: str | None,
    offer: bool,
    language: str | None,
    text: Path | None,
    say: tuple[tuple[str, str], ...],
    files: tuple[Path, ...],
    answer: bool | None,
    yes: bool,
) -> None:
    """Seal a letter into the file OUT, to be sent with Tor Browser. Needs no network.

    DIR needs campaign.toml and root.pub, and has no secrets. Compare the ten words with the ones on a flyer, and
    those of the keys with the ones on the site.

    This looks for nothing in your text and files that tells who you are, which the pages and the offline sealer
    do. Read them once more before you send.
    """
    refuse_existing(out)
    if say and text is None:
        raise NoSuchQuestion("--say goes with --text; without it, everything is asked.")
    folder = CampaignFolder(directory)
    asked = Asked.of(folder.campaign(), offer=offer, language=language)
    sealing_to = read_weeks_keys(keys, folder, check_onion(onion) if onion else None)
    attachments = read_files((path, path.name) for path in files)
    if attachments and not asked.takes_files:
        raise NoSuchQuestion("This form takes no files.")
    _show_keys(sealing_to, yes=yes)
    fields = _fields(asked, text, dict(say))
    phrase = _phrase(asked, answer)
    letter = Letter(
        "offer" if offer else "help",
        sealing_to.keyset.campaign,
        sealing_to.keyset.id,
        phrase.thread if phrase else None,
        phrase.reply_key if phrase else None,
        fields,
        attachments,
    )
    write_new(out, seal_letter(letter, sealing_to.keyset))
    _say_what_next(out, sealing_to, path_in(asked.language, SEALED_FILE, folder.campaign()))


def _show_keys(found: WeeksKeys, *, yes: bool) -> None:
    click.echo(f"Address:              {found.keyset.onion}")
    click.echo(f"Campaign's ten words: {found.campaign_words}")
    click.echo(f"Keys' ten words:      {found.words}")
    click.echo(f"A person last read this inbox in the week of {days.in_words(found.card.week)}.")
    if not yes:
        click.confirm("Are these the words that you know?", abort=True)


def _fields(asked: Asked, text: Path | None, others: dict[str, str]) -> Fields:
    if text is None:
        return asked.typed(_ask)
    return asked.given(piped_text() if str(text) == "-" else read_text(text), others)


def _ask(question: str) -> str:
    if question:
        click.echo(f"\n{question}")
    line = sys.stdin.readline() if not sys.stdin.isatty() else f"{input()}\n"
    if not line:
        raise click.Abort
    return line.rstrip("\n")


def _phrase(asked: Asked, wanted: bool | None) -> NewPhrase | None:
    """The twelve words, once the person has them on paper."""
    if not asked.form.answers:
        return None
    if wanted is None:
        wanted = click.confirm(
            "\nDo you want an answer? You read it on the site, with twelve words.", default=True
        )
    if not wanted:
        return None
    phrase = NewPhrase.draw()
    while not _is_on_paper(phrase.words):
        click.echo("That is not right yet. Here they are once more.")
    return phrase


def _is_on_paper(words: list[str]) -> bool:
    click.echo("\nWrite these words on paper, in this order. Nobody can give them to you again.\n")
    for number, word in enumerate(words, start=1):
        click.echo(f"{number:>3}  {word}")
    click.pause("\nPress a key when they are on your paper. They go from the screen then.")
    click.clear()
    places = sorted(random.SystemRandom().sample(range(len(words)), _ASKED_BACK))
    typed = [click.prompt(f"Word number {place + 1}") for place in places]
    return [one.strip().lower() for one in typed] == [words[place] for place in places]


def _say_what_next(out: Path, found: WeeksKeys, path: str) -> None:
    click.echo(f"\n{out} is sealed. Nobody but the organizers can open it.")
    click.echo(f"Send it with Tor Browser, within two days: http://{found.keyset.onion}{path}")
    click.echo(
        "Wait until the page says that it was received. Then delete the file, and what you wrote it from."
    )
