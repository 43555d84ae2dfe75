"""How much a server takes: the file, what may stand in it, and each size's own room."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from offramp.cli import offramp
from offramp.crypto.envelope import MAX_SLOTS, MIN_SLOTS, SIZE_CLASSES, envelope_length
from offramp.server.capacity.limits import Limits, LimitsShelf, read_change, read_limits, write_limits
from offramp.server.capacity.quotas import most, tenths_used
from offramp.server.errors import LimitRefused, PartMalformed
from offramp.server.publishing import services
from offramp.tor.service import ProofOfWork
from tests.board.made import Clock
from tests.server.running import TestServer

LIMITS = st.builds(Limits, st.booleans(), st.integers(64, 10**6), st.integers(100, 10**7))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "limits.toml"


def test_without_a_file_the_usual_limits_hold(path: Path) -> None:
    assert read_limits(path) == LimitsShelf(path).current() == Limits()
    assert (Limits().pow_rate, Limits().pow_burst) == (ProofOfWork().rate, ProofOfWork().burst)


@given(limits=LIMITS)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, limits: Limits) -> None:
    path = tmp_path_factory.mktemp("limits") / "state" / "limits.toml"
    write_limits(path, limits)
    assert read_limits(path) == limits
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_mtime % 86_400 == 0  # a courier may have changed it just now


def test_part_of_a_file_is_enough(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("waiting = 500\n")
    assert read_limits(path) == Limits(waiting=500)


NONSENSE = [
    b"paused = 1",
    b'paused = "yes"',
    b"disk_megabytes = true",
    b"disk_megabytes = 63",
    b"disk_megabytes = 1e3",
    b"disk_megabytes = 99999999999999999999",
    b"waiting = -1",
    b"pow_rate = 0",
    b"pow_rate = 1001\npow_burst = 2002",
    b"pow_rate = 30\npow_burst = 29",
    b"colour = 1",
    b"paused",
    b"\xff\xfe",
    b"a = " + b"[" * 4000,
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused_at_the_start_and_later_changes_nothing(path: Path, text: bytes) -> None:
    clock = Clock()
    write_limits(path, Limits(paused=True))
    shelf = LimitsShelf(path, pulse=clock)
    path.write_bytes(text)
    clock.now += 1
    assert shelf.current() == Limits(paused=True)
    with pytest.raises(PartMalformed, match="delete it"):
        LimitsShelf(path)
    assert shelf.change({"waiting": 300}) == Limits(paused=True, waiting=300)  # which mends it
    assert read_limits(path) == Limits(paused=True, waiting=300)


def test_a_change_is_seen_within_a_second(path: Path) -> None:
    clock = Clock()
    shelf, other = LimitsShelf(path, pulse=clock), LimitsShelf(path, pulse=clock)
    assert other.change({"paused": True}) == Limits(paused=True)
    assert shelf.current() == Limits()
    clock.now += 1
    assert shelf.current() == Limits(paused=True)


def test_two_who_change_different_limits_do_not_undo_each_other(path: Path) -> None:
    clock = Clock()
    one, two = LimitsShelf(path, pulse=clock), LimitsShelf(path, pulse=clock)
    one.change({"paused": True})
    assert two.change({"waiting": 100}) == Limits(paused=True, waiting=100)


@pytest.mark.parametrize(
    "body", [b"", b"1", b"[]", b'"paused"', b"{", b"\xff", b"[" * 512, b'{"paused":' + b"[" * 500]
)
def test_what_is_no_change(body: bytes) -> None:
    with pytest.raises(LimitRefused):
        read_change(body)


@given(limits=LIMITS, slots=st.integers(MIN_SLOTS, MAX_SLOTS))
def test_no_class_can_fill_another_s_room(limits: Limits, slots: int) -> None:
    """All classes full together need no more than the limits say, but for one envelope of each class."""
    lengths = {size: envelope_length(size, slots) for size in SIZE_CLASSES}
    rooms = {size: most(limits, size, length) for size, length in lengths.items()}
    beyond_one = {size: room for size, room in rooms.items() if room > 1}
    assert sum(room * lengths[size] for size, room in beyond_one.items()) <= limits.disk_megabytes * 10**6
    assert sum(beyond_one.values()) <= limits.waiting
    assert min(rooms.values()) >= 1
    assert tenths_used(limits, rooms, slots) == dict.fromkeys(SIZE_CLASSES, 10)
    assert tenths_used(limits, {}, slots) == dict.fromkeys(SIZE_CLASSES, 0)


def test_tenths_are_ten_only_when_it_is_full() -> None:
    limits = Limits()
    room = most(limits, SIZE_CLASSES[0], envelope_length(SIZE_CLASSES[0], 8))
    used = [
        tenths_used(limits, {SIZE_CLASSES[0]: count}, 8)[SIZE_CLASSES[0]] for count in (1, room - 1, room)
    ]
    assert used == [1, 9, 10]


def test_the_usual_limits_hold_thousands_of_texts_whatever_else_is_full() -> None:
    assert most(Limits(), SIZE_CLASSES[0], envelope_length(SIZE_CLASSES[0], MAX_SLOTS)) >= 10_000


def test_the_publisher_asks_for_the_proof_of_work_that_the_limits_say(server: TestServer) -> None:
    def proof() -> ProofOfWork | None:
        return services(server.folder)[0].pow

    assert proof() == ProofOfWork(20, 40)
    write_limits(server.folder.limits, Limits(pow_rate=3, pow_burst=5))
    assert proof() == ProofOfWork(3, 5)
    assert services(server.folder)[1].pow is None  # only couriers reach the other one at all


def run(server: TestServer, *words: str) -> str:
    result = CliRunner().invoke(offramp, ["server", "limits", str(server.path), *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_operator_s_command(server: TestServer) -> None:
    assert run(server) == (
        "It is not paused.\n"
        "Room for sealed letters: 4096 MB, and 20000 of them at once. Each size has its own share.\n"
        "Above 20 visitors a second, or 40 at once, tor asks each for a proof of work.\n"
    )
    assert not server.folder.limits.exists()
    assert run(server, "--pause", "--pow-rate", "5").splitlines()[:2] == [
        "changed; a running server knows in a second",
        "Nothing is taken: it is paused.",
    ]
    assert read_limits(server.folder.limits) == Limits(paused=True, pow_rate=5, pow_burst=10)
    run(server, "--raise", "--resume")
    assert read_limits(server.folder.limits) == Limits(False, 8192, 40_000, 5, 10)
    run(server, "--lower", "--waiting", "700", "--disk", "100", "--pow-burst", "8")
    assert read_limits(server.folder.limits) == Limits(False, 100, 700, 5, 8)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--raise", "--lower"], "say either --raise or --lower"),
        (["--disk", "10"], "`disk_megabytes` is a number from 64 to 1000000."),
        (["--pow-rate", "0"], "`pow_rate` is a number from 1 to 1000."),
        (["--pow-burst", "2"], "`pow_burst` is at least as large as `pow_rate`."),
    ],
)
def test_what_the_operator_cannot_ask_for(server: TestServer, words: list[str], said: str) -> None:
    result = CliRunner().invoke(offramp, ["server", "limits", str(server.path), *words])
    assert result.exit_code != 0
    assert said in result.output
    assert not server.folder.limits.exists()


def test_a_damaged_file_is_named_by_check_and_by_the_start(server: TestServer) -> None:
    write_limits(server.folder.limits, Limits())
    server.folder.limits.write_text("paused = perhaps\n")
    checked = CliRunner().invoke(offramp, ["server", "check", str(server.path)])
    assert f"{server.folder.limits} cannot be read. Correct it, or delete it" in checked.output
    child = server.start("serve-intake")
    assert child.wait(60) != 0
    assert b"limits.toml cannot be read" in server.log.read_bytes()


def test_check_tells_that_it_is_paused(server: TestServer) -> None:
    write_limits(server.folder.limits, Limits(paused=True))
    checked = CliRunner().invoke(offramp, ["server", "check", str(server.path)])
    assert "It is paused, so nothing can be sent; `offramp server limits" in checked.output
