"""A control connection to tor, through stem, with errors that say what to do.

stem is kept behind this module, for four of its habits:

- it waits for an answer without any limit;
- it writes every command, keys included, to the `stem` logger, whose own level lets all of that pass to the root's
  handlers, even where the root is set to warnings;
- it has one error for all that can be wrong with a socket;
- its helpers for onion services know neither proof of work nor more than one client.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import stem
import stem.connection
import stem.control
import stem.response
import stem.response.events

from offramp.tor.errors import (
    ControlAddressMalformed,
    ControlLost,
    ControlRefused,
    NotAnonymous,
    NotTor,
    TorError,
    TorMissing,
    TorNotAnswering,
    TorTooOld,
)
from offramp.tor.permission import how_to_get_in

logging.getLogger("stem").setLevel(logging.CRITICAL + 1)  # see above: it would log keys

ANSWER_SECONDS: Final = 30.0
OLDEST_TOR: Final = (0, 4, 6, 1)
"""The first with ClientAuthV3 on ADD_ONION."""
OLDEST_TOR_WITH_POW: Final = (0, 4, 9, 5)
"""The first with proof-of-work defences on ADD_ONION."""

_OK: Final = 250
_VERSION: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)\.(\d+)")
_HOST_PORT: Final = re.compile(r"(?:(localhost|\d{1,3}(?:\.\d{1,3}){3}):)?(\d{1,5})")

Version = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Reply:
    """tor's answer: the status code of its last line, and the text of all of them."""

    code: int
    lines: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Did tor do it?"""
        return 200 <= self.code < 300

    @property
    def text(self) -> str:
        """The last line."""
        return self.lines[-1]


@dataclass(frozen=True, slots=True)
class DescriptorEvent:
    """Something happened to an onion's descriptor: `action` is UPLOAD, UPLOADED, FAILED, …"""

    action: str
    address: str
    reason: str


class Control:
    """An authenticated control connection. Closing it removes the onions that it made."""

    def __init__(self, where: str | int) -> None:
        """Connect to a port's number, `address:port` or the path of a unix socket.

        `ControlAddressMalformed`, `TorMissing`, `ControlRefused`, `NotTor`, `TorNotAnswering`, `ControlLost`.
        """
        self._where = where
        self._timed_out = False
        self._controller = _connect(where)
        try:
            self._authenticate()
        except TorError:
            self.close()
            raise

    def _authenticate(self) -> None:
        try:
            with self._impatient():
                # stem would ask this itself, but would also connect once more to somebody who is no tor
                who = self._controller.msg("PROTOCOLINFO 1")
                stem.response.convert("PROTOCOLINFO", who)
                self._controller.authenticate(protocolinfo_response=who)
        except (stem.ControllerError, stem.connection.AuthenticationFailure) as error:
            if self._timed_out:
                raise TorNotAnswering(self._named(TorNotAnswering)) from None
            raise self._why_refused(error) from None

    def _why_refused(self, error: Exception) -> TorError:
        if isinstance(error, stem.connection.UnreadableCookieFile):
            return ControlRefused(how_to_get_in(Path(error.cookie_path)))
        if isinstance(error, stem.connection.CookieAuthFailed):
            return ControlRefused(f"tor does not take the cookie in {error.cookie_path}: restart tor.")
        if isinstance(error, stem.connection.PasswordAuthFailed):
            return ControlRefused(
                "This tor wants a password: put `CookieAuthentication 1` into its torrc instead."
            )
        kind = ControlLost if isinstance(error, stem.SocketError) else NotTor
        return kind(self._named(kind))

    def ask(self, command: str) -> Reply:
        """Send one line, and wait for its answer.

        `TorNotAnswering` after 30 s, `ControlLost` if tor went away. That tor says no is an answer too.
        """
        try:
            with self._impatient():
                message = self._controller.msg(command)
        except stem.ControllerError:
            kind = TorNotAnswering if self._timed_out else ControlLost
            raise kind(self._named(kind)) from None
        content = message.content()
        return Reply(int(content[-1][0]), tuple(str(text) for _, _, text in content))

    def require_alive(self) -> None:
        """`ControlLost` if the connection has ended; asks nothing."""
        if not self._controller.is_alive():
            raise ControlLost(self._named(ControlLost))

    @property
    def version(self) -> Version:
        """tor's version, its first four numbers."""
        found = _VERSION.search(self.ask("GETINFO version").lines[0])
        if found is None:
            raise NotTor(self._named(NotTor))
        first, second, third, fourth = (int(number) for number in found.groups())
        return first, second, third, fourth

    def setting(self, name: str) -> str:
        """The value of one torrc option; empty if tor does not know it or it is not set."""
        reply = self.ask(f"GETCONF {name}")
        return reply.text.partition("=")[2] if reply.ok else ""

    def on_descriptor(self, listener: Callable[[DescriptorEvent], None]) -> None:
        """Call `listener`, in a thread of stem's, with what happens to onions' descriptors from now on."""

        def heard(event: stem.response.events.HSDescEvent) -> None:
            listener(DescriptorEvent(str(event.action), f"{event.address}.onion", str(event.reason or "")))

        try:
            with self._impatient():
                self._controller.add_event_listener(heard, stem.control.EventType.HS_DESC)
        except stem.ControllerError:
            raise ControlLost(self._named(ControlLost)) from None

    def check_tor(self) -> Version:
        """`TorTooOld` or `NotAnonymous` if this tor cannot, or must not, publish for us; else its version."""
        version = self.version
        if version < OLDEST_TOR:
            found, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST_TOR))
            raise TorTooOld(f"This is tor {found}: install tor {oldest} or later.")
        for option in ("HiddenServiceNonAnonymousMode", "HiddenServiceSingleHopMode"):
            if self.setting(option) not in ("0", ""):
                raise NotAnonymous(
                    f"This tor does not hide where its onions are: take {option} out of its torrc."
                )
        return version

    @contextmanager
    def _impatient(self) -> Iterator[None]:
        """Close the connection if the block takes too long: that is what wakes stem up.

        More than once, since stem may connect again when one way to authenticate has failed.
        """
        done = threading.Event()

        def watch() -> None:
            while not done.wait(ANSWER_SECONDS):
                self._timed_out = True
                self._controller.get_socket().close()

        threading.Thread(target=watch, name="control-watchdog", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _named(self, kind: type[TorError]) -> str:
        return f"Control port {self._where}: {kind.__doc__}"

    def close(self) -> None:
        """End the connection."""
        self._controller.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _connect(where: str | int) -> stem.control.Controller:
    path = _socket_path(where)
    host, port = ("", 0) if path else _host_and_port(where)
    try:
        _knock(str(path) if path else (host, port))
        if path:
            return stem.control.Controller.from_socket_file(str(path))
        return stem.control.Controller.from_port(host, port)
    except PermissionError:
        raise ControlRefused(how_to_get_in(Path(str(path)))) from None
    except (OSError, stem.SocketError):
        raise TorMissing(f"Control port {where}: {TorMissing.__doc__}") from None


def _knock(target: str | tuple[str, int]) -> None:
    """`OSError` if nobody is there: stem has one error for all causes, and leaves its socket open."""
    with socket.socket(socket.AF_UNIX if isinstance(target, str) else socket.AF_INET) as knock:
        knock.settimeout(ANSWER_SECONDS)
        knock.connect(target)


def _socket_path(where: str | int) -> Path | None:
    text = str(where).removeprefix("unix:")
    return Path(text) if text.startswith("/") else None


def _host_and_port(where: str | int) -> tuple[str, int]:
    form = _HOST_PORT.fullmatch(str(where))
    if form is None or not 0 < int(form[2]) < 65536:
        raise ControlAddressMalformed(f"{where!r}: {ControlAddressMalformed.__doc__}")
    host = form[1] or "127.0.0.1"
    return "127.0.0.1" if host == "localhost" else host, int(form[2])
