"""`offramp serve`: everything starts together, and everything ends together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.children import kill_child, wait_for
from tests.server.running import TestServer, answers, ask, children_of, is_alive, is_receipt, submit


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    found = children_of(pid)
    return found + [grandchild for child in found for grandchild in descendants(child)]


def wait_until_serving(server: TestServer, child: subprocess.Popen[bytes]) -> None:
    wait_for(
        "the worker page's address",
        lambda: child.poll() is not None or b"worker page: http://" in server.log.read_bytes(),
        seconds=60,
        pause=0.01,
    )
    assert child.poll() is None, server.log.read_text()


def wait_until_gone(pids: list[int]) -> None:
    wait_for("the processes' end", lambda: not any(map(is_alive, pids)), seconds=20)


def test_a_look_on_this_machine(server: TestServer) -> None:
    port = free_port()
    child = server.start("serve", "--port", str(port))
    wait_until_serving(server, child)
    # When the address is printed, everything answers.
    assert answers(server.folder.intake_socket)
    assert answers(server.folder.couriers_socket, "/epoch")
    assert server.log.read_text() == f"worker page: http://127.0.0.1:{port}/\n"
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    page.request("GET", "/")
    assert b"<html" in page.getresponse().read()
    page.close()
    envelope = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)

    pids = descendants(child.pid)
    assert len(pids) == 4  # two gunicorns, each with a worker
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == 0
    wait_until_gone(pids)
    assert server.log.read_text().endswith("stopped\n")
    assert not server.folder.intake_socket.exists()


def test_it_starts_in_under_three_seconds(server: TestServer) -> None:
    """Counted in the processor's seconds, all processes together, for the machine may be busy."""
    child = server.start("serve", "--port", str(free_port()))
    wait_until_serving(server, child)
    assert sum(map(processor_seconds, [child.pid, *descendants(child.pid)])) < 3


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_every_signal_to_end_ends_it(server: TestServer, number: signal.Signals) -> None:
    child = server.start("serve", "--port", str(free_port()))
    wait_until_serving(server, child)
    pids = descendants(child.pid)
    child.send_signal(number)
    assert child.wait(20) == 0
    wait_until_gone(pids)


def test_kill_nine_leaves_nobody_behind(server: TestServer) -> None:
    child = server.start("serve", "--port", str(free_port()))
    wait_until_serving(server, child)
    pids = descendants(child.pid)
    kill_child(child)
    wait_until_gone(pids)


@pytest.mark.parametrize("which", [0, 1])
def test_when_one_part_dies_all_end(server: TestServer, which: int) -> None:
    child = server.start("serve", "--port", str(free_port()))
    wait_until_serving(server, child)
    pids = descendants(child.pid)
    os.kill(children_of(child.pid)[which], signal.SIGKILL)
    assert child.wait(20) == 1
    wait_until_gone(pids)
    part = ("serve-intake", "serve-couriers")[which]
    assert server.log.read_text().endswith(f"`{part}` ended, so all of it was stopped.\n")


def test_a_second_start_at_once_reuses_everything(server: TestServer) -> None:
    port = str(free_port())
    envelope = server.envelope()
    for _ in range(2):
        child = server.start("serve", "--port", port)
        wait_until_serving(server, child)
        assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
        kill_child(child)  # the next one must not stumble over what this one leaves
        server.log.unlink()
    assert len(server.stored()) == 1


def test_the_same_folder_twice_is_refused(server: TestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    first = server.start("serve", "--port", str(free_port()))
    wait_until_serving(server, first)
    server.log.unlink()
    # Each waits some seconds for the first one's end.
    others = [server.start("serve-intake"), server.start("serve", "--port", str(free_port()))]
    assert [other.wait(30) for other in others] == [1, 1]
    assert server.log.read_text().count("running already") == 2
    assert answers(server.folder.intake_socket)  # the first still has its socket
    assert "worker page" not in server.log.read_text()  # the first one would have answered for it


def test_a_port_that_is_taken(server: TestServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        child = server.start("serve", "--port", str(port))
        assert child.wait(30) == 1
    assert server.log.read_text() == f"Another program listens on port {port}; choose another with --port.\n"


def test_without_a_keyset_the_pages_are_there_and_nothing_is_taken(server: TestServer) -> None:
    (file,) = server.folder.keysets.iterdir()
    file.unlink()
    child = server.start("serve", "--port", str(free_port()))
    wait_until_serving(server, child)
    assert ask(server.folder.intake_socket, "GET", "/")[0] == 200
    assert ask(server.folder.intake_socket, "GET", "/keyset")[0] == 503
    assert submit(server.folder.intake_socket, server.envelope())[0] == 503


def test_a_part_that_cannot_start_says_why(server: TestServer) -> None:
    server.folder.store.write_text("no database " * 100)
    child = server.start("serve", "--port", str(free_port()))
    assert child.wait(60) == 1
    said = server.log.read_text()
    assert "The store's file is damaged" in said
    assert "did not start; what it said stands above." in said
    assert "Traceback" not in said


@pytest.mark.parametrize("arguments", [[], ["--port", "0"], ["--port", "x"], ["--port", "70000"]])
def test_wrong_options(server: TestServer, arguments: list[str]) -> None:
    child = server.start("serve", *arguments)
    assert child.wait(30) == 2
    assert "Usage:" in server.log.read_text()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "offramp.cli", "serve", str(tmp_path / "no"), "--port", "9"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path / 'no'} is no folder; `offramp server init` makes one.\n"


def test_the_publisher_says_what_is_wrong_with_tor(server: TestServer) -> None:
    child = server.start("serve", "--onion", "--control", str(server.path / "no-tor-here"))
    assert child.wait(60) == 1
    said = server.log.read_text()
    assert "No tor answers" in said
    assert "`publish` did not start" in said
    assert "worker page" not in said
