"""One connection to PostgreSQL, so set up that what is committed stays, whatever the server's own settings say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

import psycopg
from psycopg.rows import TupleRow

from offramp.store.errors import StoreUnavailable
from offramp.store.postgres.schema import prepare

_CONNECT_SECONDS = 5
_LOCK_SECONDS = 10
_SILENCE_MILLISECONDS = 15_000  # so long may the network say nothing before the connection counts as lost

# 'remote_apply' waits for more than 'on' does; everything else waits for less.
_SETTINGS = f"""
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') <> 'remote_apply';
SET lock_timeout = '{_LOCK_SECONDS}s';
SET idle_in_transaction_session_timeout = '{_LOCK_SECONDS}s';
SET default_transaction_isolation = 'read committed';
"""


class Connection(psycopg.Connection[TupleRow]):
    """One that remembers whether the server warned.

    Where somebody at the server cancels the wait for a standby, COMMIT still succeeds, with a warning.
    """

    warned = False
    counted: Mapping[int, int] = MappingProxyType({})
    """How many envelopes of each size class there were when this connection last committed."""

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect, and make the tables where they are missing.  Raises psycopg.Error, StoreUnavailable, StoreNewer."""
        connection = cls.open_as_it_is(url)
        try:
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @classmethod
    def open_as_it_is(cls, url: str) -> Self:
        """Connect, whatever tables there are.  Raises psycopg.Error, StoreUnavailable."""
        connection = cls.connect(
            url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            tcp_user_timeout=_SILENCE_MILLISECONDS,
            keepalives_idle=_SILENCE_MILLISECONDS // 1000,
            fallback_application_name="offramp",
        )
        try:
            connection._set_up()
        except BaseException:
            connection.close()
            raise
        return connection

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """All rows of a query, which is a constant of ours."""
        return self.execute(statement.encode(), values, binary=True).fetchall()

    def commit_durably(self) -> None:
        """Ask for the end of the transaction.  Then *must_not_have_warned* tells whether it is on all disks."""
        self.warned = False
        self.execute(b"COMMIT")

    def must_not_have_warned(self) -> None:
        """After the commit: it is on the disk, and where there are synchronous standbys on theirs.

        Raises StoreUnavailable.
        """
        if self.warned:
            raise StoreUnavailable("The database kept a letter, but did not wait until its copy had it too.")

    def _set_up(self) -> None:
        self.add_notice_handler(self._take_notice)
        self.execute(_SETTINGS.encode())
        for setting in ("fsync", "full_page_writes"):
            if self.rows("SELECT current_setting(%s)", (setting,)) != [("on",)]:
                raise StoreUnavailable(
                    f"The database would lose letters when its power fails: switch {setting} on in its settings."
                )

    def _take_notice(self, notice: psycopg.errors.Diagnostic) -> None:
        self.warned = self.warned or notice.severity_nonlocalized == "WARNING"
