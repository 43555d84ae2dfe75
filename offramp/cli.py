"""The `offramp` command: every subcommand in one list, each imported only when it is used.

A laptop has no gunicorn; `offramp --help` imports none of the subcommands at all.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import importlib.util
import sys
from typing import Any, Final

import click

from offramp.crypto.errors import OfframpError

# Where each command is.
_DESK, _SERVER = "offramp.desk.commands", "offramp.server.commands"
_UPKEEP = "offramp.server.upkeep.commands"  # of the same group as those
COMMANDS: Final = {
    # The modules with the rest of these two groups.
    "campaign": (f"{_DESK}.new_root", "campaign"),
    "organizer": (f"{_DESK}.changes", "organizer"),
    "calendar": (f"{_DESK}.calendar", "calendar"),
    "manifest": (f"{_DESK}.manifest", "manifest"),
    "keyset": (f"{_DESK}.keyset", "keyset"),
    "share": (f"{_DESK}.share", "share"),
    "courier": (f"{_DESK}.courier", "courier"),
    "fetch": (f"{_DESK}.fetch", "fetch"),
    "limits": (f"{_DESK}.limits", "limits"),
    "inbox": (f"{_DESK}.inbox", "inbox"),
    "open": (f"{_DESK}.open_", "open_"),
    "import": (f"{_DESK}.import_", "import_"),
    "case": (f"{_DESK}.case", "case"),
    "status": (f"{_DESK}.triage", "status"),
    "assign": (f"{_DESK}.triage", "assign"),
    "note": (f"{_DESK}.triage", "note"),
    "merge": (f"{_DESK}.triage", "merge"),
    "separate": (f"{_DESK}.triage", "separate"),
    "undo": (f"{_DESK}.triage", "undo"),
    "groups": (f"{_DESK}.triage", "groups_"),
    "team": (f"{_DESK}.team", "team"),
    "held": (f"{_DESK}.forget", "held"),
    "forget": (f"{_DESK}.forget", "forget"),
    "answer": (f"{_DESK}.answer", "answer"),
    "take-back": (f"{_DESK}.answer", "take_back"),
    "pack": (f"{_DESK}.push", "pack"),
    "push": (f"{_DESK}.push", "push"),
    "desk": (f"{_DESK}.desk", "desk"),
    "keys": (f"{_DESK}.keys", "keys"),
    "card": (f"{_DESK}.card", "card"),
    "matches": (f"{_DESK}.matches", "matches"),
    "propose": (f"{_DESK}.matches", "propose_"),
    "asks": (f"{_DESK}.matches", "asks"),
    "numbers": (f"{_DESK}.numbers", "numbers"),
    "adviser": (f"{_DESK}.adviser", "adviser"),
    "hand-over": (f"{_DESK}.hand_over", "hand_over"),
    "hand-off": (f"{_DESK}.hand_over", "hand_off"),
    "drafts": (f"{_DESK}.draft", "drafts"),
    "receive": (f"{_DESK}.draft", "receive"),
    "handed": (f"{_DESK}.draft", "handed"),
    "draft": (f"{_DESK}.draft", "draft"),
    "send": (f"{_DESK}.send", "send"),
    "stick": (f"{_DESK}.stick", "stick"),
    "flyer": (f"{_DESK}.flyer", "flyer"),
    "landing": (f"{_DESK}.landing", "landing"),
    "seal": (f"{_DESK}.seal", "seal"),
    "sealer": (f"{_DESK}.sealer", "sealer"),
    "watch": (f"{_DESK}.watch", "watch"),
    "server": (_UPKEEP, "server"),
    "doctor": ("offramp.server.doctor.command", "doctor"),
    "serve": (_SERVER, "serve"),
    "serve-intake": (_SERVER, "serve_intake"),
    "serve-couriers": (_SERVER, "serve_couriers"),
    "publish": (_SERVER, "publish"),
}
_SERVER_PACKAGES: Final = ("gunicorn", "zopfli")

OVERVIEW: Final = (
    (
        "On the laptop that holds the root key",
        (
            ("campaign new", "Make a new campaign, with a root key."),
            ("campaign copy", "Copy what organizers need of it, without the root key."),
            ("organizer enroll", "Let an organizer open submissions."),
            ("organizer list", "List the organizers, with their ten words."),
            ("organizer add", "Somebody comes: sign a new calendar with them."),
            ("organizer remove", "Somebody leaves: sign one without them."),
            ("organizer lost", "A laptop was lost: what to do, and a calendar without it."),
            ("calendar sign", "Sign who can open submissions in the weeks to come."),
            ("calendar show", "Check a calendar, and list its weeks."),
            ("manifest sign", "Sign what the site serves, file by file."),
            ("manifest show", "Check a manifest, and list its files."),
            ("manifest check", "Make the files here, and compare them with it."),
            ("keyset show", "Check one week's keyset, and say what is in it."),
            ("share show", "Print a share of the root key, to write it on paper."),
            ("share new", "Split the root key anew, or put it into one file."),
            ("campaign new-root", "Make a new root key, for one that was lost or stolen."),
        ),
    ),
    (
        "On an organizer's laptop",
        (
            ("desk new", "Make a desk, with a vault and keys for the weeks to come."),
            ("desk", "Open the desk in a browser: all of the following, as pages."),
            ("import", "Take what was fetched into the vault. No network."),
            ("inbox", "List the cases, what needs attention first; search them."),
            ("case", "Show one case: letters, answers, notes, files."),
            ("status", "Say where cases stand: open, waiting, done, spam."),
            ("assign", "Say who takes care of them."),
            ("note", "Write a note about one, for the team."),
            ("merge", "Show several cases as one."),
            ("separate", "Show them apart again."),
            ("groups", "Show similar texts together: a flood is one decision."),
            ("undo", "Take back the last of these decisions."),
            ("team", "Show the organizers, and what is to be settled between them."),
            ("numbers", "Count requests and offers, for the team or the press."),
            ("held", "Show what is kept, since when and until when."),
            ("forget", "Destroy what was over for long enough."),
            ("open", "Look into a bundle, and take nothing of it in."),
            ("answer", "Answer, with a text and files. No network."),
            ("take-back", "Take back an answer."),
            ("keys", "Show the weekly keys, and until when each opens letters."),
            ("keys make", "Make keys for the weeks to come, for the next calendar."),
            ("keys destroy", "Say that the date is right, and destroy what is over."),
            ("card", "Sign that the inbox was read this week. No network."),
            ("pack", "Write what is to be pushed to a file, for a USB stick."),
            ("desk backup", "Write the whole vault to one file, sealed as it is."),
            ("desk restore", "Put a backup in the vault's place."),
            ("desk check", "See whether the vault is whole."),
            ("desk passphrase", "Change the desk's passphrase."),
            ("desk new-root", "Go by the campaign's new root key, after comparing words."),
        ),
    ),
    (
        "… with advisers",
        (
            ("adviser list", "List advisers: vetted, enrolled, and what is handed to them."),
            ("adviser add", "Add somebody who wrote no offer."),
            ("adviser profile", "Show or note what an adviser offers."),
            ("adviser vet", "Say whom you spoke with and trust."),
            ("adviser enroll", "Enroll an adviser's key, after comparing ten words."),
            ("adviser end", "Take an adviser's key back, and end what they have."),
            ("matches", "Show which advisers fit a request, and why."),
            ("propose", "Propose an adviser for every open request."),
            ("asks", "Show or note what a request asks for."),
            ("hand-over", "Hand parts of a case over to an adviser, as a file."),
            ("hand-off list", "List what was handed over to whom."),
            ("hand-off show", "Show what exactly went over."),
            ("hand-off end", "End it: the next message goes to somebody else."),
            ("hand-off again", "Write the file once more."),
            ("drafts list", "List what advisers sent back."),
            ("drafts show", "Show a draft, and save its files."),
            ("drafts use", "Take its text as what you are answering."),
            ("drafts dismiss", "Say that it will not be used."),
        ),
    ),
    (
        "On an adviser's laptop",
        (
            ("adviser new", "Become an adviser: make a desk, with a key of your own."),
            ("adviser join", "Take in the copy of the campaign that an organizer gave you."),
            ("adviser me", "Show your ten words, to read to an organizer."),
            ("receive", "Open what was handed over to you. No network."),
            ("handed", "Show what was handed over to you."),
            ("draft", "Write a draft answer, sealed to the organizers."),
            ("send", "Send a draft through Tor."),
        ),
    ),
    (
        "On the laptop that fetches and pushes",
        (
            ("courier new", "Make a courier's key."),
            ("courier authorize", "Print what lets a tor reach the couriers' onion."),
            ("fetch", "Fetch submissions through Tor into a bundle."),
            ("push", "Push answers to the server through Tor."),
            ("limits", "See how the server does; pause it, or let it take more."),
            ("desk new", "Write down once what these commands need."),
        ),
    ),
    (
        "On any laptop",
        (
            ("stick put", "Put files onto a USB stick, as one file that says nothing."),
            ("stick take", "Take them off it."),
            ("campaign words", "Print the campaign's ten words and its code, to compare."),
            ("flyer", "Make a page to print: address, ten words, QR code."),
            ("landing", "Make an ordinary website that tells how to reach ours."),
            ("sealer make", "Make the offline sealer, the same as the site's."),
            ("sealer check", "Say whether a sealer is one that the root key vouches for."),
            ("seal", "Seal a letter into a file, as the sealer does. No network."),
            ("watch", "Look whether the site is the true one, and somebody reads."),
        ),
    ),
    (
        "On the server (needs 'offramp[server]')",
        (
            ("server", "Set up a server's folder: 'offramp server --help'."),
            ("doctor", "Name each thing that is wrong with a server, and its cure."),
            ("serve", "Run everything: both sides, and the onions."),
            ("serve-intake", "Run the public side alone, for systemd."),
            ("serve-couriers", "Run the couriers' side alone, for systemd."),
            ("publish", "Publish the onions alone, for systemd."),
        ),
    ),
)


class MissingServerParts(OfframpError):  # noqa: N818  # as in offramp.crypto.errors
    """This needs the server's packages: install Offramp's wheel again, with [server] behind its name."""


class Refusal(click.ClickException):
    """One sentence on stderr and exit status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True, file=file)


def _needs_server_parts(name: str) -> click.Command:
    """Stands in for a server's command on a laptop."""

    @click.command(
        name,
        help=MissingServerParts.__doc__,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    def missing() -> None:
        raise MissingServerParts

    return missing


class OfframpGroup(click.Group):
    """Imports a subcommand when it is asked for; turns what a person can act on into a sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        if module.startswith("offramp.server.") and not all(map(importlib.util.find_spec, _SERVER_PACKAGES)):
            return _needs_server_parts(cmd_name)
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OfframpError as error:
            raise Refusal(" ".join(str(error).split())) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our output has gone, which click ends quietly
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise Refusal(f"{where}{error.strerror}.") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for place, rows in OVERVIEW:
            with formatter.section(place):
                formatter.write_dl(rows)


@click.group(cls=OfframpGroup)
@click.version_option(package_name="offramp", message="offramp %(version)s")
def offramp() -> None:
    """Take sealed requests for help through Tor, open them on a laptop, and answer.

    'offramp COMMAND --help' says more about each command.
    """


def main() -> None:
    """The program `offramp`."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            # A terminal that cannot show a letter gets its number; a traceback helps nobody.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a TextIO may not have it
    offramp()


if __name__ == "__main__":
    main()
