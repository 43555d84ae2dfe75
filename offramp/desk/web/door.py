"""Who may come in: an address that works once lets one browser in, and a cookie keeps it there.

Cookies know no ports: whatever else listens on this laptop's loopback would be sent ours too. So each session
lives under a path that nobody can guess, and the cookie is for that path alone.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from offramp.desk.web.names import Names

if TYPE_CHECKING:
    from offramp.desk.web.pages.lock import Held

HOSTS: Final = ("127.0.0.1", "localhost")


@dataclass(slots=True)
class Message:
    """What is said once, on the next page. `undo` [16]: the event that a button beside it takes back."""

    text: str
    undo: bytes | None = None
    bad: bool = False


@dataclass(slots=True)
class Session:
    """One browser, from the address that works once until the program ends.

    Nothing of it is ever on the disk. `memory` holds what pages remember from one request to the next (what is
    searched for, an answer that waits for its last look); it is emptied when the desk locks.
    """

    path: str = field(default_factory=lambda: f"/{secrets.token_urlsafe(18)}")
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    names: Names = field(default_factory=Names)
    memory: dict[str, object] = field(default_factory=dict, repr=False)
    messages: list[Message] = field(default_factory=list)
    held: Held | None = field(default=None, repr=False)
    """A form that was sent while the desk was locked."""
    wanted: str | None = None
    """The page that was asked for then."""

    def say(self, text: str, *, undo: bytes | None = None, bad: bool = False) -> None:
        """Say something on the next page."""
        self.messages.append(Message(text, undo, bad))

    def said(self) -> list[Message]:
        """What is to be said, which is then said."""
        said, self.messages = self.messages, []
        return said

    def forget(self) -> None:
        """The desk was locked: nothing readable stays here."""
        self.memory.clear()
        self.messages.clear()
        self.names.forget()


class Door:
    """The one session that there is, and the token that starts the next one."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie_name = f"desk-{port}"
        self.session: Session | None = None
        self._token: str | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a request's Host may be."""
        return tuple(f"{host}:{self.port}" for host in HOSTS)

    def new_address(self) -> str:
        """An address that works once; one that was made before no longer works."""
        self._token = secrets.token_urlsafe(32)
        return f"http://127.0.0.1:{self.port}/open/{self._token}"

    def enter(self, token: str) -> Session | None:
        """A new session, in place of the one before; None if that is not the token."""
        if self._token is None or not _same(token, self._token):
            return None
        self._token = None
        if self.session is not None:
            self.session.forget()
        self.session = Session()
        return self.session

    def session_of(self, path: str, cookies: list[str]) -> Session | None:
        """The session whose path this is, if its cookie is among these."""
        session = self.session
        if session is None or not _same(path, session.path):
            return None
        return session if any(_same(cookie, session.cookie) for cookie in cookies) else None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
