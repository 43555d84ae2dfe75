"""Onion addresses as people paste them."""

from __future__ import annotations

from offramp.tor.onion import bare_address


def check_onion(address: str) -> str:
    """`address` in lower case, without `http://` and `/`; `NotAnOnionAddress` if it was copied wrongly."""
    onion = address.strip().lower().removeprefix("http://").removesuffix("/")
    bare_address(onion)
    return onion
