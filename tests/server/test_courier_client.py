"""The desk's own client against the real couriers' side."""

from __future__ import annotations

import socket

from offramp.crypto.envelope import envelope_id
from offramp.desk.courier.client import Courier
from offramp.desk.courier.wire import Patience, Wire
from offramp.desk.keys import CourierKey
from tests.server.running import TestServer, another, is_receipt, submit


def test_list_fetch_acknowledge(server: TestServer) -> None:
    server.start_intake()
    server.start_couriers()
    pattern = server.envelope()
    envelopes = {envelope_id(one): one for one in (another(pattern) for _ in range(20))}
    for envelope in envelopes.values():
        assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)

    def dial() -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(server.folder.couriers_socket))
        return line

    key = CourierKey(server.courier.seed, bytes(32))
    with Wire(dial, server.couriers_address, Patience()) as wire:
        courier = Courier(wire, key, server.couriers_address)
        waiting = courier.waiting()
        assert dict(waiting.lengths) == {name: len(one) for name, one in envelopes.items()}
        assert {envelope_id(one): one for one in courier.fetch(waiting.lengths)} == envelopes
        assert server.stored() == envelopes.keys()
        courier.acknowledge(list(waiting.lengths))
        assert not courier.waiting().lengths
    assert server.stored() == envelopes.keys()  # for some days, should the bundle be lost
