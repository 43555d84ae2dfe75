"""`offramp doctor`: what is wrong with a server, and the cure."""

from __future__ import annotations

import functools
from contextlib import ExitStack, closing
from pathlib import Path

import click

from offramp.server.commands import CONTROL, FOLDER, OWN_TOR, SOCKETS, TOR_OPTIONS, plainly


@click.command()
@FOLDER
@CONTROL
@click.option("--socks", metavar="PORT", help="A tor's SOCKS port, to visit both addresses through.")
@OWN_TOR
@TOR_OPTIONS
@click.option("--offline", is_flag=True, help="Ask nothing of the Tor network.")
@click.option("--json", "json_", is_flag=True, help="Show all of it as JSON.")
@SOCKETS
@plainly
def doctor(
    folder: Path,
    control: str | None,
    socks: str | None,
    own_tor: Path | None,
    tor_options: Path | None,
    offline: bool,
    json_: bool,
    sockets: Path | None,
) -> None:
    """Look at everything that a server needs, and name each thing that is wrong, with its cure.

    Ends with 0 where nothing is, with 1 for warnings, and with 2 where something is wrong. Run it as root: others may
    not see everything.
    """
    from offramp.server.doctor import Patient, examine
    from offramp.server.doctor.findings import exit_status
    from offramp.server.doctor.telling import as_json, as_text
    from offramp.server.layout import ServerFolder
    from offramp.server.publishing import DEFAULT_CONTROL
    from offramp.server.upkeep.units import sockets_of
    from offramp.tor.own import own_tor as run_tor

    with ExitStack() as meanwhile:
        if own_tor is not None and not offline:
            say = functools.partial(click.echo, err=True)
            tor = meanwhile.enter_context(run_tor(own_tor.absolute(), say, more_options=tor_options))
            socks = str(tor.socks_port)
        patient = Patient(
            ServerFolder.at(folder, sockets_of(folder, sockets)),
            control=control or DEFAULT_CONTROL,
            socks=socks,
            offline=offline,
        )
        meanwhile.enter_context(closing(patient))
        findings = examine(patient)
    click.echo(as_json(findings) if json_ else "\n".join(as_text(findings)))
    raise SystemExit(exit_status(findings))
