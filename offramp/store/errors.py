"""What can go wrong when envelopes are kept.  The docstrings are what a person reads."""


# ruff: noqa: N818 - each name says what is wrong, as those of offramp.crypto.errors do


class StoreError(Exception):
    """The store could not do what it was asked for."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else (type(self).__doc__ or "").strip()


class StoreFull(StoreError):
    """The disk has too little room; nothing was kept."""


class QuotaReached(StoreFull):
    """As many letters of this size are waiting as may; nothing was kept."""


class StoreBusy(StoreError):
    """Too much is waiting to be written; nothing was kept, and a later attempt may succeed."""


class StoreUnavailable(StoreError):
    """The store cannot be read or written now; nothing was kept."""


class StoreReadOnly(StoreUnavailable):
    """The disk takes no writes any more: the system made it read-only, mostly after an error of the disk."""


class StoreDiskFails(StoreUnavailable):
    """The disk does not read or write what it is asked to: it fails, or is not there any more."""


class StoreDamaged(StoreUnavailable):
    """The store's file is damaged: stop the server, and save what can be read with `offramp server rescue`."""


class StoreNewer(StoreUnavailable):
    """A newer release of this program wrote the store's file: start that one, or have it migrate the file back."""


class UnknownVersion(StoreError):
    """This release knows no such version of the store's tables."""


class UnknownStoreUrl(StoreError):
    """The store's address is none that this program knows; it knows sqlite:///path and postgresql://…"""
