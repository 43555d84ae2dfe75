"""The store in a PostgreSQL database, for more than one intake and more than one machine."""

from offramp.store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
