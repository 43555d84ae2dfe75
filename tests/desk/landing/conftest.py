"""What the landing page's tests share."""

from __future__ import annotations

import pytest

from offramp.campaign import default_campaign
from offramp.desk.flyer.identity import Identity
from offramp.desk.landing.writing import landing_files
from offramp.tor.onion import OnionKey
from tests.page.bundle import make_bundle

IDENTITY = Identity(OnionKey(bytes(31) + b"\1").address, bytes(range(32)))


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """The shipped campaign's landing page, made from the sources as they are now."""
    make_bundle()
    return landing_files(default_campaign(), IDENTITY)
