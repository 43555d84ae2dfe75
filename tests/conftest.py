"""Makes the shared fixtures known to all tests."""

from __future__ import annotations

from tests.harness.fixtures import open_firefox, private_tor, progress

__all__ = ["open_firefox", "private_tor", "progress"]
