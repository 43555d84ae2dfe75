"""The stores that the tests of the interface run through; a new one is one entry here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

BACKENDS: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'store.db'}",
}
"""By name: the URL of an empty store, given an empty folder."""
