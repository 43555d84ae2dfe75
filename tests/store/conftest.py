from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offramp.store import Store, open_store
from tests.store.backends import BACKENDS


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, of each backend in turn."""
    return BACKENDS[request.param](tmp_path)


@pytest.fixture
def opened() -> Iterator[Callable[[str], Store]]:
    """open_store, with an end to everything that was opened."""
    stores: list[Store] = []

    def open_(url: str) -> Store:
        stores.append(open_store(url))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(url: str, opened: Callable[[str], Store]) -> Store:
    return opened(url)
