"""Each thing that the doctor knows: the sentence is there when it is wrong, and is not when it is right."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.envelope import envelope_id
from offramp.server.backup.taking import mark_of_backup, note_backup
from offramp.server.capacity.limits import Limits, write_limits
from offramp.server.check import problems
from offramp.server.doctor import CHECKS, Patient, State, disk, examine, files, look, machine
from offramp.server.doctor.findings import Finding, exit_status
from offramp.server.doctor.telling import as_text
from offramp.server.layout import ServerFolder
from offramp.server.upkeep.moved import mark_of
from offramp.server.upkeep.ownership import Owned
from offramp.server.upkeep.units import sockets_of
from offramp.store.migrations import migrate, version
from tests.app.campaign import DAY
from tests.harness.tor_process import TorProcess, offline_tor
from tests.server.running import TestServer, make_server
from tests.server.signed.made import manifest_for
from tests.tor.helpers import FakeTor

CORE = "/proc/sys/kernel/core_pattern"
MOUNTS = "/proc/self/mountinfo"
APPARMOR = "/sys/module/apparmor/parameters/enabled"
SWAPS = "Filename\tType\tSize\tUsed\tPriority\n"
ANONYMOUS = {
    "GETCONF HeartbeatPeriod": "250 HeartbeatPeriod=0",
    "GETINFO process/user": "250-process/user=root\r\n250 OK",
    "GETINFO status/bootstrap-phase": '250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"'
    "\r\n250 OK",
    "GETINFO net/listeners/socks": "250-net/listeners/socks=\r\n250 OK",
}


class Machine:
    """A machine whose own files a test writes, around a real server's folder and a make-believe tor."""

    def __init__(self, server: TestServer, system: Path) -> None:
        self.server, self.folder, self.system = server, server.folder, system
        self.write(
            MOUNTS, f"27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n{self.mount(server.path, 'ext4')}"
        )
        self.write("/proc/swaps", SWAPS)
        self.write(CORE, "core\n")
        self.encrypt("vda")
        (system / "sys/dev/block").mkdir(parents=True)
        (system / "sys/dev/block/254:0").symlink_to(system / "sys/class/block/vda")

    @staticmethod
    def mount(point: Path, kind: str, options: str = "rw") -> str:
        return f"30 27 254:0 / {point} {options},relatime shared:1 - {kind} /dev/vda {options}\n"

    def write(self, path: str, text: str) -> None:
        file = self.system / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def encrypt(self, device: str, *, how: str = "CRYPT-LUKS2-abc") -> None:
        self.write(f"/sys/class/block/{device}/dm/uuid", how)

    def runs(self, process: int, *words: str, cwd: Path = Path("/")) -> None:
        self.write(f"/proc/{process}/cmdline", "\0".join(words) + "\0")
        (self.system / f"proc/{process}/cwd").symlink_to(cwd)

    def patient(self, control: str | int = "/nowhere", **changed: Any) -> Patient:
        return Patient(self.folder, control=control, offline=True, system=self.system, **changed)

    def examine(self, control: str | int = "/nowhere", **changed: Any) -> dict[str, list[Finding]]:
        """What all checks find."""
        with closing(self.patient(control, **changed)) as patient:
            found: dict[str, list[Finding]] = {}
            for one in examine(patient):
                found.setdefault(one.check, []).append(one)
            return found

    def all(self, check: str, control: str | int = "/nowhere", **changed: Any) -> list[Finding]:
        """What one check finds."""
        with closing(self.patient(control, **changed)) as patient:
            return look(check, patient)

    def only(self, check: str, control: str | int = "/nowhere", **changed: Any) -> Finding:
        (found,) = self.all(check, control, **changed)
        return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> TestServer:
    """A server that lacks nothing in its folder: a calendar of many weeks, a manifest, a backup of today."""
    server = make_server(tmp_path_factory.mktemp("doctor"))
    campaign = server.campaign
    keyset = campaign.keyset(2, valid_until=60 * DAY)
    (server.folder.keysets / f"{keyset.sequence:08d}-{keyset.id.hex()[:16]}.keyset").write_bytes(keyset.raw)
    server.folder.manifest.write_bytes(manifest_for(server.folder, campaign).raw)
    note_backup(server.folder)
    for path in server.path.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return server


@pytest.fixture
def ward(made: TestServer, tmp_path: Path) -> Machine:
    return Machine(made, tmp_path / "system")


@contextmanager
def changed(path: Path, data: bytes | None) -> Iterator[None]:
    """Another file in its place, or none, for a while."""
    before, mode = (path.read_bytes(), path.stat().st_mode) if path.exists() else (None, 0o600)
    try:
        path.unlink(missing_ok=True)
        if data is not None:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            path.chmod(0o600)
        yield
    finally:
        path.unlink(missing_ok=True)
        if before is not None:
            path.write_bytes(before)
            path.chmod(mode & 0o777)


@pytest.fixture
def control(tmp_path: Path) -> Iterator[str]:
    with FakeTor(tmp_path / "tor", answers=ANONYMOUS):
        yield str(tmp_path / "tor")


def test_where_all_is_well_nothing_is_said(ward: Machine, control: str) -> None:
    ward.runs(7, "python", "-m", "offramp.server", "publish", str(ward.folder.path))
    found = ward.examine(control)
    troubled = {name for name, list_ in found.items() if any(one.state is not State.FINE for one in list_)}
    # Nothing runs here, and nobody may ask the Tor network.
    assert troubled == {"running", "tor-clock", "workers-address", "couriers-address"}
    assert found.keys() == CHECKS.keys()
    assert {one.state for one in found["running"]} == {State.WRONG}


def test_an_old_sqlite(ward: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    assert "3.40.1" in ward.only("versions").sentence


def test_a_python_that_nobody_tried(ward: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "UNTRIED_PYTHON", (3, 11))
    assert ward.only("versions").state is State.WARNING


def test_a_clock_that_is_behind_the_last_backup(ward: Machine) -> None:
    past = (datetime.now(UTC) - timedelta(days=10)).timestamp()
    assert "a backup was taken" in ward.only("clock", clock=lambda: past).sentence
    assert "clock" in ward.all("calendar", clock=lambda: past)[0].sentence


def test_swap(ward: Machine) -> None:
    ward.write("/proc/swaps", f"{SWAPS}/dev/sda2 partition 100 0 -2\n")
    assert "/dev/sda2" in ward.only("swap").sentence
    ward.encrypt("sda2")
    assert ward.only("swap").state is State.FINE
    ward.write("/proc/swaps", f"{SWAPS}/dev/zram0 partition 100 0 -2\n/swapfile file 1 0 -2\n")
    assert "/swapfile" in ward.only("swap").sentence


def test_swap_on_a_volume_in_an_encrypted_partition(ward: Machine) -> None:
    ward.write("/proc/swaps", f"{SWAPS}/dev/dm-1 partition 100 0 -2\n")
    ward.encrypt("dm-1", how="LVM-xyz")
    assert ward.only("swap").state is State.WRONG
    (ward.system / "sys/class/block/dm-1/slaves/dm-0").mkdir(parents=True)
    ward.encrypt("dm-0")
    assert ward.only("swap").state is State.FINE


def test_core_dumps(ward: Machine) -> None:
    ward.write(CORE, "|/usr/lib/systemd/systemd-coredump %P %u\n")
    found = ward.only("core-dumps")
    assert "systemd-coredump gets all" in found.sentence
    assert "sysctl" in found.cure


@pytest.mark.parametrize(
    ("kind", "options", "state", "words"),
    [
        ("tmpfs", "rw", State.WRONG, "gone at the next start"),
        ("nfs4", "rw", State.WRONG, "another machine"),
        ("btrfs", "rw", State.WARNING, "deleted stay"),
        ("ext4", "rw,data=writeback", State.WRONG, "power cut"),
        ("ext4", "ro", State.WRONG, "read-only"),
    ],
)
def test_file_systems(ward: Machine, kind: str, options: str, state: State, words: str) -> None:
    ward.write(MOUNTS, Machine.mount(Path("/"), "ext4") + Machine.mount(ward.folder.path, kind, options))
    found = ward.only("file-system")
    assert found.state is state
    assert words in found.sentence


def test_the_innermost_mount_counts(ward: Machine) -> None:
    inner, outer = Machine.mount(ward.folder.path, "tmpfs"), Machine.mount(Path("/"), "ext4")
    ward.write(MOUNTS, inner + outer)
    assert ward.only("file-system").state is State.WRONG
    ward.write(MOUNTS, inner + outer + Machine.mount(ward.folder.path, "ext4"))  # a later one hides it
    assert ward.only("file-system").state is State.FINE
    (ward.system / MOUNTS.lstrip("/")).unlink()
    assert {ward.only(name).state for name in ("file-system", "encryption")} == {State.UNSEEN}


def test_a_disk_that_is_not_encrypted(ward: Machine) -> None:
    ward.encrypt("vda", how="LVM-xyz")
    assert ward.only("encryption").state is State.WARNING


def test_room(ward: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda _: 200_000_000)
    assert "132" in ward.only("room").sentence
    with changed(ward.folder.limits, None):
        write_limits(ward.folder.limits, Limits(disk_megabytes=100))
        assert ward.only("room").state is State.FINE
    monkeypatch.setattr(disk, "free_bytes", lambda _: 10)
    assert {one.state for one in ward.all("room")} == {State.WRONG, State.WARNING}


def test_modes(ward: Machine) -> None:
    assert ward.only("files").state is State.FINE
    ward.folder.root.chmod(0o644)
    assert ": root.pub." in ward.only("files").sentence
    ward.folder.root.chmod(0o600)
    ward.folder.path.chmod(0o750)
    assert str(ward.folder.path) in ward.only("files").sentence
    ward.folder.path.chmod(0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_owners(ward: Machine) -> None:
    """The file of another user, as a command that root typed leaves it in a folder of the server's user."""
    os.chown(ward.folder.root, 65534, 65534)
    found = ward.only("files")
    os.chown(ward.folder.root, 0, 0)
    assert "root.pub" in found.sentence
    assert "chown" in found.cure


def test_owners_where_the_folder_is_shared(ward: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Owned(ward.folder.root, ("root",), "root", ward.folder.root.stat().st_mode & 0o777)
    wrong = Owned(ward.folder.campaign, ("nobody-like-this",), "root", 0o600)
    monkeypatch.setattr(files, "is_shared", lambda _: True)
    monkeypatch.setattr(files, "owned", lambda _: iter((right, wrong)))
    assert "campaign.toml" in ward.only("files").sentence


def test_what_is_in_the_folder(ward: Machine) -> None:
    with changed(ward.folder.intake_key, None), changed(ward.folder.manifest, None):
        found = ward.all("folder")
    assert [one.state for one in found] == [State.WRONG, State.WARNING]
    with changed(ward.folder.campaign, None):
        assert "campaign.toml" in ward.all("folder")[0].sentence


def test_the_calendar(ward: Machine) -> None:
    soon = (datetime.now(UTC) + timedelta(days=2)).timestamp()
    lapsed = (datetime.now(UTC) + timedelta(days=50)).timestamp()
    assert {one.state for one in ward.all("calendar", clock=lambda: soon)} == {State.FINE}
    assert {one.state for one in ward.all("calendar", clock=lambda: lapsed)} == {State.WRONG}
    (card,) = ward.folder.cards.glob("*.card")
    with changed(card, b"damaged"):
        assert ward.only("calendar").state is State.WRONG
    with changed(card, None):
        assert ward.only("calendar").state is State.WARNING  # an operator's first hour
    (later,) = ward.folder.keysets.glob("00000002*")
    with changed(later, None):
        assert ward.only("calendar").state is State.WARNING  # the site is open, and not for long


def test_backups(ward: Machine) -> None:
    old = (datetime.now(UTC).date() - timedelta(days=40)).isoformat()
    with changed(mark_of_backup(ward.folder), None):
        assert "No backup was ever taken" in ward.only("backup").sentence
    with changed(mark_of_backup(ward.folder), f"{old}\n".encode()):
        assert ward.only("backup").state is State.WARNING


def test_a_server_that_has_moved(ward: Machine) -> None:
    with changed(mark_of(ward.folder), b"2026-11-22\n"):
        assert "offramp server stay" in ward.only("moved").sentence
        assert any("offramp server stay" in sentence for sentence in problems(ward.folder))


def test_the_publisher(ward: Machine) -> None:
    assert ward.only("publisher").state is State.UNSEEN  # this machine shows no processes
    ward.runs(5, "bash")
    assert ward.only("publisher").state is State.WRONG
    ward.runs(6, "/opt/offramp/bin/python", "/opt/offramp/bin/offramp", "publish", "somewhere/else")
    assert ward.only("publisher").state is State.WRONG
    ward.runs(
        8, "python", "-m", "offramp.server", "publish", ward.folder.path.name, cwd=ward.folder.path.parent
    )
    assert ward.only("publisher").state is State.FINE


def test_where_it_is_installed_the_cure_is_another_one(ward: Machine) -> None:
    ward.runs(5, "bash")
    cures = [ward.all("running")[0].cure, ward.only("publisher").cure]
    assert ["offramp serve-intake" in cures[0], "offramp publish" in cures[1]] == [True, True]
    ward.write(
        "/etc/systemd/system/offramp-intake.service",
        f"[Service]\nExecStart=/opt/offramp/current/bin/offramp serve-intake {ward.folder.path}\n",
    )
    for part, found in (("intake", ward.all("running")[0]), ("publisher", ward.only("publisher"))):
        assert "`systemctl start offramp.target`" in found.cure
        assert f"`journalctl --namespace=offramp -u offramp-{part} -n 20`" in found.cure


def test_a_copy_of_the_folder_that_is_served_too(ward: Machine, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    (copy / "onion").mkdir(parents=True)
    (copy / "onion/intake.address").write_bytes(ward.folder.intake_address.read_bytes())
    ward.runs(9, "python", "-m", "offramp.server", "serve-intake", str(copy))
    assert str(copy) in ward.only("two-folders").sentence
    (copy / "onion/intake.address").write_text("another\n")  # another campaign, on the same machine
    assert ward.only("two-folders").state is State.FINE


def test_a_folder_that_systemd_does_not_serve(ward: Machine) -> None:
    unit = "/etc/systemd/system/offramp-intake.service"
    ward.write(unit, "[Service]\nExecStart=/opt/offramp/bin/offramp serve-intake /var/lib/offramp\n")
    assert "/var/lib/offramp" in ward.only("two-folders").sentence
    ward.write(unit, f"[Service]\nExecStart=/opt/offramp/bin/offramp serve-intake {ward.folder.path}\n")
    assert ward.only("two-folders").state is State.FINE


@pytest.mark.parametrize(
    ("rules", "is_fine"),
    [
        ("", False),
        ("# {run}/*/*.sock rw,", False),
        ("{run}/*.sock rw,", False),
        ("{run}/*/*.sock r,", False),
        ("{run}/*/*.sock rw,", True),
        ("  {run}/** rwk,", True),
        ("{run}/intake/intake.sock rw,", False),
        ("{run}/intake/intake.sock rw,\n{run}/couriers/couriers.sock rw,", True),
    ],
)
def test_apparmor(ward: Machine, rules: str, is_fine: bool) -> None:
    ward.write(APPARMOR, "Y\n")
    ward.write("/etc/apparmor.d/system_tor", "…")
    ward.write("/etc/apparmor.d/local/system_tor", rules.format(run=ward.folder.sockets))
    assert (ward.all("apparmor")[0].state is State.FINE) is is_fine
    ward.write(APPARMOR, "N\n")
    assert ward.all("apparmor")[0].state is State.FINE


def test_the_rules_that_we_ship_are_enough(ward: Machine) -> None:
    ward.folder = ServerFolder.at(ward.folder.path, Path("/run/offramp"))
    ward.write(APPARMOR, "Y\n")
    ward.write("/etc/apparmor.d/system_tor", "…")
    shipped = Path(__file__).parents[3] / "deploy/system/apparmor"
    ward.write("/etc/apparmor.d/local/system_tor", shipped.read_text())
    assert ward.only("apparmor").state is State.FINE


def test_no_tor(ward: Machine) -> None:
    found = ward.only("tor")
    assert found.state is State.WRONG
    assert "No tor answers" in found.sentence
    for name in ("sockets", "tor-version", "tor-log", "tor-network", "tor-clock"):
        assert ward.only(name).state is State.UNSEEN


def at_tor(
    check: str, ward: Machine, folder: Path, version: str = "0.4.9.11", **answers: str
) -> list[Finding]:
    """What a check finds at a tor with these answers."""
    named = {name.replace("_", " ", 1): text for name, text in answers.items()}
    with FakeTor(folder / "tor", version, {**ANONYMOUS, **named}):
        return ward.all(check, str(folder / "tor"))


@pytest.mark.parametrize(
    ("version", "state"),
    [("0.4.5.1", State.WRONG), ("0.4.8.14", State.WARNING), ("0.4.9.5", State.FINE)],
)
def test_old_tors(ward: Machine, tmp_path: Path, version: str, state: State) -> None:
    assert at_tor("tor-version", ward, tmp_path, version)[0].state is state


def test_a_tor_that_counts_visitors(ward: Machine, tmp_path: Path) -> None:
    (found,) = at_tor("tor-log", ward, tmp_path, GETCONF_HeartbeatPeriod="250 HeartbeatPeriod=21600")
    assert "HeartbeatPeriod 0" in found.cure


def test_a_tor_that_is_on_its_way(ward: Machine, tmp_path: Path) -> None:
    phase = '250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting"\r\n250 OK'
    (found,) = at_tor("tor-network", ward, tmp_path, **{"GETINFO_status/bootstrap-phase": phase})
    assert "Connecting, 5 %" in found.sentence


@pytest.mark.parametrize(("hours", "state"), [(0, State.FINE), (-30, State.WRONG), (30, State.WRONG)])
def test_the_clock_beside_that_of_the_tor_network(
    ward: Machine, tmp_path: Path, hours: int, state: State
) -> None:
    start = datetime.now(UTC) + timedelta(hours=hours)
    said = {
        f"GETINFO_consensus/{name}": f"250-consensus/{name}={start + timedelta(hours=plus):%Y-%m-%d %H:%M:%S}\r\n250 OK"
        for name, plus in (("valid-after", 0), ("valid-until", 3))
    }
    assert at_tor("tor-clock", ward, tmp_path, **said)[0].state is state


def test_a_tor_that_is_another_user(ward: Machine, tmp_path: Path) -> None:
    user = {"GETINFO_process/user": "250-process/user=debian-tor\r\n250 OK"}
    found = at_tor("sockets", ward, tmp_path, **user)
    assert any("cannot reach the sockets" in one.sentence for one in found)
    assert any("cannot see" in one.sentence for one in found)  # the test's folder is in /tmp


@pytest.mark.tor
def test_a_real_tor_without_a_network(ward: Machine, tmp_path: Path, tor: TorProcess) -> None:
    names = [name for name in CHECKS if name.startswith("tor")]
    states = {name: ward.all(name, str(tor.control_socket))[0].state for name in names}
    assert states == {
        "tor": State.FINE,
        "tor-version": State.FINE,
        "tor-log": State.WRONG,
        "tor-network": State.WRONG,
        "tor-clock": State.UNSEEN,
    }
    assert ward.only("sockets", str(tor.control_socket)).state is State.FINE


@pytest.fixture
def tor(tmp_path: Path) -> Iterator[TorProcess]:
    process = offline_tor(tmp_path)
    yield process
    process.kill()


def test_every_trouble_has_a_sentence_and_all_of_them_are_shown(ward: Machine) -> None:
    findings = [one for list_ in ward.examine().values() for one in list_]
    text = " ".join(" ".join(as_text(findings)).split())
    for one in findings:
        assert (one.state is State.FINE) == (one.sentence == "")
        assert one.check in text
        assert " ".join(one.sentence.split()) in text
    assert text.index("Wrong, running") < text.index("Not looked at")


def test_exit_statuses() -> None:
    fine, warning, wrong, unseen = (
        Finding("x", state, "…") for state in (State.FINE, State.WARNING, State.WRONG, State.UNSEEN)
    )
    assert exit_status([fine, unseen]) == 0
    assert exit_status([warning, fine]) == 1
    assert exit_status([warning, wrong]) == 2


def run(*arguments: object) -> Result:
    return CliRunner().invoke(offramp, [str(argument) for argument in arguments])


def test_the_command(made: TestServer) -> None:
    shown = run("doctor", made.path, "--control", made.path / "none", "--offline")
    assert shown.exit_code == 2
    assert "What to do:" in shown.output
    told = run("doctor", made.path, "--control", made.path / "none", "--offline", "--json")
    said = json.loads(told.output)
    assert said["status"] == told.exit_code == 2
    assert {one["check"] for one in said["findings"]} == CHECKS.keys()


def test_the_doctor_changes_nothing(made: TestServer) -> None:
    envelope, day = made.envelope(), datetime.now(UTC).date()
    with closing(made.open_store()) as store:
        store.add(envelope, envelope_id=envelope_id(envelope), size_class=16384, day=day)

    def all_of_it() -> dict[str, tuple[int, int, bytes]]:
        return {
            str(path): (
                path.stat().st_mode,
                path.stat().st_mtime_ns if path.is_file() else 0,
                path.read_bytes() if path.is_file() else b"",
            )
            for path in made.path.rglob("*")
            if not path.name.endswith("-shm")  # which every look into a database changes
        }

    before = all_of_it()
    run("doctor", made.path, "--control", made.path / "none", "--offline")
    assert all_of_it() == before


def test_a_store_of_another_release_is_left_alone(ward: Machine) -> None:
    with closing(ward.server.open_store()):
        pass
    before, _ = migrate(ward.folder.store, 1)
    try:
        assert "another release" in ward.only("folder").sentence
        assert version(ward.folder.store) == 1
    finally:
        migrate(ward.folder.store, before)
    assert ward.only("folder").state is State.FINE


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    shown = run("doctor", tmp_path / "none", "--control", tmp_path / "none", "--offline")
    assert shown.exit_code == 2
    assert "is no folder" in " ".join(shown.output.split())  # wherever the lines end
    assert "Traceback" not in shown.output


def test_the_units_tell_where_the_sockets_are(tmp_path: Path) -> None:
    """So nobody has to say --sockets again, and no command looks at the wrong ones."""
    shipped = Path(__file__).parents[3] / "deploy/system/offramp-intake.service"
    unit = tmp_path / "etc/systemd/system/offramp-intake.service"
    unit.parent.mkdir(parents=True)
    unit.write_bytes(shipped.read_bytes())
    assert sockets_of(Path("/var/lib/offramp"), None, tmp_path) == Path("/run/offramp")
    assert sockets_of(Path("/elsewhere"), None, tmp_path) is None
    assert sockets_of(Path("/var/lib/offramp"), Path("/given"), tmp_path) == Path("/given")
