"""The stores that the tests of the interface run through; a new one is one entry here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.postgres import NoPostgres, PrivatePostgres


@functools.cache
def postgres() -> PrivatePostgres:
    """A real server for all tests of this process; it ends with it."""
    try:
        return PrivatePostgres().__enter__()
    except NoPostgres as error:
        pytest.skip(str(error))


BACKENDS: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'store.db'}",
    "postgresql": lambda _: postgres().new_database(),
}
"""By name: the URL of an empty store, given an empty folder."""
