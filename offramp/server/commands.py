"""`offramp server …`, `offramp serve` and the single parts of it.

Everything but click is imported where it is used, so that `offramp --help` is quick.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from offramp.server.layout import ServerFolder

P = ParamSpec("P")
T = TypeVar("T")

FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
SOCKETS = click.option(
    "--sockets",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the sockets, where tor may not look into DIR.",
)
CONTROL = click.option("--control", metavar="PATH|PORT", help="tor's control socket or port.")
OWN_TOR = click.option(
    "--own-tor",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Run a tor of our own, which keeps its state in FOLDER, instead of asking the system's.",
)
TOR_OPTIONS = click.option(
    "--tor-options",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="More options for a tor of our own, as in a torrc: bridges, for example.",
)
CHILD_OF = click.option("--child-of", type=int, hidden=True)


def plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Turn the store's errors, which have their own root, into one that `offramp` shows as a sentence."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        from offramp.server.errors import ServerError
        from offramp.store.errors import StoreError

        try:
            return command(*args, **kwargs)
        except StoreError as error:
            raise ServerError(str(error)) from error

    return run


@click.group()
def server() -> None:
    """Set up a server's folder, and check it."""


@server.command()
@FOLDER
@click.option("--campaign", required=True, type=click.Path(path_type=Path), help="The campaign.toml.")
@click.option("--root", required=True, type=click.Path(path_type=Path), help="The root's public key.")
@plainly
def init(folder: Path, campaign: Path, root: Path) -> None:
    """Make DIR, with the keys of two new onion addresses."""
    from offramp.server.setup import make_folder

    state = make_folder(folder, campaign=campaign, root=root)
    click.echo(f"made {folder}")
    click.echo(f"the workers' address:  {state.intake_address}")
    click.echo(f"the couriers' address: {state.couriers_address}")


@server.command("enroll-courier")
@FOLDER
@FILE
@plainly
def enroll(folder: Path, file: Path) -> None:
    """Let the courier of this public FILE fetch."""
    from offramp.server.setup import enroll_courier

    courier = enroll_courier(_folder(folder), file)
    click.echo(f"enrolled {courier.name}; a running server knows in a second")
    click.echo(f"Ten words, to compare with the courier over a call: {courier.words}")


@server.command("remove-courier")
@FOLDER
@click.argument("name")
@plainly
def remove(folder: Path, name: str) -> None:
    """Let the courier NAME fetch and push no more: their key was lost, or they left."""
    from offramp.server.setup import remove_courier

    remove_courier(_folder(folder), name)
    click.echo(f"{name} is no courier any more; a running server knows in a second")


@server.command("new-root")
@FOLDER
@FILE
@click.option("--yes", is_flag=True, help="The ten words were compared already; do not ask.")
@plainly
def new_root(folder: Path, file: Path, yes: bool) -> None:
    """Go by the campaign's new root key, whose root.pub is FILE.

    What the root key before it signed is dropped, and the site takes nothing until there is a new calendar and a
    new card.
    """
    from offramp.crypto.words import campaign_words
    from offramp.server.signed.new_root import check_new_root, replace_root

    state, root = check_new_root(_folder(folder), file)
    click.echo(f"The campaign's ten words would be: {campaign_words(state.intake_address, root)}")
    if not yes:
        click.confirm("Did the holder of the root key read you the same ten words over a call?", abort=True)
    replace_root(state.folder, root)
    click.echo("This server goes by the new root key, and is closed.")
    click.echo("Add the new calendar (offramp server add-calendar), and then start the server anew.")


@server.command("add-calendar")
@FOLDER
@FILE
@click.option(
    "--card",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A card, or what `offramp pack` wrote at a desk that signed one.",
)
@plainly
def add(folder: Path, file: Path, card: Path | None) -> None:
    """Publish the keys of the calendar in FILE, week by week, each when its time comes."""
    from offramp.server.signed.calendars import add_calendar
    from offramp.server.signed.warnings import warnings
    from offramp.server.words import on_day

    added = add_calendar(_folder(folder), file, card)
    weeks = "1 week" if added.new == 1 else f"{added.new} weeks"
    if added.new:
        click.echo(f"added {weeks}; a running server has them in a second")
    else:
        click.echo("this calendar was added before; nothing is new in it")
    click.echo(f"It goes from {on_day(added.first)} to {on_day(added.last)}.")
    for warning in warnings(added.status):
        click.echo(warning)


@server.command("add-manifest")
@FOLDER
@FILE
@plainly
def add_manifest(folder: Path, file: Path) -> None:
    """Show everybody the manifest in FILE: which files this site is to serve, signed with the root key.

    Nothing is changed where this server would serve other files than it lists.
    """
    import time

    from offramp.server.signed.manifests import add_manifest

    added = add_manifest(_folder(folder), file, clock=time.time)
    click.echo(f"This server's {len(added.files)} files are those of manifest number {added.number}.")
    click.echo("Start the server anew: from then on it shows the manifest.")


@server.command()
@FOLDER
@plainly
def settle(folder: Path) -> None:
    """Give every file in DIR to the user of the part of the server that it is for.

    For a server that `deploy/install` set up, and root: elsewhere all of it belongs to one user.
    """
    from offramp.server.upkeep import ownership

    if not ownership.settle(_folder(folder)):
        click.echo("Nothing was changed: this folder belongs to one user, or you are not root.")


@server.command()
@FOLDER
@plainly
def check(folder: Path) -> None:
    """Say what is missing in DIR.  Ends with 1 when something is."""
    from offramp.server.check import problems

    found = problems(_folder(folder))
    for problem in found:
        click.echo(f"- {problem}")
    if found:
        raise SystemExit(1)
    click.echo("nothing is missing")


@click.command("serve")
@FOLDER
@click.option("--port", type=click.IntRange(1, 65_535), help="Show the pages on 127.0.0.1, for a look.")
@click.option("--onion", is_flag=True, help="Publish both onion addresses through tor.")
@CONTROL
@OWN_TOR
@TOR_OPTIONS
@SOCKETS
@plainly
def serve(
    folder: Path,
    port: int | None,
    onion: bool,
    control: str | None,
    own_tor: Path | None,
    tor_options: Path | None,
    sockets: Path | None,
) -> None:
    """Run the whole server until Ctrl-C."""
    if port is None and not onion:
        raise click.UsageError("say --onion to publish it, or --port 8080 to look at it on this machine")
    from offramp.server.errors import PortTaken
    from offramp.server.layout import load
    from offramp.server.locks import require_stopped
    from offramp.server.processes import Stopped, Supervisor, port_is_free, start_publisher, start_web
    from offramp.server.upkeep.moved import require_not_moved

    state = load(_folder(folder, sockets))
    if port is not None and not port_is_free(port):
        raise PortTaken(f"Another program listens on port {port}; choose another with --port.")
    require_not_moved(state.folder)
    require_stopped(state.folder)
    with Supervisor() as supervisor:
        try:
            start_web(supervisor, state.folder, port)
            if onion:
                tor = {"--control": control, "--own-tor": own_tor, "--tor-options": tor_options}
                start_publisher(supervisor, state.folder, tor)
            # The last word of the start: whoever waits for it may go on.
            click.echo(f"worker page: http://{state.intake_address if onion else f'127.0.0.1:{port}'}/")
            supervisor.wait()
        except Stopped:
            click.echo("stopped")


@click.command("serve-intake")
@FOLDER
@click.option("--port", type=click.IntRange(1, 65_535), help="Listen on 127.0.0.1 besides, for a look.")
@SOCKETS
@CHILD_OF
@plainly
def serve_intake(folder: Path, port: int | None, sockets: Path | None, child_of: int | None) -> None:
    """Run the workers' side alone, on its socket."""
    _end_with(child_of)
    from offramp.server import serving

    serving.serve_intake(_folder(folder, sockets), port=port)


@click.command("serve-couriers")
@FOLDER
@SOCKETS
@CHILD_OF
@plainly
def serve_couriers(folder: Path, sockets: Path | None, child_of: int | None) -> None:
    """Run the couriers' side alone, on its socket."""
    _end_with(child_of)
    from offramp.server import serving

    serving.serve_couriers(_folder(folder, sockets))


@click.command("publish")
@FOLDER
@CONTROL
@OWN_TOR
@TOR_OPTIONS
@SOCKETS
@CHILD_OF
@click.option("--ready-fd", type=int, hidden=True)
@plainly
def publish(
    folder: Path,
    control: str | None,
    own_tor: Path | None,
    tor_options: Path | None,
    sockets: Path | None,
    child_of: int | None,
    ready_fd: int | None,
) -> None:
    """Publish both onion addresses through tor, and keep them published."""
    _end_with(child_of)
    from offramp.server.publishing import publish_both, with_own_tor

    to_publish = functools.partial(
        publish_both, _folder(folder, sockets), announce=lambda: _announce(ready_fd), say=click.echo
    )
    if own_tor is None:
        to_publish(control)
    else:
        with_own_tor(own_tor, tor_options, to_publish, say=click.echo)


def _folder(path: Path, sockets: Path | None = None) -> ServerFolder:
    from offramp.server.layout import ServerFolder

    return ServerFolder.at(path, sockets)


def _announce(descriptor: int | None) -> None:
    if descriptor is not None:
        os.write(descriptor, b"\n")
        os.close(descriptor)


def _end_with(parent: int | None) -> None:
    if parent is not None:
        from offramp.server.parents import end_with_parent

        end_with_parent(parent)
