"""The order of the tests: whatever breaks in many places is found by a quick one, and those come first."""

from __future__ import annotations

from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Sorts after all others, pytest-randomly's shuffling too: within a rank, the order stays random."""
    yield
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    """What uses the private Tor network waits the longest, and must not be what all wait for at the end."""
    if isinstance(item, pytest.Function) and "private_tor" in item.fixturenames:
        return 1
    return 2 if item.get_closest_marker("browser") else 0
