"""Proof of work: on by default, and made anew by a running publisher when the limits say other numbers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.server.capacity.limits import Limits, write_limits
from offramp.server.layout import ServerFolder
from offramp.server.publishing import services
from offramp.server.setup import make_folder
from offramp.tor.control import OLDEST_TOR_WITH_POW, Control
from offramp.tor.onion import OnionKey
from offramp.tor.service import OnionService, ProofOfWork
from tests.app.campaign import TestCampaign
from tests.harness.children import wait_for
from tests.harness.tor_process import TorProcess, offline_tor
from tests.harness.wire import Relay
from tests.tor.helpers import publishing

pytestmark = pytest.mark.tor

SECONDS = 30.0


@pytest.fixture(scope="module")
def short() -> Iterator[Path]:
    """A folder whose path leaves room for unix sockets."""
    folder = Path(tempfile.mkdtemp(prefix="offramp-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def tor(short: Path) -> Iterator[TorProcess]:
    """A tor without a network, that can do proof of work."""
    tor = offline_tor(short / "tor")
    with Control(str(tor.control_socket)) as control:
        able = control.version >= OLDEST_TOR_WITH_POW
    if able:
        yield tor
    tor.kill()
    if not able:
        pytest.skip("this tor cannot give an onion of ours proof of work")


@pytest.fixture
def folder(short: Path, tmp_path: Path) -> ServerFolder:
    toml, root = TestCampaign().write_inputs(tmp_path)
    state = make_folder(tmp_path / "server", campaign=toml, root=root)
    return ServerFolder.at(state.folder.path, short / "run")


@pytest.mark.parametrize(("rate", "burst"), [(1, 1), (20, 40), (1000, 1000), (1000, 10_000)])
def test_tor_takes_all_that_the_limits_allow(tor: TorProcess, rate: int, burst: int) -> None:
    limits = Limits(pow_rate=rate, pow_burst=burst)
    proof = ProofOfWork(limits.pow_rate, limits.pow_burst)
    service = OnionService(OnionKey.generate(), Path("/run/intake.sock"), pow=proof)
    with Control(str(tor.control_socket)) as control:
        assert control.ask(service.add_onion(with_pow=True)).ok


def test_other_numbers_make_the_same_onion_anew(tor: TorProcess, folder: ServerFolder, short: Path) -> None:
    service = services(folder)[0]
    bare = service.address.removesuffix(".onion").encode()
    with Relay(tor.control_socket, short / "control") as relay:
        with publishing(str(relay.address), lambda: services(folder)) as (_, events):
            wait_for("it", lambda: relay.saw(b"PoWQueueRate=20 PoWQueueBurst=40"), seconds=SECONDS)
            write_limits(folder.limits, Limits(pow_rate=2, pow_burst=3))
            wait_for("the new one", lambda: relay.saw(b"PoWQueueRate=2 PoWQueueBurst=3"), seconds=SECONDS)
            assert relay.saw(b"DEL_ONION " + bare)
            folder.limits.write_text("pow_rate = many\n")
            wait_for(
                "the complaint",
                lambda: any("limits.toml" in event for event in list(events)),
                seconds=SECONDS,
            )
    asked = b"".join(bytes(tape.up) for tape in relay.tapes)
    assert asked.count(b"ADD_ONION " + service.key.for_add_onion.encode()) == 2
    assert asked.count(b"DEL_ONION") == 1
