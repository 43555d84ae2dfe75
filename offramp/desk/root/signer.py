"""Putting the root key together, in memory alone, for one command that signs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from offramp.crypto.errors import WrongPassphrase
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.errors import WrongRootKey
from offramp.desk.keys import RootKey, load_root
from offramp.desk.passphrases import known_passphrase
from offramp.desk.root.errors import NotAShare, SharesDiffer, SharesNeeded
from offramp.desk.root.keeping import open_share, shares_here, shares_needed
from offramp.desk.root.share_words import read_words
from offramp.desk.root.shares import RootShare, join_shares
from offramp.desk.root.switching import finish

TYPED: Final = Path("-")
"""Stands for a share whose words are typed from paper."""
_TRIES: Final = 3

Opened = TypeVar("Opened")

_share_option = click.option(
    "--share",
    "shares",
    type=PATH,
    multiple=True,
    metavar="FILE",
    help="A share of the root key, for each that does not lie in the campaign's folder; '-' to type its words.",
)


def root_options(command: Any) -> Any:
    """`--share` and `--passphrase-file`, which arrive as `shares` and `passphrase_file`."""
    return _share_option(passphrase_file(command))


def open_root(folder: CampaignFolder, shares: Sequence[Path], passphrase_file: Path | None) -> RootKey:
    """The campaign's root key, from root.key or from shares: those named, and then those in the folder.

    Asks for each passphrase. Raises WrongRootKey when it is another campaign's, SharesNeeded, SharesDiffer,
    NotAShare, MissingFile, or a SecretFileError.
    """
    finish(folder)
    public = folder.root()
    if folder.root_key.exists() and not shares:
        root = _patiently(passphrase_file, lambda: load_root(folder.root_key, passphrase_file))
    else:
        root = join_shares(_enough(folder, shares, passphrase_file))
    if root.public != public:
        raise WrongRootKey
    return root


def _enough(folder: CampaignFolder, named: Sequence[Path], source: Path | None) -> list[RootShare]:
    """As many shares as sign, and no passphrase for one more."""
    paths = [*named, *(path for path in shares_here(folder) if not _is_among(path, named))]
    needed = shares_needed(folder)
    if not paths or (needed and len(paths) < needed[0]):
        raise SharesNeeded(_how_many(needed, paths))
    opened: list[RootShare] = []
    for path in paths:
        share = _open(path, source)
        if opened and share.splitting != opened[0].splitting:
            raise SharesDiffer(
                f"{path} is of another splitting of the root key than {paths[0]}. Use shares of one of them alone."
            )
        opened.append(share)
        if len({one.number for one in opened}) >= share.needed:
            break
    return opened


def _how_many(needed: tuple[int, int] | None, there: Sequence[Path]) -> str:
    if needed is None:
        return str(SharesNeeded())
    few, made = needed
    here = "none is" if not there else "one is" if len(there) == 1 else f"{len(there)} are"
    return (
        f"Any {few} of the {made} shares of the root key sign, and {here} here. Bring the others, and name each: "
        "--share FILE, or --share - to type its words."
    )


def _open(path: Path, source: Path | None) -> RootShare:
    if path == TYPED:
        return _typed()
    return _patiently(source, lambda: open_share(path, known_passphrase(_shown(path), source)))


def _shown(path: Path) -> str:
    """Shares from several sticks may have the same name."""
    return str(path)


def _patiently(source: Path | None, opened: Callable[[], Opened]) -> Opened:
    """A passphrase that is mistyped is asked for again: the others need not begin anew."""
    for _ in range(_TRIES - 1):
        try:
            return opened()
        except WrongPassphrase:
            if source is not None:
                raise
            click.echo("That passphrase does not open it. Once more.", err=True)
    return opened()


def _typed() -> RootShare:
    for _ in range(_TRIES - 1):
        try:
            return _ask_words()
        except NotAShare as error:
            click.echo(f"{error} Type them once more.", err=True)
    return _ask_words()


def _ask_words() -> RootShare:
    words: str = click.prompt("The 33 words of the share, with a space after each", err=True)
    return read_words(words)


def _is_among(path: Path, named: Sequence[Path]) -> bool:
    return any(path.resolve() == one.resolve() for one in named if one != TYPED)
