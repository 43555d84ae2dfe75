"""One campaign and its server for all journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.harness.private_tor import PrivateTor
from tests.journey.world import World


@pytest.fixture(scope="session")
def world(
    tmp_path_factory: pytest.TempPathFactory, private_tor: PrivateTor, progress: Callable[[str], None]
) -> Iterator[World]:
    """Each test writes words of its own, so they do not get into one another's way."""
    progress("journey: making a campaign and publishing its server")
    world = World(tmp_path_factory.mktemp("journey"), private_tor)
    world.start()
    yield world
    world.stop()
