"""Makes the shared fixtures known to all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.harness.fixtures import open_firefox, private_tor, progress

__all__ = ["open_firefox", "private_tor", "progress"]

# A machine that is busy with something else is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
