"""Reading everything that is kept, again and again, so that damage is found while it can still be mended."""

from __future__ import annotations

from typing import Final

import apsw

from offramp.store.errors import StoreDamaged
from offramp.store.schema import ITS_ENVELOPE

PIECE_BYTES: Final = 4 * 1024 * 1024
"""What one look reads: with a look a minute, five gigabytes a day."""


class Scrub:
    """Goes through the envelopes in order of id, a piece at each call, and begins anew at the end."""

    def __init__(self) -> None:
        self._after = b""

    def read_on(self, connection: apsw.Connection) -> None:
        """Read the next piece.  Raises StoreDamaged, apsw.Error; the next call then begins at the same place."""
        size = 0
        rows = connection.execute(
            f"SELECT id, {ITS_ENVELOPE} FROM ids WHERE id > ? ORDER BY id",  # noqa: S608 - ours
            (self._after,),
        )
        for envelope_id, envelope in rows:
            if envelope is None:
                raise StoreDamaged
            self._after = envelope_id
            size += len(envelope)
            if size >= PIECE_BYTES:
                return
        self._after = b""
