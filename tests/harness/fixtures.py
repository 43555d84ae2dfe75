"""Fixtures that several folders of tests share. tests/conftest.py imports them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import Level
from tests.harness.lent_firefox import Firefoxes
from tests.harness.private_tor import PrivateTor


class OpenFirefox(Protocol):
    """Starts a browser that is closed when the test ends."""

    def __call__(self, level: Level = "standard", *, socks_port: int | None = None) -> Firefox: ...


@pytest.fixture(scope="session")
def progress(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Shows a line at once, past pytest's capturing: for what takes longer than two seconds."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def show(line: str) -> None:
        disabled = capture.global_and_fixture_disabled() if capture else contextlib.nullcontext()
        with disabled:
            print(line, file=sys.stderr, flush=True)  # noqa: T201  # this is what the fixture is for

    return show


@pytest.fixture(scope="session")
def private_tor(progress: Callable[[str], None]) -> Iterator[PrivateTor]:
    """One private Tor network for all tests of a run; a test that kills the host starts it again."""
    with PrivateTor(progress) as network:
        yield network


@pytest.fixture(scope="session")
def firefoxes() -> Iterator[Firefoxes]:
    """`with firefoxes.lent("safer") as browser:` for all tests that need no fresh profile."""
    browsers = Firefoxes()
    yield browsers
    browsers.close()


@pytest.fixture
def open_firefox() -> Iterator[OpenFirefox]:
    """`open_firefox("safer", socks_port=…)`: fresh browsers that end with the test."""
    with contextlib.ExitStack() as browsers:

        def start(level: Level = "standard", *, socks_port: int | None = None) -> Firefox:
            return browsers.enter_context(Firefox(level, socks_port=socks_port))

        yield start
