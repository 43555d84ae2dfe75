"""A disk that fails under the running server: both sides stay up, keep nothing that they cannot, and say why."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime

from offramp.crypto.envelope import envelope_id
from tests.board.made import pack, reply_post
from tests.faults.disks import SmallDisk
from tests.faults.servers import Burst, ServerOnDisk, assert_all_there
from tests.server.running import another, answers, is_receipt, submit


def test_the_system_makes_it_read_only(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    on_disk.start_intake()
    on_disk.start_couriers()
    burst = Burst(on_disk, on_disk.envelope())
    burst.run(disk.find_an_error, receipts=20)
    kept = burst.acknowledged
    on_disk.wait_until_said("store.db: Error: The disk takes no writes any more")
    assert "The disk takes no writes any more" in on_disk.check()
    _refuses_and_stays(on_disk, kept)
    # What is there can still be read.
    names = b"".join(envelope_id(one) for one in kept[:3])
    status, bundle = on_disk.signed("POST", "/fetch", names)
    assert status == 200
    assert all(one in bundle for one in kept[:3])
    # The operator stops it, mends the disk, and starts it.
    on_disk.end_all()
    disk.unmount()
    subprocess.run(["e2fsck", "-p", disk.image], capture_output=True, check=False)
    disk.mount()
    assert_all_there(on_disk, kept)
    on_disk.start_intake()
    envelope = another(kept[0])
    assert is_receipt(submit(on_disk.folder.intake_socket, envelope), envelope)


def test_it_is_pulled_and_put_back(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    on_disk.start_intake()
    on_disk.start_couriers()
    burst = Burst(on_disk, on_disk.envelope())
    burst.run(disk.cut_power, receipts=20)
    kept = burst.acknowledged
    on_disk.wait_until_said("store.db: Error: The disk does not read or write")
    assert "cannot be read" in on_disk.check()
    _refuses_and_stays(on_disk, kept)
    on_disk.end_all()
    again = on_disk.start("serve-intake")
    assert again.wait(60) == 1
    assert "cannot be read" in on_disk.said()
    disk.unmount()
    disk.mount()
    assert_all_there(on_disk, kept)
    on_disk.start_intake()
    envelope = another(kept[0])
    assert is_receipt(submit(on_disk.folder.intake_socket, envelope), envelope)


def _refuses_and_stays(server: ServerOnDisk, kept: list[bytes]) -> None:
    """The page is there, and nobody is told that something was kept."""
    status, text = submit(server.folder.intake_socket, another(kept[0]))
    assert status == 503
    assert text == b"The store cannot be read or written now; nothing was kept.\n"
    assert answers(server.folder.intake_socket)
    post = reply_post(today=datetime.now(UTC).date())
    assert server.signed("POST", "/push", pack(post))[0] == 503
