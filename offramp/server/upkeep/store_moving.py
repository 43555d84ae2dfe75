"""Moving what is waiting from one store to another: from the file to a database, or back."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection
from datetime import date

from offramp.server.envelopes import Clock, day_of
from offramp.server.errors import StoreNotMoved
from offramp.server.files import write_over
from offramp.server.layout import ServerFolder, load_couriers
from offramp.server.locks import require_stopped
from offramp.store import Store, Stored, UnknownStoreUrl, all_in, open_store


def move_store(folder: ServerFolder, url: str, *, clock: Clock = time.time) -> int:
    """Have the envelopes kept at *url* from now on; how many were brought there.

    The old store is emptied once all of it is in the new one and the folder names that.  May be called again
    where it was interrupted.  What was acknowledged counts from today.
    Raises AlreadyRunning, StoreNotMoved, StoreError, UnknownStoreUrl.
    """
    if not url.isascii() or not url.isprintable():
        raise UnknownStoreUrl
    require_stopped(folder)
    old_url = folder.store_url if folder.store_url != url else folder.store_file_url
    if old_url == url:
        return 0
    couriers = [courier.ed25519 for courier in load_couriers(folder)]
    with contextlib.closing(open_store(url)) as new, contextlib.closing(open_store(old_url)) as old:
        moved = sum(_copy(old, new, page, couriers, day_of(clock)) for page in all_in(old))
        for page in all_in(old):
            if not all(new.has(one.id) for one in page):
                raise StoreNotMoved
        write_over(folder.store_address, f"{url}\n".encode("ascii"))
        old.expire([], acknowledged=date.min, received=date.max)
    if old_url == folder.store_file_url:
        for end in ("-wal", "-shm", ""):
            folder.store.with_name(f"store.db{end}").unlink(missing_ok=True)
    return moved


def _copy(old: Store, new: Store, page: list[Stored], couriers: Collection[bytes], today: date) -> int:
    """Bring a page of envelopes over, and who has them; how many were not there yet."""
    copied = 0
    for one in page:
        envelope = old.read(one.id)
        if envelope is not None:
            copied += new.add(envelope, envelope_id=one.id, size_class=one.size_class, day=one.day)
    for courier in couriers:
        has = {one.id for one in page} - _waiting_among(old, courier, page)
        new.acknowledge(courier, sorted(has), day=today)
    return copied


def _waiting_among(store: Store, courier: bytes, page: list[Stored]) -> set[bytes]:
    """Which of a page, whose ids follow on each other, wait for a courier."""
    before = int.from_bytes(page[0].id, "big") - 1
    after = before.to_bytes(16, "big") if before >= 0 else b""
    return {one.id for one in store.waiting(courier, after=after, limit=len(page)) if one.id <= page[-1].id}
