"""A disk without room: what cannot be kept is refused in words, and all else goes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from offramp.crypto.envelope import envelope_id
from tests.board.made import pack, reply_post
from tests.faults.disks import MIB, SmallDisk
from tests.faults.servers import ServerOnDisk, assert_all_there
from tests.server.running import another, answers, is_receipt, submit


def submitted(server: ServerOnDisk, count: int) -> list[bytes]:
    """So many envelopes that were acknowledged."""
    pattern = server.envelope()
    envelopes = [another(pattern) for _ in range(count)]
    for envelope in envelopes:
        assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    return envelopes


def test_below_the_reserve(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    on_disk.start_intake()
    on_disk.start_couriers()
    kept = submitted(on_disk, 3)
    filler = disk.fill(leave=60 * MIB)
    on_disk.wait_until_said("store.db: Error: The disk has too little room")
    assert "too little room" in on_disk.check()
    refused = another(kept[0])
    status, text = submit(on_disk.folder.intake_socket, refused)
    assert status == 507
    assert b"nothing was kept" in text
    assert answers(on_disk.folder.intake_socket)
    # Fetching and acknowledging are what makes room again.
    names = b"".join(envelope_id(envelope) for envelope in kept)
    status, bundle = on_disk.signed("POST", "/fetch", names)
    assert status == 200
    assert all(envelope in bundle for envelope in kept)
    assert on_disk.signed("POST", "/acknowledge", names)[0] == 200
    filler.unlink()
    on_disk.wait_until_said("store.db: It works again.")
    assert is_receipt(submit(on_disk.folder.intake_socket, refused), refused)
    assert on_disk.check() == ""


def test_not_one_block_is_left(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    on_disk.start_intake()
    on_disk.start_couriers()
    kept = submitted(on_disk, 3)
    filler = disk.fill()
    on_disk.wait_until_said("store.db: Error: The disk has too little room")
    refused = another(kept[0])
    post = reply_post(today=datetime.now(UTC).date())
    assert submit(on_disk.folder.intake_socket, refused)[0] == 507
    assert answers(on_disk.folder.intake_socket)
    assert answers(on_disk.folder.intake_socket, "/board")
    assert on_disk.signed("POST", "/fetch", envelope_id(kept[0]))[0] == 200
    assert on_disk.signed("POST", "/push", pack(post))[0] == 507
    assert json.loads(on_disk.signed("POST", "/missing", post.id)[1]) == {"missing": [post.id.hex()]}
    filler.unlink()
    on_disk.wait_until_said("store.db: It works again.")
    assert is_receipt(submit(on_disk.folder.intake_socket, refused), refused)
    assert on_disk.signed("POST", "/push", pack(post)) == (200, b'{"kept":1}')
    on_disk.end_all()
    assert_all_there(on_disk, [*kept, refused])


def test_a_start_without_room(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    """It says so and ends, for systemd to try again; or it serves, where the files are there already."""
    filler = disk.fill()
    intake = on_disk.start("serve-intake")
    intake.wait(60)
    assert "Error: The disk has too little room" in on_disk.said()
    filler.unlink()
    on_disk.start_intake()
    submitted(on_disk, 1)
