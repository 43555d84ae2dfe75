"""The intake and the couriers' side are two processes on one file."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from offramp.store import Store, StoreBusy, open_store
from tests.store.samples import ALICE, DAY, destroy

INTAKE = """
import secrets, sys, datetime
from concurrent.futures import ThreadPoolExecutor
from offramp.store import StoreBusy, open_store
store = open_store(sys.argv[1], tick_seconds=0.05)

def add(_):
    name = secrets.token_bytes(16)
    while True:
        try:
            store.add(name * 1500, envelope_id=name, size_class=16384, day=datetime.date.today())
            return name
        except StoreBusy:
            pass

with ThreadPoolExecutor(8) as pool:
    names = list(pool.map(add, range(int(sys.argv[2]))))
store.close()
print(" ".join(name.hex() for name in names))
"""


def test_adding_here_and_fetching_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    couriers = open_store(url)
    fetched: set[bytes] = set()
    with subprocess.Popen(
        [sys.executable, "-c", INTAKE, url, "800"], stdout=subprocess.PIPE, text=True
    ) as intake:
        while intake.poll() is None:
            fetched |= _fetch_some(couriers)
        assert intake.stdout is not None
        added = {bytes.fromhex(name) for name in intake.stdout.read().split()}
    assert intake.returncode == 0
    while some := _fetch_some(couriers):
        fetched |= some
    assert fetched == added
    assert len(added) == 800
    couriers.close()


def _fetch_some(store: Store) -> set[bytes]:
    names = [one.id for one in store.waiting(ALICE, limit=50)]
    assert all(store.read(name) == name * 1500 for name in names)
    # On a busy machine the other process can leave no time: then a courier is told to come again, and what was left
    # then is destroyed with the next.
    with contextlib.suppress(StoreBusy):
        assert store.acknowledge(ALICE, names, day=DAY) == len(names)
        assert destroy(store, [ALICE]) >= len(names)
    return set(names)
