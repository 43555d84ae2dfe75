"""The two web apps of a server: what is in its folder, made into an app with all that goes on beside it.

This is imported in the process that answers, and not in the one that watches over it (serving.py).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from flask import Flask

from offramp.app import create_courier_side, create_intake
from offramp.board.builder import Builder
from offramp.board.clock import RebuildClock
from offramp.board.database import BoardDatabase
from offramp.board.days import day_of
from offramp.board.posts import Posts
from offramp.board.shelf import BoardShelf
from offramp.board.tree import BoardTree
from offramp.crypto.keyset import Keyset
from offramp.server.capacity.health import health_of
from offramp.server.capacity.limits import LimitsShelf
from offramp.server.capacity.load import Load
from offramp.server.capacity.quotas import most
from offramp.server.capacity.report import Counted, Reporting, State
from offramp.server.enrollment import Enrollment
from offramp.server.in_child import in_child
from offramp.server.layout import PublicState, ServerState
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.server.signed.manifests import manifest_of, pinned_sequence, with_manifest
from offramp.server.signed.shelves import cards_of, shelf_of
from offramp.server.signed.status import status_of
from offramp.server.traces.covering import Covering, Way
from offramp.server.traces.retention import Retention, SureDay
from offramp.site.pages import Page, render_outcomes, render_pages
from offramp.site.sealed_outcomes import Outcome
from offramp.store import StoreError, open_store

TICK_SECONDS: Final = 60.0
"""How exactly the store's files tell when something last came in: to the minute, however rarely it does."""


def intake(state: PublicState, counts: Load) -> tuple[Flask, Callable[[], None]]:
    shelf = shelf_of(state)
    manifest = manifest_of(state)
    limits = LimitsShelf(state.folder.limits)
    sequence = pinned_sequence(manifest, shelf, time.time())
    rendered = partial(_rendered, state, sequence)
    pages, outcomes = in_child(rendered)  # making them would leave two megabytes behind
    store = open_store(state.folder.store_url, tick_seconds=TICK_SECONDS)
    cards = cards_of(state, shelf.all)
    served = with_manifest(pages, manifest)
    board = BoardShelf(state.folder.board)

    def how_it_does() -> State:
        try:
            store.has(bytes(16))  # whatever the answer is
        except StoreError:
            return State.BROKEN
        current = shelf.current()
        return State.OPEN if current and cards.in_force(current) else State.CLOSED

    reporting = Reporting(state.folder.health, how_it_does, lambda: Counted.of(counts.snapshot()))
    reporting.start()
    covering = Covering(store, _way_in(state, shelf, cards, limits))
    covering.start()

    def close() -> None:
        covering.stop()
        reporting.stop()
        store.close()

    app = create_intake(served, shelf, cards, store, board, outcome_pages=outcomes, limits=limits.current)
    return app, close


def _rendered(state: PublicState, sequence: int) -> tuple[dict[str, Page], dict[str, dict[Outcome, Page]]]:
    given = state.campaign, state.root, sequence, state.intake_address
    pages = {path: page.lean() for path, page in render_pages(*given).items()}
    return pages, render_outcomes(*given)


def _way_in(state: PublicState, keysets: KeysetShelf, cards: CardShelf, limits: LimitsShelf) -> Way:
    """How a letter comes in: only while the intake takes some, and to the keyset that it hands out."""

    def keyset() -> Keyset | None:
        current = None if limits.current().paused else keysets.current()
        return current if current and cards.in_force(current) else None

    return Way(
        root=state.root,
        keyset=keyset,
        room=lambda size_class, length: most(limits.current(), size_class, length),
        today=lambda: day_of(time.time),
    )


def couriers(state: ServerState) -> tuple[Flask, Callable[[], None]]:
    store = open_store(state.folder.store_url)
    database = BoardDatabase(state.folder.board_database, clock=time.time)
    tree = BoardTree(state.folder.board)
    answers = state.campaign.answers
    builder = Builder(database, tree, kept_days=answers.kept_days, clock=time.time)
    rebuilding = RebuildClock(builder, minutes=answers.rebuild_minutes, clock=time.time)
    rebuilding.start()

    started = time.time()
    shelf = shelf_of(state)
    cards = cards_of(state, shelf.all_now)
    enrollment = Enrollment(state.folder.couriers, host=state.couriers_address)
    day = SureDay(state.folder.clock, open_=lambda: shelf.current() is not None)
    retention = Retention(store, lambda: enrollment.current()[1], day)
    retention.start()

    def close() -> None:
        retention.stop()
        rebuilding.stop()
        database.close()
        store.close()

    limits = LimitsShelf(state.folder.limits)

    def status() -> Mapping[str, object]:
        with contextlib.suppress(OSError):  # it is noted at the next visit, or when a calendar is added
            shelf.note_floor()
        health = health_of(state, store, limits.current(), since=started)
        return {**status_of(shelf, cards).as_json(), "health": health.as_json()}

    posts = Posts(database, tree, clock=time.time)
    return create_courier_side(enrollment, store, posts, cards, status, limits), close
