"""`offramp watch`: look at the site through Tor, as a visitor does, and say whether it is the campaign's."""

from __future__ import annotations

import contextlib
import functools
import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from offramp.crypto.errors import OfframpError
from offramp.desk import days
from offramp.desk.commands.options import PATH
from offramp.desk.commands.reaching import TO_AN_ONION, OnScreen
from offramp.desk.courier.dialling import through_own_tor, through_tor, to_unix_socket
from offramp.desk.courier.retrying import Retrier
from offramp.desk.courier.socks import SocksPort
from offramp.desk.courier.wire import Dial
from offramp.desk.errors import CourierError
from offramp.desk.onion_address import check_onion
from offramp.desk.watch.browser import asking
from offramp.desk.watch.comparing import Expected
from offramp.desk.watch.files import Comparison
from offramp.desk.watch.looking import Found, Looker, outcome_of
from offramp.desk.watch.notes import Notes
from offramp.tor.errors import TorError

STATUS: Final = {"well": 0, "not seen": 1, "closed": 3, "wrong": 4}
"""Exit statuses. 2 is a command that was typed wrongly."""


@dataclass(frozen=True, slots=True)
class _Way:
    socks: str
    own_tor: Path | None
    tor_options: Path | None
    unix_socket: Path | None

    def dial(self, onion: str) -> contextlib.AbstractContextManager[Dial]:
        if self.unix_socket:
            return to_unix_socket(self.unix_socket)
        if self.own_tor:
            return through_own_tor(self.own_tor, self.tor_options, onion, None, say=_say)
        return through_tor(SocksPort.parse(self.socks), onion, None, None)


def _reaches_an_onion(command: Any) -> Any:
    @functools.wraps(command)
    def with_way(**given: Any) -> None:
        command(way=_Way(**{one.name: given.pop(one.name) for one in fields(_Way)}), **given)

    for option in reversed(TO_AN_ONION):
        with_way = option(with_way)
    return with_way


@click.command()
@click.argument("address", metavar="ADDRESS")
@click.option(
    "--words", metavar="WORDS", help="The campaign's ten words, in quotation marks, to compare with."
)
@click.option("--code", metavar="CODE", help="The campaign's code, to compare with.")
@click.option(
    "--campaign", type=PATH, metavar="DIR", help="The campaign's folder, or a copy, to compare with."
)
@click.option(
    "--notes",
    type=PATH,
    metavar="FILE",
    help="Note there what was seen, and compare with it the next time: nothing may go back.",
)
@click.option("--quick", is_flag=True, help="Look at the first page, the keys and the card alone.")
@click.option("--detail", is_flag=True, help="Print a line for each file before the last one.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON instead, for programs.")
@_reaches_an_onion
def watch(
    way: _Way,
    address: str,
    words: str | None,
    code: str | None,
    campaign: Path | None,
    notes: Path | None,
    quick: bool,
    detail: bool,
    as_json: bool,
) -> None:
    """Look at the site at ADDRESS, the workers' onion, and say whether it is what it should be.

    This asks as a visitor's browser does, and checks: that the words on the page are those of its address and
    root key, and those that you give here; that the keys with which letters are sealed are signed and of this
    week; that a person has read the inbox lately; and that every page and script is the one that the holder of
    the root key signed, to the byte. Each file comes through a circuit of its own, so that the server cannot
    simply see who watches it. That takes some minutes.

    Give the words or the code from paper, or a copy of the campaign's folder that you had before. Without
    any, this can only say whether the site agrees with itself, and with --notes, with what it was before.

    Exit status: 0 if all is well; 1 if the site, or a part of it, was not seen, for example without Tor; 3 if it
    is the campaign's and takes no letters now; 4 if something is wrong with it.
    """
    onion, noted = check_onion(address), Notes(notes) if notes else None
    expected = Expected.of(words, code, campaign, now=days.now())
    if noted:
        expected = noted.added_to(expected, onion)
    try:
        found = _look(way, onion, expected, quick=quick, detail=detail and not as_json)
    except (CourierError, TorError) as error:
        _end("not seen", _json(Found(onion), "not seen", error) if as_json else _not_seen(error))
    if noted:
        noted.take(found)
    if detail and not as_json:
        _say_all(found)
    _end(found.outcome, _json(found, found.outcome) if as_json else _line(found, expected))


def _look(way: _Way, onion: str, expected: Expected, *, quick: bool, detail: bool) -> Found:
    if way.unix_socket is None:
        _say("Asking the workers' onion, through Tor. The first answer can take a minute.")
    patiently = Retrier(OnScreen("Looking")).patiently
    with way.dial(onion) as dial:
        report = _say_same if detail else lambda _: None
        looker = Looker(asking(dial, onion), patiently, onion, expected, days.now(), report)
        return looker.look(quick=quick)


def _say_same(one: Comparison) -> None:
    if not one.wrong:
        click.echo(f"As signed: {one.file.path}")


def _say_all(found: Found) -> None:
    for error in found.wrong:
        click.echo(_said(error))


def _line(found: Found, expected: Expected) -> str:
    if found.wrong:
        return f"{_said(found.wrong[0])}{_others(found)}{_clock(found)}"
    if found.card is None or found.keyset is None:
        return ""  # never, where nothing is wrong
    read = f"A person last read this inbox in the week of {days.in_words(found.card.week)}"
    by = f"the next time is by {days.in_words(found.card.next_by)}"
    compared = _alone(found) if expected.is_nothing else "is what you gave to compare it with"
    return f"Well: {found.onion} {compared}.{_files(found)} {read}, {by}."


def _said(error: OfframpError) -> str:
    return f"{outcome_of(error).capitalize()}: {_sentence(error)}"


def _others(found: Found) -> str:
    rest = len(found.wrong) - 1
    if not rest:
        return ""
    return (
        " There is one thing more: see --detail."
        if rest == 1
        else f" There is more: see --detail for all {rest}."
    )


def _files(found: Found) -> str:
    if found.manifest is None:
        return ""
    count, number = len(found.compared), found.manifest.number
    day = days.in_words(found.manifest.day)
    return f" Its {count} files are those of manifest number {number}, signed on {day}."


def _alone(found: Found) -> str:
    return f"agrees with itself. Compare its ten words with a flyer's: {found.words}"


def _not_seen(error: OfframpError) -> str:
    return f"Not seen: {_sentence(error)}"


def _sentence(error: OfframpError) -> str:
    return " ".join(str(error).split())


def _clock(found: Found) -> str:
    """Everything here goes by this laptop's clock, and a wrong one looks like a site that is closed."""
    if found.outcome != "closed":
        return ""
    return f" This laptop's clock says that today is {days.in_words(days.today())}."


def _json(found: Found, outcome: str, error: OfframpError | None = None) -> str:
    wrong = [error] if error else found.wrong
    manifest = found.manifest
    said: dict[str, object] = {
        "address": found.onion,
        "outcome": outcome,
        "reason": type(wrong[0]).__name__ if wrong else None,
        "says": _sentence(wrong[0]) if wrong else None,
        "wrong": [{"reason": type(one).__name__, "says": _sentence(one)} for one in wrong],
        "words": found.words,
        "code": found.code,
        "keys_until": _day(found.keyset.valid_until) if found.keyset else None,
        "read_in_week_of": found.card.week.isoformat() if found.card else None,
        "next_by": found.card.next_by.isoformat() if found.card else None,
        "manifest": manifest and {"number": manifest.number, "day": manifest.day.isoformat()},
        "files_as_signed": sum(not one.wrong for one in found.compared),
    }
    return json.dumps(said)


def _day(seconds: int) -> str:
    last: date = datetime.fromtimestamp(seconds - 1, UTC).date()
    return last.isoformat()


def _end(outcome: str, said: str) -> NoReturn:
    click.echo(said)
    click.get_current_context().exit(STATUS[outcome])


def _say(line: str) -> None:
    click.echo(line, err=True)
