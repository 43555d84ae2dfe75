"""What can go wrong when envelopes are kept.  The docstrings are what a person reads."""


# ruff: noqa: N818 - each name says what is wrong, as those of offramp.crypto.errors do


class StoreError(Exception):
    """The store could not do what it was asked for."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else (type(self).__doc__ or "").strip()


class StoreFull(StoreError):
    """The disk has too little room; nothing was kept."""


class StoreBusy(StoreError):
    """Too much is waiting to be written; nothing was kept, and a later attempt may succeed."""


class StoreUnavailable(StoreError):
    """The store cannot be read or written now; nothing was kept."""


class UnknownStoreUrl(StoreError):
    """The store's address is none that this program knows; it knows sqlite:///path."""
