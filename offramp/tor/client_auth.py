"""Lets the tor of a courier's laptop reach the couriers' onion, for as long as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from offramp.tor.control import Control
from offramp.tor.errors import ClientAuthRefused, ClientAuthTaken, ControlLost, TorNotAnswering
from offramp.tor.onion import ClientKey, bare_address


@contextmanager
def authorized(control: str | int, address: str, key: ClientKey) -> Iterator[None]:
    """Within the block, the tor at `control` has the client authorization for the onion at `address`.

    The key is in tor's memory only, and is taken back at the end; a tor that has it from elsewhere keeps it.
    `SIGNAL NEWNYM`, Tor Browser's "New Identity", makes tor forget the key at once.
    `NotAnOnionAddress`, `ClientAuthTaken`, `ClientAuthRefused`, and every `TorError` of connecting.
    """
    bare = bare_address(address)
    with Control(control) as connection:
        held = _held_key(connection, bare)
        if held == key.for_control:
            yield
            return
        if held:
            raise ClientAuthTaken(f"This tor already holds another key for {address}: remove that one first.")
        reply = connection.ask(key.control_line(address))
        if not reply.ok:
            raise ClientAuthRefused(f"tor did not take the key for {address} (status {reply.code}).")
        try:
            yield
        finally:
            with suppress(ControlLost, TorNotAnswering):  # with tor gone, the key is gone too
                connection.ask(f"ONION_CLIENT_AUTH_REMOVE {bare}")


def _held_key(connection: Control, bare: str) -> str:
    """The key that tor has for this onion, `x25519:…`; empty if none."""
    for line in connection.ask(f"ONION_CLIENT_AUTH_VIEW {bare}").lines:
        words = line.split()
        if len(words) >= 3 and words[:2] == ["CLIENT", bare]:
            return words[2]
    return ""
