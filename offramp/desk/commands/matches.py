"""`offramp matches`, `propose` and `asks`: which adviser fits which request, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

import click

from offramp.desk.cases.finding import find_case
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.desk import Desk
from offramp.desk.matching.asks import Asks, asks_of, set_asks
from offramp.desk.matching.proposal import Pair, open_requests, propose
from offramp.desk.matching.ranking import Match, rank
from offramp.desk.showing import ID_SHOWN
from offramp.desk.visible import on_one_line

_DECIDE = "Nothing was decided. To hand a request over: offramp hand-over"


@click.command()
@click.argument("prefix", required=False, metavar="[ID]")
@click.option("--most", default=10, show_default=True, help="Advisers to show at most for each request.")
@click.option("--json", "is_json", is_flag=True, help="JSON, one object a line.")
@at_desk()
def matches(desk: Desk, place: Place, prefix: str | None, most: int, is_json: bool) -> None:
    """Show which advisers fit a request, the best first, and why. Without ID, for each that waits for one.

    '+' is what speaks for somebody, '-' is what speaks against them. Advisers who are not vetted stand apart.
    """
    for case in [find_case(desk, prefix)] if prefix else open_requests(desk):
        found = rank(desk, case, limit=most)
        if is_json:
            for one in found:
                click.echo(json.dumps({"request": case.hex(), **match_object(one)}))
        else:
            for line in _ranked(case, asks_of(desk, case), found):
                click.echo(line)


@click.command("propose")
@click.option("--json", "is_json", is_flag=True, help="JSON, one object a line.")
@at_desk()
def propose_(desk: Desk, place: Place, is_json: bool) -> None:
    """Propose an adviser for each request that is new or open and with nobody. You decide.

    As many people as possible get somebody, and nobody gets more than they have time for.
    """
    found = propose(desk)
    if is_json:
        for pair in found.pairs:
            click.echo(json.dumps({"request": pair.case.hex(), **match_object(pair.match)}))
        for left in found.left:
            click.echo(json.dumps({"request": left.case.hex(), "adviser": None, "why": left.why}))
        return
    for pair in found.pairs:
        for line in _proposed(pair):
            click.echo(line)
    for left in found.left:
        click.echo(f"{left.case.hex()[:ID_SHOWN]}  nobody. {left.why}")
    click.echo(_DECIDE if found.pairs or found.left else "No request waits for an adviser.", err=True)


@click.command()
@click.argument("prefix", metavar="ID")
@click.option("--help-with", "help_", multiple=True, metavar="KIND", help="A kind of help, such as Résumé.")
@click.option("--language", "languages", multiple=True, help="A language that suits them.")
@click.option("--near", multiple=True, metavar="REGION", help="The adviser should know it.")
@click.option(
    "--away", multiple=True, metavar="REGION", help="The adviser should have nothing to do with it."
)
@at_desk()
def asks(
    desk: Desk,
    place: Place,
    prefix: str,
    help_: tuple[str, ...],
    languages: tuple[str, ...],
    near: tuple[str, ...],
    away: tuple[str, ...],
) -> None:
    """Show what request ID asks for, or write it down, where the letter says more than the form.

    What is written down counts instead of all that the form says. Each option can be given several times.
    """
    case = find_case(desk, prefix)
    if any((help_, languages, near, away)):
        said = {"help": help_, "languages": languages, "near": near, "away": away}
        set_asks(desk, case, {name: list(values) for name, values in said.items()})
    click.echo(_asked(case, asks_of(desk, case)))


def match_object(one: Match) -> dict[str, object]:
    """What JSON says of an adviser beside a request."""
    return {
        "adviser": one.adviser_id.hex(),
        "name": one.name,
        "points": one.points,
        "fits": one.fits,
        "vetting": one.vetting,
        "may_be_handed": one.may_be_handed,
        "reasons": list(one.reasons),
        "against": list(one.against),
    }


def _ranked(case: bytes, wanted: Asks, found: list[Match]) -> Iterator[str]:
    yield _asked(case, wanted)
    if not found:
        yield "  Nobody fits."
    for is_vetted, group in groupby(found, key=lambda one: one.is_vetted):
        yield "  Vetted advisers:" if is_vetted else "  Would fit, but are not vetted yet:"
        for one in group:
            yield from _lines(one)
    yield ""


def _asked(case: bytes, wanted: Asks) -> str:
    told = [", ".join(wanted.help) or "help, without saying which", " or ".join(wanted.languages)]
    told += [f"from {wanted.region}"] * bool(wanted.region)
    told += [f"an adviser who knows {', '.join(wanted.near)}"] * bool(wanted.near)
    told += [f"nobody from {', '.join(wanted.away)}"] * bool(wanted.away)
    return on_one_line(f"Request {case.hex()[:ID_SHOWN]} asks for: {'; '.join(told)}", 1000)


def _proposed(pair: Pair) -> Iterator[str]:
    first, *others = _lines(pair.match)
    yield f"{pair.case.hex()[:ID_SHOWN]}  {first.strip()}"
    yield from others


def _lines(one: Match) -> Iterator[str]:
    fits = "" if one.fits else "  does not fit"
    yield f"  {one.points:>3} points  {one.adviser_id.hex()[:ID_SHOWN]}  {one.name}{fits}"
    yield from (f"      + {reason}" for reason in one.reasons)
    yield from (f"      - {reason}" for reason in one.against)
