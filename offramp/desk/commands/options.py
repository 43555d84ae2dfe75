"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from offramp.desk.desk_folder import defaults_from

PATH = click.Path(path_type=Path)
_DESK: Final = "offramp.desk"

passphrase_file = click.option(
    "--passphrase-file",
    type=PATH,
    metavar="FILE",
    help="Take the passphrase from FILE ('-' for standard input) instead of asking. For scripts.",
)
folder = click.option(
    "--folder",
    type=PATH,
    default=Path(),
    metavar="DIR",
    help="Write the files there instead of here.",
)


def _take_defaults(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None and context.info_name:
        context.meta[_DESK] = value
        context.default_map = defaults_from(value, context.info_name)


def desk_of(context: click.Context) -> Path | None:
    """The folder that `--desk` named, if it did."""
    found: Path | None = context.meta.get(_DESK)
    return found


def desk_option(command: Any) -> Any:
    """`--desk`: whatever is not given comes from a desk's folder."""
    return click.option(
        "--desk",
        type=PATH,
        metavar="DIR",
        is_eager=True,
        expose_value=False,
        callback=_take_defaults,
        help="Take whatever is not given here from this desk's folder (see 'offramp desk new').",
    )(command)
