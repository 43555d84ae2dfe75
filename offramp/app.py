"""The server's two web apps, every route in sight.

The intake is public: it shows pages, takes sealed envelopes, and hands out the board, the same to everybody.
The couriers' side lies on another socket and another onion address: enrolled couriers fetch from it, and push.
Neither can open an envelope or an answer, and nothing that they import can.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import BinaryIO, Protocol

from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import wrap_file

from offramp.crypto.bundle import HEADER as BUNDLE_HEADER
from offramp.crypto.bundle import frame
from offramp.crypto.envelope import envelope_id
from offramp.crypto.request import Verifier
from offramp.server.capacity.limits import LONGEST_CHANGE, Limits, read_change
from offramp.server.envelopes import Cards, Clock, Envelopes, Keysets, day_of
from offramp.server.http.bodies import BINARY, BodyBudget, announced_length, read_exactly
from offramp.server.http.replies import (
    Closed,
    Done,
    Refused,
    Reply,
    Sent,
    as_json,
    as_response,
    json_reply,
    make_app,
    sentence,
)
from offramp.server.pushed import CardsKept, Posts, Pushed
from offramp.site.keyset_slot import FilledPages
from offramp.site.pages import Page
from offramp.site.sealed_outcomes import Outcome
from offramp.store import Store, StoreDamaged

_ID_LENGTH = 16
_MOST_IDS = 256  # in one request of a courier
_IDS_LENGTHS = range(_ID_LENGTH, _MOST_IDS * _ID_LENGTH + 1, _ID_LENGTH)
_MOST_LISTED = 1000
_CHANGE_LENGTHS = range(1, LONGEST_CHANGE + 1)
_PACK_LENGTHS = range(9_000_001)  # the largest parcel and some hundred replies
_PACKS_TOGETHER = 2 * 9_000_000  # bytes of packs that may be in memory at once
_AFTER = re.compile(r"(?:[0-9a-f]{32})?")


class Couriers(Protocol):
    """Who may fetch now."""

    def current(self) -> tuple[Verifier, Collection[bytes]]: ...


class LimitsKept(Protocol):
    """How much the intake takes."""

    def change(self, change: Mapping[str, object], /) -> Limits: ...


class Board(Protocol):
    """The board as it is handed out: open files, or None for what is not there."""

    def descriptor(self) -> BinaryIO | None: ...
    def shard(self, build: str, index: str) -> BinaryIO | None: ...
    def parcel(self, name: str) -> BinaryIO | None: ...


def create_intake(
    pages: Mapping[str, Page],
    keysets: Keysets,
    cards: Cards,
    store: Store,
    board: Board,
    *,
    outcome_pages: Mapping[str, Mapping[Outcome, Page]] = MappingProxyType({}),
    limits: Callable[[], Limits] = Limits,
    clock: Clock = time.time,
) -> Flask:
    """The public app.  *pages* are named by their paths, with the slash in front.  *limits* tells those that hold now.

    *outcome_pages*, by the paths of the plain form, are what a sealed file that was sent there gets for an answer.
    """
    app = make_app("offramp.intake")
    envelopes = Envelopes(keysets, cards, store, clock, limits)
    filled = FilledPages(pages, lambda: current.id if (current := keysets.current()) else None)

    for path in pages:  # "/", "/offer", …, "/static/en/form.js"
        app.add_straight("GET", path, partial(_filled_page, filled, path))

    def keyset(_: Sent) -> Reply:
        current = envelopes.current()
        card = cards.newest(current)
        if card is None:
            raise Closed
        # Also a card that has lapsed: it says since when nobody has read.
        return Reply(200, BINARY, current.raw + card.raw)

    def receipt(name: bytes) -> Reply:
        return json_reply({"received": name.hex()}, 201)

    def start(sent: Sent, done: Done) -> Callable[[], Reply]:
        taken = envelopes.start(sent, done)
        return lambda: receipt(taken())

    app.add_straight("GET", "/keyset", keyset)
    app.add_straight("POST", "/sealed", lambda sent: receipt(envelopes.take(sent)), start)

    for path, answers in outcome_pages.items():  # "/sealed-file", "/es/sealed-file"
        form = partial(_plain_form, envelopes, answers)
        app.add_url_rule(path, f"POST {path}", form, methods=["POST"])

    @app.get("/board")
    def descriptor() -> Response:
        return _file(board.descriptor(), Refused(503, "The answers are not here yet. Try again in a minute."))

    @app.get("/board/<build>/<index>")
    def shard(build: str, index: str) -> Response:
        return _file(board.shard(build, index), Refused(404, "This part of the board is not here any more."))

    @app.get("/parcel/<name>")
    def parcel(name: str) -> Response:
        return _file(board.parcel(name), Refused(404, "This file is not here any more."))

    return app


def create_courier_side(
    couriers: Couriers,
    store: Store,
    board: Posts,
    cards: CardsKept,
    status: Callable[[], Mapping[str, object]],
    limits: LimitsKept,
    *,
    clock: Clock = time.time,
) -> Flask:
    """The couriers' app.  *status* says until when keys and card last, and how the server does."""
    app = make_app("offramp.couriers")
    pushed = Pushed(store, board, cards)
    budget = BodyBudget(_PACKS_TOGETHER)

    @app.get("/epoch")
    def epoch() -> Response:
        verifier, _ = couriers.current()
        return sentence(200, verifier.epoch.hex())

    @app.get("/status")
    def tell_status() -> Response:
        verifier, _ = couriers.current()
        _signed_by(verifier, b"")
        return as_json(status())

    @app.post("/limits")
    def change_limits() -> Response:
        verifier, _ = couriers.current()
        body = read_exactly(request.environ["wsgi.input"], announced_length(request, _CHANGE_LENGTHS))
        _signed_by(verifier, body)
        return as_json(limits.change(read_change(body)).as_json())

    @app.get("/envelopes")
    def envelopes() -> Response:
        verifier, _ = couriers.current()
        courier = _signed_by(verifier, b"")
        after = request.args.get("after", "")
        if not _AFTER.fullmatch(after):
            raise Refused(400, "`after` must be an envelope's id.")
        found = store.waiting(courier, after=bytes.fromhex(after), limit=_MOST_LISTED + 1)
        listed = [[one.id.hex(), one.length, one.day.isoformat()] for one in found[:_MOST_LISTED]]
        return as_json({"envelopes": listed, "more": len(found) > _MOST_LISTED})

    @app.post("/fetch")
    def fetch() -> Response:
        verifier, _ = couriers.current()
        _, ids = _signed_ids(verifier)
        return Response(_bundle(store, ids), content_type=BINARY)

    @app.post("/acknowledge")
    def acknowledge() -> Response:
        verifier, _ = couriers.current()
        courier, ids = _signed_ids(verifier)
        acknowledged = store.acknowledge(courier, ids, day=day_of(clock))
        return as_json({"acknowledged": acknowledged})

    @app.post("/missing")
    def missing() -> Response:
        verifier, _ = couriers.current()
        _, ids = _signed_ids(verifier)
        return as_json({"missing": [name.hex() for name in pushed.missing(ids)]})

    @app.post("/push")
    def push() -> Response:
        verifier, _ = couriers.current()
        length = announced_length(request, _PACK_LENGTHS)
        with budget.room_for(length):
            pack = read_exactly(request.environ["wsgi.input"], length)
            _signed_by(verifier, pack)
            kept = pushed.keep(pack, day_of(clock))
        # Only here is it on the disk, all of it. The same pack again gets the same answer, also where the disk
        # was full in between and had only a part of it.
        return as_json({"kept": kept})

    return app


def _plain_form(envelopes: Envelopes, answers: Mapping[Outcome, Page]) -> Response:
    outcome = envelopes.take_file(request)
    return as_response(_page(answers[outcome], Sent(request.environ), outcome.status))


def _filled_page(pages: FilledPages, path: str, sent: Sent) -> Reply:
    return _page(pages.page(path), sent)


def _page(page: Page, sent: Sent, status: int = 200) -> Reply:
    # Nothing is ever cached (no-store), so no cache can mix the two forms up and no Vary is needed.
    accepted = parse_accept_header(sent.environ.get("HTTP_ACCEPT_ENCODING", ""), Accept)
    if accepted["gzip"] > 0:
        return Reply(status, page.content_type, page.gzipped, (("Content-Encoding", "gzip"), *page.headers))
    return Reply(status, page.content_type, page.unpacked(), page.headers)


def _file(file: BinaryIO | None, refusal: Refused) -> Response:
    """A file as it is, the same bytes for everybody.

    It goes from the disk's cache to the socket without a detour (sendfile): a reader costs no memory, however
    slow, and a shard's reader not even a thread, since the socket takes all of it at once (see worker.py).
    """
    if file is None:
        raise refusal
    length = os.fstat(file.fileno()).st_size
    if request.method == "HEAD":
        file.close()
        response = Response(content_type=BINARY)
    else:
        body = wrap_file(request.environ, file)
        response = Response(body, content_type=BINARY, direct_passthrough=True)
    response.content_length = length
    return response


def _signed_by(verifier: Verifier, body: bytes) -> bytes:
    """FORMAT 6: the courier [32] that signed this request.  Raises RequestRefused."""
    return verifier.verify(
        request.headers.get("Authorization", ""),
        method=request.method,
        target=request.environ["RAW_URI"],
        body=body,
    )


def _signed_ids(verifier: Verifier) -> tuple[bytes, Sequence[bytes]]:
    """The courier that signed this request, and the envelopes' ids [16] in it."""
    length = announced_length(request, _IDS_LENGTHS)
    body = read_exactly(request.environ["wsgi.input"], length)
    courier = _signed_by(verifier, body)
    return courier, [body[start : start + _ID_LENGTH] for start in range(0, length, _ID_LENGTH)]


def _bundle(store: Store, ids: Sequence[bytes]) -> Iterator[bytes]:
    """FORMAT 5: one envelope in memory at a time.  One that is gone by now is left out."""
    yield BUNDLE_HEADER
    for name in ids:
        envelope = _read(store, name)
        if envelope is not None:
            yield frame(envelope)


def _read(store: Store, name: bytes) -> bytes | None:
    """None also for one that the disk has damaged: it must not keep all others from the courier."""
    try:
        envelope = store.read(name)
    except StoreDamaged:
        return None
    return envelope if envelope is not None and envelope_id(envelope) == name else None
