"""Publishes onions through a running tor, and keeps them published.

An onion made with ADD_ONION lives as long as the control connection that made it.
The publisher holds that connection, and when it breaks, or tor starts again, makes the same onions anew from their
keys: the addresses stay.
Unlike a HiddenServiceDir set by a controller, such an onion survives tor's reload (SIGHUP).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from offramp.crypto.errors import OfframpError
from offramp.tor.control import Control
from offramp.tor.errors import TorError
from offramp.tor.service import OnionService
from offramp.tor.session import Session
from offramp.tor.uploads import Uploads

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 10.0
_LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the list of services and at the connection."""
_ASK_EVERY: Final = 30.0
"""Seconds between two questions to tor whether it still has our onions."""


class Publisher:
    """Keeps what `services()` lists published through the tor at `control`.

    `control` is a port's number, `address:port` or the path of tor's control socket.
    `services` is called about once a second, so the list may change at any time; what it raises as OSError or
    OfframpError is told, and the list before it stays in force.
    `on_event` gets one sentence for each thing that an operator may want to know, from the thread of `run`
    or from one of stem's.
    """

    def __init__(
        self, control: str | int, services: Callable[[], list[OnionService]], on_event: Callable[[str], None]
    ) -> None:
        self._control = control
        self._services = services
        self._on_event = on_event
        self._uploads = Uploads()
        self._tor_trouble = _Once(on_event)
        self._list_trouble = _Once(on_event)
        self._last_list: list[OnionService] = []

    def check(self) -> None:
        """Can this tor publish for us? A `TorError` says what is in the way, and how to get it out."""
        with Control(self._control) as control:
            control.check_tor()

    def tor_user(self) -> str:
        """The name of the user that this tor runs as; empty where it does not tell. Any `TorError` of connecting."""
        with Control(self._control) as control:
            reply = control.ask("GETINFO process/user")
        return reply.lines[0].partition("=")[2] if reply.ok else ""

    def run(self, stop: threading.Event) -> None:
        """Publish and keep until `stop` is set, whatever tor does meanwhile; then the onions are gone."""
        pause = _FIRST_PAUSE
        while not stop.is_set():
            try:
                self._keep(stop)
            except TorError as problem:
                if self._tor_trouble.over:
                    pause = _FIRST_PAUSE
                self._tor_trouble.say(str(problem))
            finally:
                self._uploads.forget_all()
            stop.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def wait_published(self, address: str, *, seconds: float) -> bool:
        """True as soon as a directory of the Tor network has the onion's descriptor; false after `seconds`.

        Some more seconds go by until the other directories have it; a visitor's tor tries several.
        """
        return self._uploads.wait(address, seconds)

    @property
    def published(self) -> frozenset[str]:
        """The addresses whose descriptors are in a directory of the Tor network, as far as we know."""
        return self._uploads.addresses

    def _keep(self, stop: threading.Event) -> None:
        """One control connection, from its beginning to its end."""
        with Control(self._control) as control:
            session = Session(control, self._uploads, self._on_event)
            next_question = time.monotonic() + _ASK_EVERY
            while not stop.is_set():
                session.adjust(self._wanted())
                self._tor_trouble.clear()
                if time.monotonic() >= next_question:
                    session.ask_after_onions()
                    next_question = time.monotonic() + _ASK_EVERY
                stop.wait(_LOOK_EVERY)

    def _wanted(self) -> list[OnionService]:
        try:
            self._last_list = self._services()
        except (OSError, OfframpError) as problem:
            self._list_trouble.say(str(problem))
        else:
            self._list_trouble.clear()
        return self._last_list


class _Once:
    """Says a sentence when it is news, and not at every further try."""

    def __init__(self, on_event: Callable[[str], None]) -> None:
        self._on_event = on_event
        self._said = ""

    def say(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._on_event(sentence)

    def clear(self) -> None:
        self._said = ""

    @property
    def over(self) -> bool:
        """Has there been no trouble since the last `clear`?"""
        return not self._said
