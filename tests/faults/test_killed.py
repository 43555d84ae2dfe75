"""Promise 3 when a process is killed: whatever had a receipt is there, and what had none can be sent again."""

from __future__ import annotations

import random
from functools import partial

import pytest

from offramp.crypto.envelope import envelope_id
from tests.faults.servers import Burst, Pushing, ServerOnDisk
from tests.harness.long import rounds
from tests.server.running import is_receipt, kill_tree, submit


@pytest.mark.timeout(1200)
def test_kill_nine_in_the_middle_of_bursts(server: ServerOnDisk) -> None:
    pattern = server.envelope()
    acknowledged: dict[bytes, bytes] = {}
    unsure: dict[bytes, bytes] = {}
    for number in range(rounds(8, 200)):
        intake = server.start_intake()
        burst = Burst(server, pattern)
        burst.run(partial(kill_tree, intake), receipts=random.Random(number).randrange(1, 80))
        acknowledged |= {envelope_id(envelope): envelope for envelope in burst.acknowledged}
        unsure |= {envelope_id(envelope): envelope for envelope in burst.unsure}
        assert acknowledged.keys() <= server.stored()
    assert len(acknowledged) >= rounds(8, 200)
    store = server.open_store()
    assert all(store.read(name) == envelope for name, envelope in acknowledged.items())
    store.close()
    # What was not acknowledged is sent again, as the page does it: the same bytes, never twice in the store.
    server.start_intake()
    for envelope in unsure.values():
        assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    assert server.stored() == acknowledged.keys() | unsure.keys()


def test_kill_nine_in_the_middle_of_pushes(server: ServerOnDisk) -> None:
    pushing = Pushing(server)
    for number in range(rounds(2, 30)):
        couriers = server.start_couriers()
        pushing.run(partial(kill_tree, couriers), receipts=len(pushing.acknowledged) // 2 + 1 + number % 4)
    server.start_couriers()
    pushing.assert_all_there()
