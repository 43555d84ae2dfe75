"""`offramp import`: take what was fetched into the vault."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from offramp.crypto.bundle import HEADER
from offramp.desk.cases.forgetting import days_kept, sweep
from offramp.desk.cases.importing import Imported, import_bundle
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import SOME_FAILED
from offramp.desk.commands.options import PATH
from offramp.desk.commands.warning import warn
from offramp.desk.desk import Desk
from offramp.desk.errors import MissingFile
from offramp.desk.progress import Progress

_REASONS_NAMED = 20
"""So many envelopes that did not open are named one by one; of more, only how many there are of each reason."""


@click.command("import")
@click.argument("bundles", type=PATH, nargs=-1, metavar="[BUNDLE]...")
@at_desk()
def import_(desk: Desk, place: Place, bundles: tuple[Path, ...]) -> None:
    """Open what was fetched, and keep it in the vault. Needs no network.

    Without BUNDLE, it takes the desk's own, inbox.bundle. What is in the vault already is passed over, so the
    same bundle can be imported again, and an import that was interrupted goes on where it stopped. What is over
    for long enough is forgotten then (see 'offramp held'), and does not come back.

    A letter that does not open is named with the reason, and the others go on; the exit status is 3 then.
    """
    failed = False
    for path in bundles or (place.bundle,):
        if not path.is_file():
            raise MissingFile(f"{path} is not there. Fetch first, or carry the bundle here.")
        with Progress(f"Importing {path.name}", path.stat().st_size - len(HEADER)) as progress:
            found = import_bundle(desk, path, progress.advance)
        failed |= _tell(path, found)
        _forget(desk, path)
    warn(desk)
    if failed:
        click.get_current_context().exit(SOME_FAILED)


def _forget(desk: Desk, path: Path) -> None:
    swept = sweep(desk, path)
    if swept.cases:
        several = "1 case was" if swept.cases == 1 else f"{swept.cases} cases were"
        click.echo(f"{several} over for {days_kept(desk)} days, and forgotten.")
    if swept.clock:
        click.echo(swept.clock, err=True)
    if swept.problem:
        click.echo(f"{path} still holds letters that were forgotten here: {swept.problem}", err=True)


def _tell(path: Path, found: Imported) -> bool:
    """Say what came, and what did not; whether anything is missing."""
    click.echo("; ".join(_news(found)) + ".")
    reasons = Counter(str(reason) for _, reason in found.refused)
    if len(found.refused) <= _REASONS_NAMED:
        for name, reason in found.refused:
            click.echo(f"{name.hex()}: {reason}", err=True)
    else:
        for said, number in reasons.most_common():
            click.echo(f"{number} letters: {said}", err=True)
    if found.truncated:
        click.echo(f"The last letter in {path} is incomplete. Fetch again to complete it.", err=True)
    if found.damaged:
        click.echo(f"{path} is damaged. What comes before that is in the vault now.", err=True)
    return bool(found.refused or found.truncated or found.damaged)


def _news(found: Imported) -> list[str]:
    first = found.letters - found.follow_ups
    parts = [
        _number(first, "new letter"),
        _number(found.follow_ups, "follow-up"),
        _number(found.events, "decision of other organizers", "decisions of other organizers"),
        _number(found.drafts, "adviser's draft", "advisers' drafts"),
    ]
    told = [part for part in parts if part] or ["Nothing new"]
    if found.known:
        told.append(f"{found.known} known before")
    return told


def _number(number: int, one: str, several: str = "") -> str:
    return "" if not number else f"1 {one}" if number == 1 else f"{number} {several or one + 's'}"
