"""How often to repeat what is repeated: a few times in `make test`, as often as the promise says in `make endure`."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("OFFRAMP_LONG"))
"""Whether this is the long mode."""


def rounds(short: int, long: int) -> int:
    """How many rounds a test makes now."""
    return long if LONG else short
