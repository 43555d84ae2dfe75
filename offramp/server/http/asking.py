"""A request as the app gets it, whoever puts it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gunicorn.http import wsgi  # type: ignore[import-untyped]  # gunicorn has no types

from offramp.server.http.connection import Connection
from offramp.server.http.quiet import QuietResponse
from offramp.server.http.requests import Body


@contextmanager
def asked(
    connection: Connection, config: Any, *, ends: bool
) -> Iterator[tuple[QuietResponse, dict[str, Any]]]:
    """What the app answers with, and the WSGI environment; its body can be read as long as this lasts.

    *ends*: the connection after this answer.
    """
    incoming = connection.incoming
    head = incoming.head
    assert head is not None  # noqa: S101
    response, environ = wsgi.create(
        head.parsed, connection.sock, connection.peer, connection.server, config, QuietResponse
    )
    if ends or not incoming.is_whole:
        response.force_close()
    with incoming.body() as data:
        environ["wsgi.input"] = Body(data, comes=incoming.comes)
        environ["wsgi.multithread"] = True
        yield response, environ
