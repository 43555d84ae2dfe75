"""What a server's folder lacks before it can serve, in words."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator

from offramp.board.database import BoardDatabase
from offramp.board.tree import BoardTree
from offramp.crypto.board import read_descriptor, replies_of
from offramp.crypto.errors import OfframpError
from offramp.disk import is_shared
from offramp.server.capacity.limits import read_limits
from offramp.server.errors import ServerMoved
from offramp.server.layout import ServerFolder, ServerState, load
from offramp.server.signed.floor import read_floor
from offramp.server.signed.keysets import SUFFIX, read_own
from offramp.server.signed.manifests import differences_of, read_here, summary
from offramp.server.signed.shelves import cards_of, shelf_of
from offramp.server.signed.status import status_of
from offramp.server.signed.warnings import warnings
from offramp.server.upkeep.moved import require_not_moved
from offramp.server.upkeep.rescue import examine_store
from offramp.site.pages import render_files
from offramp.store import StoreError, open_store


def problems(folder: ServerFolder, *, clock: Callable[[], float] = time.time) -> list[str]:
    """One sentence for each thing that is missing or wrong; empty when the server can serve."""
    return [sentence for _, sentence in named_problems(folder, clock=clock)]


def named_problems(
    folder: ServerFolder, *, without: Collection[str] = (), clock: Callable[[], float] = time.time
) -> Iterator[tuple[str, str]]:
    """The same, each behind the name of the part that it is about.  Nobody looks at the parts in *without*."""
    try:
        state = load(folder)
    except OfframpError as error:
        yield "folder", str(error)  # nothing else can be told before this is mended
        return
    parts: dict[str, Iterable[str]] = {
        "moved": _moved(folder),
        "access": _access(folder),
        "onion-keys": _keys(folder),
        "keysets": _keysets(state),
        "calendar": _warnings(state, clock),
        "limits-file": _limits_file(folder),
        "limits": _limits(folder),
        "couriers": _couriers(state),
        "pages": _pages(state),
        "manifest": _manifest(state),
        "store": _store(folder),
        "board": _board(folder),
    }
    for name, sentences in parts.items():
        if name not in without:
            yield from ((name, sentence) for sentence in sentences)


def _moved(folder: ServerFolder) -> Iterator[str]:
    try:
        require_not_moved(folder)
    except ServerMoved as error:
        yield str(error)


def _access(folder: ServerFolder) -> Iterator[str]:
    mode = stat.S_IMODE(folder.path.stat().st_mode)
    if is_shared(folder.path):  # by the users of the server's parts, who are in its group
        if mode & 0o027:
            yield f"Others may look into {folder.path}; `offramp server settle {folder.path}`."
    elif mode & 0o077:
        yield f"Others may look into {folder.path}; `chmod 700` it."


def _keys(folder: ServerFolder) -> Iterator[str]:
    for key in (folder.intake_key, folder.couriers_key):
        if not key.exists():
            yield f"{key} is missing, so its onion address cannot be published."
        elif stat.S_IMODE(key.stat().st_mode) & 0o077:
            yield f"Others may read {key}; `chmod 600` it."


def _keysets(state: ServerState) -> Iterator[str]:
    for path in sorted(state.folder.keysets.glob(f"*{SUFFIX}")):
        try:
            keyset = read_own(path, root=state.root, campaign=state.campaign.id, onion=state.intake_address)
        except (OfframpError, OSError) as error:
            yield f"{path}: {error}"
            continue
        if len(keyset.recipients) != state.campaign.slot_count:
            yield f"{path} has {len(keyset.recipients)} slots, and the campaign {state.campaign.slot_count}."
    if state.folder.floor.exists():
        try:
            read_floor(state.folder.floor)
        except OfframpError as error:
            yield str(error)


def _warnings(state: ServerState, clock: Callable[[], float]) -> list[str]:
    shelf = shelf_of(state, clock=clock)
    return warnings(status_of(shelf, cards_of(state, shelf.all, clock=clock), clock=clock))


def _limits_file(folder: ServerFolder) -> Iterator[str]:
    try:
        read_limits(folder.limits)
    except OfframpError as error:
        yield str(error)


def _limits(folder: ServerFolder) -> Iterator[str]:
    try:
        paused = read_limits(folder.limits).paused
    except OfframpError:
        return  # _limits_file() tells
    if paused:
        yield f"It is paused, so nothing can be sent; `offramp server limits {folder.path} --resume` opens it."


def _couriers(state: ServerState) -> Iterator[str]:
    if not state.couriers:
        yield "No courier is enrolled, so nobody can fetch or push; `offramp server enroll-courier` adds one."


def _pages(state: ServerState) -> Iterator[str]:
    try:
        render_files(state.campaign, state.root, 1, state.intake_address)
    except OfframpError as error:
        yield str(error)


def _manifest(state: ServerState) -> Iterator[str]:
    try:
        found = read_here(state)
        different = differences_of(state, found) if found else []
    except OfframpError as error:
        yield f"{state.folder.manifest}: {error}"
        return
    if found is None:
        yield (
            "There is no manifest, so nobody can tell whether the files are the right ones. The holder of the root "
            "key signs one with `offramp manifest sign`; `offramp server add-manifest` adds it."
        )
    if different:
        yield f"The files are not those of the manifest, and whoever watches is told so. {summary(different)}"


def _store(folder: ServerFolder) -> Iterator[str]:
    is_file = folder.store_url == folder.store_file_url
    if is_file and not folder.store.exists():
        return  # the server makes it
    try:
        open_store(folder.store_url).close()
        if is_file:
            examine_store(folder)
    except StoreError as error:
        yield f"{folder.store if is_file else folder.store_address}: {error}"


def _board(folder: ServerFolder) -> Iterator[str]:
    """The server makes both parts where they are missing, and mends the files at each rebuild."""
    if folder.board_database.exists():
        database = BoardDatabase(folder.board_database, clock=time.time)
        try:
            database.look()
        except StoreError as error:
            yield f"{folder.board_database}: {error}"
        database.close()
    tree = BoardTree(folder.board)
    if not tree.descriptor.exists():
        return
    try:
        published = read_descriptor(tree.descriptor.read_bytes())
        for index in range(published.shard_count):
            replies_of(tree.shard(published.build, index).read_bytes())
    except (OfframpError, OSError):
        yield f"Answers in {folder.board} are damaged; the next rebuild mends them, while the couriers' side runs."
