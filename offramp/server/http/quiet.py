"""gunicorn's logger and its answers, made to say nothing of requests and nothing about the machine."""

from __future__ import annotations

import sys
from typing import Any, Final

# gunicorn has no types.
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http import wsgi  # type: ignore[import-untyped]

from offramp.site.policy import HEADERS


class QuietLogger(Logger):  # type: ignore[misc]
    """Says what happens to the processes, and nothing about requests."""

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Name an unexpected error's class; its text and the arguments may hold a client's bytes."""
        kind = sys.exc_info()[0]
        self.error("error: %s", kind.__name__ if kind else "unknown")

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        """gunicorn's warnings quote requests."""

    def access(self, *args: object, **kwargs: object) -> None:
        """There is no log of requests."""


class QuietResponse(wsgi.Response):  # type: ignore[misc]
    """An answer without `Date` and `Server`: a clock that is some seconds off can tell one machine from all others."""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """Check an app's headers; those that are on every answer only once."""
        for header in headers:
            if header in _CHECKED:
                self.headers.append(header)
                continue
            before = len(self.headers)
            super().process_headers([header])
            if self.headers[before:] == [header] and header in HEADERS:
                _CHECKED.add(header)

    def default_headers(self) -> list[str]:
        """What is not the app's to say."""
        major, minor = self.req.version
        lines = [
            f"HTTP/{major}.{minor} {self.status}\r\n",
            f"Connection: {'close' if self.should_close() else 'keep-alive'}\r\n",
        ]
        return [*lines, "Transfer-Encoding: chunked\r\n"] if self.chunked else lines

    def head(self) -> bytes:
        """The answer's head, with the empty line at its end."""
        lines = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
        return "".join(lines).encode("latin-1")


_CHECKED: Final[set[tuple[str, str]]] = set()
