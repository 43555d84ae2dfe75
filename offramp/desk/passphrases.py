"""Asking for passphrases: twice for a new one, from a file for scripts, and never on the command line."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import click

from offramp.desk.errors import PassphraseTooShort, PassphraseUnusable
from offramp.desk.files import read_whole

SHORTEST = 12
_FILE_LIMIT = 4096
# No vowels, so that no words come out, and nothing that looks like something else: 4.75 bits a character.
_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
_GROUPS, _GROUP_LENGTH = 5, 4


def made_passphrase() -> str:
    """A new passphrase of 95 random bits, in groups that can be copied to paper."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def new_passphrase(
    what: str,
    source: Path | None,
    *,
    make: Callable[[], str] = made_passphrase,
    advice: str = "Write it on paper now. It is not kept anywhere.",
) -> str:
    """A passphrase for a new key, from `source` or asked for twice; `PassphraseTooShort` from a file.

    Whoever wants one made gets what `make` makes, with `advice` behind it.
    """
    if source is not None:
        return _long_enough(_from_file(source))
    click.echo(
        f"{what} will be kept under a passphrase. Without that, nobody can use it, you included.", err=True
    )
    while True:
        typed = _prompt("Passphrase (leave it empty to have one made)", default="")
        passphrase = typed or _offered(make(), advice)
        if len(passphrase) < SHORTEST:
            click.echo(str(PassphraseTooShort()), err=True)
        elif _prompt("The same again") == passphrase:
            return passphrase
        else:
            click.echo("Those were not the same. Once more.", err=True)


def known_passphrase(what: str, source: Path | None) -> str:
    """The passphrase of an existing key, from `source` or asked for."""
    return _from_file(source) if source is not None else _prompt(f"Passphrase of {what}")


def _offered(passphrase: str, advice: str) -> str:
    click.echo(f"\n    {passphrase}\n\n{advice}", err=True)
    return passphrase


def _prompt(text: str, default: str | None = None) -> str:
    answer: str = click.prompt(text, default=default, hide_input=True, show_default=False, err=True)
    return answer


def _from_file(source: Path) -> str:
    """The first line of a file, or of stdin for `-`."""
    raw = (
        sys.stdin.buffer.readline(_FILE_LIMIT)
        if str(source) == "-"
        else read_whole(source, limit=_FILE_LIMIT)
    )
    try:
        lines = raw.decode().splitlines()
    except UnicodeDecodeError:
        raise PassphraseUnusable from None
    if len(lines) != 1 or not lines[0]:
        raise PassphraseUnusable
    return lines[0]


def _long_enough(passphrase: str) -> str:
    if len(passphrase) < SHORTEST:
        raise PassphraseTooShort
    return passphrase
