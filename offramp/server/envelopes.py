"""Taking envelopes: the same checks for what the page's script sends and for what comes with the plain form."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Protocol

from flask import Request

from offramp.crypto.card import Card
from offramp.crypto.envelope import ENVELOPE_LENGTHS, Header, envelope_id, read_header
from offramp.crypto.errors import OfframpError, UnknownKeyset, WrongSlots
from offramp.crypto.keyset import Keyset
from offramp.server.capacity.gate import Gate, Line
from offramp.server.capacity.limits import Limits
from offramp.server.capacity.quotas import most
from offramp.server.http.bodies import BodyBudget, announced_length, read_exactly, read_pieces
from offramp.server.http.replies import AnyRequest, Closed, Done, Paused, Refused
from offramp.server.http.sealed_file import file_in, form_of, outcome_of
from offramp.site.sealed_outcomes import Outcome
from offramp.store import Addition, Store, StoreError
from offramp.store.writer import nothing

Clock = Callable[[], float]


class Keysets(Protocol):
    """The keysets that are valid now."""

    def current(self) -> Keyset | None: ...
    def accepted(self) -> Mapping[bytes, Keyset]: ...


class Cards(Protocol):
    """The newest card that was signed under a keyset, and whether it counts."""

    def newest(self, keyset: Keyset) -> Card | None: ...
    def in_force(self, keyset: Keyset) -> bool: ...


class Envelopes:
    """What is taken now, and kept.  Nothing of a request is read before all that can be known before it was checked."""

    def __init__(
        self,
        keysets: Keysets,
        cards: Cards,
        store: Store,
        clock: Clock = time.time,
        limits: Callable[[], Limits] = Limits,
    ) -> None:
        self._keysets, self._cards, self._store, self._clock = keysets, cards, store, clock
        self._limits = limits
        self._gate, self._line = Gate(), Line()
        self._budget = BodyBudget()

    def current(self) -> Keyset:
        """The keyset to seal to.  Raises Closed, Paused: then nobody gets keys, and so writes nothing in vain."""
        if self._limits().paused:
            raise Paused
        current = self._keysets.current()
        if current is None:
            raise Closed
        return current

    def take(self, request: AnyRequest) -> bytes:
        """The id [16] of the envelope that a request's body is, once that is on the disk.

        The same bytes get the same, so a retry can be sure too.  Raises Refused, EnvelopeError, UnsupportedVersion,
        StoreError.
        """
        length = self._length_of(request)
        with self._budget.room_for(length):
            return self._keep(read_exactly(request.environ["wsgi.input"], length))

    def start(self, request: AnyRequest, done: Done) -> Callable[[], bytes]:
        """The same without waiting for the disk, for a body that is here already and is no large one.

        *done* is called once what is returned has an outcome: the id, or what is raised.
        """
        length = self._length_of(request)
        addition = self._checked(read_exactly(request.environ["wsgi.input"], length))

        def left() -> None:
            self._line.leave()
            done()

        self._line.join()
        try:
            added = self._store.start_adding(addition, left)
        except BaseException:
            self._line.leave()
            raise

        def outcome() -> bytes:
            added()
            return addition.id

        return outcome

    def take_file(self, request: Request) -> Outcome:
        """What became of the file in the plain form, for a browser without scripts; raises none of the above."""
        try:
            _refuse_other_sites(request)
            boundary, length = form_of(request)
            self._must_be_open()
            with self._budget.room_for(length):
                self._keep(file_in(boundary, read_pieces(request.environ["wsgi.input"], length)))
        except (Refused, OfframpError, StoreError) as error:
            return outcome_of(error)
        return Outcome.RECEIVED

    def _must_be_open(self) -> None:
        if not self._cards.in_force(self.current()):
            raise Closed

    def _length_of(self, request: AnyRequest) -> int:
        _refuse_other_sites(request)
        length = announced_length(request, ENVELOPE_LENGTHS)
        self._must_be_open()
        return length

    def _keep(self, envelope: bytes) -> bytes:
        addition = self._checked(envelope)
        with self._gate.one():
            self._store.start_adding(addition, nothing)()
        return addition.id

    def _checked(self, envelope: bytes) -> Addition:
        header = self._header(envelope)
        room = most(self._limits(), header.size_class, len(envelope))
        return Addition(envelope, envelope_id(envelope), header.size_class, day_of(self._clock), room)

    def _header(self, envelope: bytes) -> Header:
        """FORMAT 2.3, steps 1 and 2.  Raises EnvelopeError, UnsupportedVersion."""
        header = read_header(envelope)
        keyset = self._keysets.accepted().get(header.keyset_id)
        if keyset is None:
            raise UnknownKeyset
        if header.slot_count != len(keyset.recipients):
            raise WrongSlots
        return header


def day_of(clock: Clock) -> date:
    """Today by a clock, in UTC."""
    return datetime.fromtimestamp(clock(), UTC).date()


def _refuse_other_sites(request: AnyRequest) -> None:
    """Browsers say who made a page send this; whatever is no browser may leave it out."""
    if request.environ.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
        raise Refused(403, "This can only be sent from our own page.")
