"""Makes the shared fixtures known to all tests, and the order in which they run."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.harness.fixtures import firefoxes, open_firefox, private_tor, progress
from tests.harness.order import pytest_collection_modifyitems
from tests.harness.postgres import pytest_sessionfinish

__all__ = [
    "firefoxes",
    "open_firefox",
    "private_tor",
    "progress",
    "pytest_collection_modifyitems",
    "pytest_sessionfinish",
]

# A machine that is busy with something else is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
