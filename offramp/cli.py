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
COMMANDS: Final = {
    "campaign": (f"{_DESK}.campaign", "campaign"),
    "organizer": (f"{_DESK}.organizer", "organizer"),
    "keyset": (f"{_DESK}.keyset", "keyset"),
    "courier": (f"{_DESK}.courier", "courier"),
    "fetch": (f"{_DESK}.fetch", "fetch"),
    "inbox": (f"{_DESK}.inbox", "inbox"),
    "open": (f"{_DESK}.inbox", "open_"),
    "thread": (f"{_DESK}.thread", "thread"),
    "answer": (f"{_DESK}.answer", "answer"),
    "take-back": (f"{_DESK}.answer", "take_back"),
    "pack": (f"{_DESK}.push", "pack"),
    "push": (f"{_DESK}.push", "push"),
    "desk": (f"{_DESK}.desk", "desk"),
    "server": (_SERVER, "server"),
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
            ("campaign copy", "Copy what is public of it, for organizers and the server."),
            ("organizer enroll", "Let an organizer open submissions."),
            ("organizer list", "List the organizers, with their fingerprints."),
            ("organizer remove", "Remove an organizer."),
            ("keyset sign", "Sign who can open submissions, and until when."),
            ("keyset show", "Check a keyset, and say in words what is in it."),
        ),
    ),
    (
        "On an organizer's laptop",
        (
            ("organizer new", "Make an organizer's key."),
            ("inbox", "Show what is in a bundle, one line a submission."),
            ("open", "Open submissions, and save attachments. No network."),
            ("thread", "Show one person's letters and our answers, in order."),
            ("answer", "Answer, with a text and files. No network."),
            ("take-back", "Take back an answer."),
            ("pack", "Write what is to be pushed to a file, for a USB stick."),
        ),
    ),
    (
        "On the laptop that fetches and pushes",
        (
            ("courier new", "Make a courier's key."),
            ("courier authorize", "Print what lets a tor reach the couriers' onion."),
            ("fetch", "Fetch submissions through Tor into a bundle."),
            ("push", "Push answers to the server through Tor."),
            ("desk new", "Write down once what these commands need."),
        ),
    ),
    (
        "On the server (needs 'offramp[server]')",
        (
            ("server", "Set up a server's folder: 'offramp server --help'."),
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
        if module == _SERVER and not all(map(importlib.util.find_spec, _SERVER_PACKAGES)):
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
