"""No tor of the tests may be able to reach the public network."""

from __future__ import annotations

import pytest

from tests.harness.private_tor import PrivateTor
from tests.harness.tor_process import WouldLeaveTheMachine, assert_private

AUTHORITY = f"DirAuthority auth0 orport=5000 no-v2 v3ident={'A' * 40} 127.0.0.1:7000 {'B' * 40}"


@pytest.mark.parametrize("lines", [["DisableNetwork 1", "SocksPort 0"], ["TestingTorNetwork 1", AUTHORITY]])
def test_private_ones_pass(lines: list[str]) -> None:
    assert_private(lines)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["SocksPort 0"],
        ["DisableNetwork 0"],
        ["DisableNetwork 1", "DisableNetwork 0"],
        ["TestingTorNetwork 1"],
        ["TestingTorNetwork 0", AUTHORITY],
        [AUTHORITY],
        ["TestingTorNetwork 1", AUTHORITY.replace("127.0.0.1", "192.0.2.1")],
        ["TestingTorNetwork 1", AUTHORITY, AUTHORITY.replace("127.0.0.1", "192.0.2.1")],
        ["TestingTorNetwork 1", AUTHORITY, "FallbackDir 192.0.2.1:80 orport=443 id=" + "C" * 40],
        ["TestingTorNetwork 1", AUTHORITY, "Bridge 192.0.2.1:443"],
        ["TestingTorNetwork 1", AUTHORITY, "%include /etc/tor/torrc"],
    ],
)
def test_others_do_not(lines: list[str]) -> None:
    with pytest.raises(WouldLeaveTheMachine):
        assert_private(lines)


@pytest.mark.tor
def test_every_relay_that_the_network_knows_is_on_the_loopback(private_tor: PrivateTor) -> None:
    for tor in (private_tor.host, private_tor.client):
        routers = [line.split() for line in tor.info("ns/all").splitlines() if line.startswith("r ")]
        assert len(routers) == 6
        assert {words[6] for words in routers} == {"127.0.0.1"}
