"""The ADD_ONION command."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.tor.errors import TargetRefused
from offramp.tor.onion import ClientKey, OnionKey
from offramp.tor.service import OnionService, ProofOfWork

KEY = OnionKey(bytes(32))
SOCKET = Path("/run/offramp/intake.sock")


def test_the_public_onion() -> None:
    line = OnionService(KEY, SOCKET, pow=ProofOfWork()).add_onion(with_pow=True)
    assert line == (
        f"ADD_ONION {KEY.for_add_onion} Flags=MaxStreamsCloseCircuit MaxStreams=20 PoWDefensesEnabled=1 "
        "PoWQueueRate=20 PoWQueueBurst=40 Port=80,unix:/run/offramp/intake.sock"
    )


def test_the_couriers_onion() -> None:
    one, two = ClientKey.generate().for_client_auth_v3, ClientKey.generate().for_client_auth_v3
    line = OnionService(KEY, SOCKET, (one, two)).add_onion(with_pow=False)
    assert line == (
        f"ADD_ONION {KEY.for_add_onion} Flags=V3Auth ClientAuthV3={one} ClientAuthV3={two} "
        "Port=80,unix:/run/offramp/intake.sock"
    )


def test_it_never_outlives_its_control_connection() -> None:
    for service in (OnionService(KEY, SOCKET), OnionService(KEY, SOCKET, ())):
        assert "Detach" not in service.add_onion(with_pow=False)


@pytest.mark.parametrize(
    "path",
    [
        "run/intake.sock",
        "/run/my intake.sock",
        "/run/intake.sock Flags=Detach",
        "/run/intake\n.sock",
        "/run/intake\r\nQUIT",
        '/run/"intake".sock',
        "/run/intake,sock",
        "/run/intake\\.sock",
        "/run/#intake.sock",
        "/run/intäke.sock",
        "/run/" + "i" * 103,
        "/",
    ],
)
def test_paths_that_tor_cannot_be_given(path: str) -> None:
    with pytest.raises(TargetRefused):
        OnionService(KEY, Path(path))


@pytest.mark.parametrize("client", ["", "A" * 51, "a" * 52, "A" * 51 + " ", "A" * 51 + "1"])
def test_clients_that_are_no_keys(client: str) -> None:
    with pytest.raises(ValueError, match="52 characters"):
        OnionService(KEY, SOCKET, (client,))
