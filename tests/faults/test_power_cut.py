"""Promise 3 when the power fails: what was not flushed to the disk is lost, and nothing acknowledged is of it."""

from __future__ import annotations

import random

import pytest

from offramp.server.capacity.limits import Limits, read_limits, write_limits
from offramp.server.layout import load_couriers
from offramp.server.setup import enroll_courier, remove_courier
from tests.app.campaign import TestCourier
from tests.faults.disks import SmallDisk
from tests.faults.servers import Burst, Pushing, ServerOnDisk, assert_all_there
from tests.harness.long import rounds
from tests.server.running import is_receipt, submit


def power_comes_back(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    on_disk.end_all()
    disk.unmount()
    disk.mount()


@pytest.mark.timeout(300)
def test_no_receipt_is_lost(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    pattern = on_disk.envelope()
    acknowledged: list[bytes] = []
    for number in range(rounds(3, 60)):
        on_disk.start_intake()
        burst = Burst(on_disk, pattern)
        burst.run(disk.cut_power, receipts=random.Random(number).randrange(1, 120))
        acknowledged += burst.acknowledged
        power_comes_back(on_disk, disk)
        assert_all_there(on_disk, acknowledged)
        assert on_disk.check() == ""
    on_disk.start_intake()
    envelope = on_disk.envelope()
    assert is_receipt(submit(on_disk.folder.intake_socket, envelope), envelope)


def test_nothing_that_a_courier_pushed_is_lost(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    pushing = Pushing(on_disk)
    for number in range(rounds(1, 20)):
        on_disk.start_couriers()
        pushing.run(disk.cut_power, receipts=len(pushing.acknowledged) // 2 + 1 + number % 4)
        power_comes_back(on_disk, disk)
    on_disk.start_couriers()
    pushing.assert_all_there()
    assert on_disk.check() == ""


def test_what_the_operator_was_told_is_done(on_disk: ServerOnDisk, disk: SmallDisk) -> None:
    """A courier that was enrolled, one that was removed, limits that were set."""
    newcomer = TestCourier("nora")
    (disk.path / "nora.toml").write_bytes(newcomer.public_file)
    write_limits(on_disk.folder.limits, Limits(paused=True))
    enroll_courier(on_disk.folder, disk.path / "nora.toml")
    remove_courier(on_disk.folder, on_disk.courier.name)
    disk.cut_power()
    disk.unmount()
    disk.mount()
    assert [one.name for one in load_couriers(on_disk.folder)] == ["nora"]
    assert read_limits(on_disk.folder.limits).paused


def test_a_power_cut_loses_what_was_not_flushed(disk: SmallDisk) -> None:
    """Or the tests of this file would prove nothing."""
    (disk.path / "written").write_bytes(b"never flushed")
    disk.cut_power()
    disk.unmount()
    disk.mount()
    written = disk.path / "written"
    assert not written.exists() or written.read_bytes() == b""
