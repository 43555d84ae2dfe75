"""A clock that is stepped: the site closes where nothing is valid by it, opens again, and destroys nothing by it."""

from __future__ import annotations

import json

import pytest

from offramp.crypto.envelope import envelope_id
from tests.faults.servers import ServerOnDisk, assert_all_there
from tests.harness.children import wait_for
from tests.server.running import another, answers, is_receipt, submit

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize("ahead", [3 * HOUR, -3 * HOUR])
def test_by_hours(server: ServerOnDisk, ahead: int) -> None:
    """Within a keyset's days nothing changes; a courier's requests have no times in them."""
    server.start_intake()
    server.start_couriers()
    first = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, first), first)
    server.step_clock(ahead=ahead)
    second = another(first)
    assert is_receipt(submit(server.folder.intake_socket, second), second)
    server.step_clock(ahead=0)
    third = another(first)
    assert is_receipt(submit(server.folder.intake_socket, third), third)
    names = b"".join(envelope_id(one) for one in (first, second, third))
    status, bundle = server.signed("POST", "/fetch", names)
    assert status == 200
    assert all(one in bundle for one in (first, second, third))


@pytest.mark.parametrize("ahead", [100 * DAY, -100 * DAY])
def test_by_months(server: ServerOnDisk, ahead: int) -> None:
    server.start_intake()
    server.start_couriers()
    kept = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, kept), kept)
    assert server.signed("POST", "/acknowledge", envelope_id(kept))[0] == 200
    server.step_clock(ahead=ahead)
    refused = another(kept)
    wait_for(
        "the site's closing",
        lambda: submit(server.folder.intake_socket, refused)[0] == 503,
        seconds=30,
    )
    assert answers(server.folder.intake_socket)
    # A restart by a clock that is wrong: it destroys nothing either, and couriers are told of the clock.
    server.end_all()
    server.start_intake()
    server.start_couriers()
    assert submit(server.folder.intake_socket, refused)[0] == 503
    status, text = server.signed("GET", "/status")
    assert status == 200
    assert json.loads(text)["health"]["intake"] != "open"
    server.step_clock(ahead=0)
    wait_for(
        "the site's opening",
        lambda: is_receipt(submit(server.folder.intake_socket, refused), refused),
        seconds=30,
    )
    server.end_all()
    assert_all_there(server, [kept, refused])
