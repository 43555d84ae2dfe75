"""Two servers on one folder by mistake: the second one says so and ends, and the first one notices nothing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.faults.servers import ServerOnDisk
from tests.harness.children import end_child, start_child
from tests.server.running import is_receipt, submit


@pytest.mark.parametrize("part", ["serve-intake", "serve-couriers"])
def test_with_sockets_of_its_own(server: ServerOnDisk, place: Path, part: str) -> None:
    server.start_intake()
    server.start_couriers()
    others = place / "other-sockets"
    second = server.start(part, "--sockets", str(others))
    assert second.wait(60) == 1
    assert f"Another server runs on the data in {server.path}" in server.said()
    assert not list(others.glob("*/*.sock"))
    envelope = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    assert server.signed("GET", "/status")[0] == 200


def test_in_another_container(server: ServerOnDisk, place: Path) -> None:
    """Namespaces of its own for mounts, processes and the host's name, and the folder under another path."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root can make a container's namespaces")
    server.start_intake()
    inside = place / "inside"
    inside.mkdir()
    serve = f"exec {sys.executable} -P -m offramp.server serve-intake {inside} --sockets {place}/other"
    command = f"mount --bind {server.path} {inside} && {serve}"
    second = start_child(
        ["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "sh", "-c", command],
        log=server.log,
    )
    try:
        assert second.wait(60) == 1
    finally:
        end_child(second)
    assert f"Another server runs on the data in {inside}" in server.said()


def test_the_next_one_starts_when_the_first_has_ended(server: ServerOnDisk, place: Path) -> None:
    server.start_intake()
    server.end_all()
    server.sockets = place / "elsewhere"
    server.sockets.mkdir(mode=0o700)
    server.step_clock(ahead=0)
    server.start_intake()
    envelope = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
