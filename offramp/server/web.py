"""The two web processes: what is in the folder, made into an app and served on its socket."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

from flask import Flask

from offramp.app import create_courier_side, create_intake
from offramp.board.builder import Builder
from offramp.board.clock import RebuildClock
from offramp.board.database import BoardDatabase
from offramp.board.posts import Posts
from offramp.board.shelf import BoardShelf
from offramp.board.tree import BoardTree
from offramp.crypto.errors import OfframpError
from offramp.server.enrollment import Enrollment
from offramp.server.gunicorn_app import WebProcess, run, unix
from offramp.server.layout import ServerFolder, ServerState, load
from offramp.server.locks import only_one
from offramp.server.manifests import manifest_of, pinned_sequence, with_manifest
from offramp.server.shelves import cards_of, shelf_of
from offramp.server.status import status_of
from offramp.site.pages import render_outcomes, render_pages
from offramp.store import StoreError, open_store

TICK_SECONDS: Final = 60.0
"""How exactly the store's files tell when something last came in: to the minute, however rarely it does."""

_APP_LOAD_ERROR: Final = 4  # gunicorn's own code: do not start the worker again


def serve_intake(folder: ServerFolder, *, port: int | None = None) -> None:
    """Serve the public app on its unix socket, and on 127.0.0.1:*port* for a demonstration, until SIGTERM.

    Raises ServerError, CampaignError, StoreError before it serves.
    """
    state = load(folder)
    binds = [unix(folder.intake_socket)]
    if port is not None:
        binds.append(f"127.0.0.1:{port}")
    _serve(folder, "intake", binds, lambda: _intake(state))


def serve_couriers(folder: ServerFolder) -> None:
    """Serve the couriers' app on its unix socket until SIGTERM.  Raises as serve_intake does."""
    state = load(folder)
    _serve(folder, "couriers", [unix(folder.couriers_socket)], lambda: _couriers(state))


def _intake(state: ServerState) -> tuple[Flask, Callable[[], None]]:
    shelf = shelf_of(state)
    manifest = manifest_of(state)
    sequence = pinned_sequence(manifest, shelf, time.time())
    pages = render_pages(state.campaign, state.root, sequence, state.intake_address)
    store = open_store(state.folder.store_url, tick_seconds=TICK_SECONDS)
    cards = cards_of(state, shelf.all)
    served = with_manifest(pages, manifest)
    outcomes = render_outcomes(state.campaign, state.root, sequence, state.intake_address)
    board = BoardShelf(state.folder.board)
    return create_intake(served, shelf, cards, store, board, outcome_pages=outcomes), store.close


def _couriers(state: ServerState) -> tuple[Flask, Callable[[], None]]:
    store = open_store(state.folder.store_url)
    database = BoardDatabase(state.folder.board_database, clock=time.time)
    tree = BoardTree(state.folder.board)
    answers = state.campaign.answers
    builder = Builder(database, tree, kept_days=answers.kept_days, clock=time.time)
    rebuilding = RebuildClock(builder, minutes=answers.rebuild_minutes, clock=time.time)
    rebuilding.start()

    def close() -> None:
        rebuilding.stop()
        database.close()
        store.close()

    shelf = shelf_of(state)
    cards = cards_of(state, shelf.all_now)

    def status() -> Mapping[str, object]:
        with contextlib.suppress(OSError):  # it is noted at the next visit, or when a calendar is added
            shelf.note_floor()
        return status_of(shelf, cards).as_json()

    enrollment = Enrollment(state.folder.couriers, host=state.couriers_address)
    posts = Posts(database, tree, clock=time.time)
    return create_courier_side(enrollment, store, posts, cards, status), close


def _serve(
    folder: ServerFolder, name: str, binds: list[str], make: Callable[[], tuple[Flask, Callable[[], None]]]
) -> None:
    folder.sockets.mkdir(mode=0o700, exist_ok=True)
    with only_one(folder.sockets / f"{name}.lock"):
        process = WebProcess(
            lambda: _or_say_why(make), binds=binds, umask=folder.socket_umask(), name=f"offramp-{name}"
        )
        run(process)


def _or_say_why(make: Callable[[], tuple[Flask, Callable[[], None]]]) -> tuple[Flask, Callable[[], None]]:
    """In the worker: an error that a person can mend ends the start with its sentence."""
    try:
        return make()
    except (StoreError, OfframpError) as error:
        print(f"Error: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the error log
        raise SystemExit(_APP_LOAD_ERROR) from None
