"""The installation on a fresh Debian: what it sets up, what it leaves alone, forward, back, and out.

Each test has the installed Debian to itself.  systemd does not run in there; the units are carried out by
as_systemd.py, as far as that goes.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from offramp.crypto.envelope import envelope_id
from tests.deploy.debian import Debian, bootstrap, debian, stop, why_not
from tests.deploy.releases import build_wheel, download_packages, unpacked, wheel_of_tomorrow
from tests.deploy.server_in_debian import DATA, RUNNER, ServerInDebian
from tests.harness.children import tail, wait_for
from tests.harness.tor_process import assert_private

pytestmark = pytest.mark.timeout(900)

UNITS = ("offramp-intake", "offramp-couriers", "offramp-publisher")


@dataclass
class Stage:
    """A Debian on which all is installed, in layers, and the names of two releases that lie in its /root."""

    fresh: Path
    layers: list[Path]
    bundle: str
    next_bundle: str
    scratch: Path
    set_up: ServerInDebian
    count: int = 0

    @contextmanager
    def copy(self, *, fresh: bool = False) -> Iterator[Debian]:
        """The installed Debian, or one on which nothing was installed, to change."""
        self.count += 1
        layers = [self.fresh] if fresh else self.layers
        with debian(layers, self.scratch / f"copy-{self.count}") as made:
            yield made

    @contextmanager
    def server(self) -> Iterator[ServerInDebian]:
        """A server that is set up and stopped."""
        with self.copy() as made:
            yield replace(self.set_up, debian=made)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("deb")
    try:
        bootstrap(folder / "fresh", "tor", "python3-venv")
        yield _installed(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # half a gigabyte


def _installed(folder: Path) -> Stage:
    fresh = folder / "fresh"
    bundle, next_bundle = _bundles(folder)
    for given in (bundle, next_bundle):
        shutil.copytree(given, fresh / "root" / given.name)
    with debian([fresh], folder / "installed", keep=True) as made:
        said = made.run(f"/root/{bundle.name}/install").stdout
        assert "Installed. Now the campaign" in said, said
        set_up = ServerInDebian(made)
        set_up.set_up()
    return Stage(fresh, [folder / "installed/upper", fresh], bundle.name, next_bundle.name, folder, set_up)


def _bundles(folder: Path) -> tuple[Path, Path]:
    told = subprocess.run(
        ["chroot", folder / "fresh", "apt-cache", "depends", "python3"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    python = re.search(r"python(3\.\d+)", told)
    assert python, told
    for name in ("wheel", "next"):
        (folder / name).mkdir()
    wheel = build_wheel(folder / "wheel")
    packages = download_packages(folder / "packages", python[1])
    tomorrow = wheel_of_tomorrow(wheel, folder / "next")
    return unpacked(wheel, packages, folder / "now"), unpacked(tomorrow, packages, folder / "then")


def release_in_use(made: Debian) -> str:
    return made.path("/opt/offramp/current").readlink().name


def test_a_second_time_changes_nothing(stage: Stage) -> None:
    with stage.server() as server:
        made = server.debian
        before = made.everything()
        said = made.run(f"/root/{stage.bundle}/install").stdout
        assert "Nothing had to be changed." in said
        assert made.everything() == before


def test_what_a_killed_installation_left_behind_goes(stage: Stage) -> None:
    """Else no service of the machine would be started any more when its package is installed."""
    with stage.copy() as made:
        guard = made.path("/usr/sbin/policy-rc.d")
        guard.write_text("#!/bin/sh\n# Of Offramp, while it installs\nexit 101\n")
        made.run(f"/root/{stage.bundle}/install")
        assert not guard.exists()


def test_tor_was_not_started_and_has_our_lines(stage: Stage) -> None:
    with stage.copy() as made:
        running = [path.read_text().strip() for path in made.path("/proc").glob("[0-9]*/comm")]
        assert "sleep" in running
        assert "tor" not in running
        assert made.path("/usr/sbin/tor").exists()
        assert "\nHeartbeatPeriod 0\n" in made.path("/etc/tor/torrc").read_text()
        assert (
            "offramp/couriers/couriers.sock rw," in made.path("/etc/apparmor.d/local/system_tor").read_text()
        )
        # The real tor of this Debian understands them; it only reads, and does not start.
        made.run("tor", "--defaults-torrc", "/usr/share/tor/tor-service-defaults-torrc", "--verify-config")


def test_the_units_are_understood_and_closed(stage: Stage) -> None:
    with stage.copy() as made:
        made.run("systemd-analyze", "verify", "offramp.target", *(f"{unit}.service" for unit in UNITS))
        for unit in UNITS:
            told = made.run("systemd-analyze", "security", "--offline=true", f"{unit}.service").stdout
            exposure = re.search(r"exposure level for \S+: (\d+\.\d+)", told)
            assert exposure, told
            assert float(exposure[1]) <= 1.0, told


def test_each_part_reads_what_it_needs_and_nothing_else(stage: Stage, tmp_path: Path) -> None:
    """Asked of the kernel, as each user, while both web processes run as their units say."""
    with stage.server() as server, server.running(tmp_path / "log"):
        made = server.debian
        server.send()
        intake, couriers, publisher, tor = (*UNITS, "debian-tor")
        store, keys = (
            f"{DATA}/store/store.db",
            [f"{DATA}/onion/{side}.key" for side in ("intake", "couriers")],
        )
        closed = [*keys, f"{DATA}/builder", f"{DATA}/couriers", f"{DATA}/onion/couriers.address"]
        for path in (*closed, f"{DATA}/builder/board.db", "/run/offramp/couriers/couriers.sock"):
            assert not made.may(intake, "-r", path), path
        for path in (*keys, "/run/offramp/intake/intake.sock"):
            assert not made.may(couriers, "-r", path), path
        for path in (store, f"{DATA}/builder", f"{DATA}/store"):
            assert not made.may(publisher, "-r", path), path
        for path in (store, *closed, f"{DATA}/campaign.toml"):
            assert not made.may(tor, "-r", path), path
        for path in (f"{DATA}/campaign.toml", f"{DATA}/keysets", f"{DATA}/couriers", f"{DATA}/onion", DATA):
            assert not any(made.may(user, "-w", path) for user in UNITS), path
        assert not any(made.may(intake, "-w", f"{DATA}/{part}") for part in ("state", "cards", "board"))
        # And so that the table above means something:
        assert made.may(intake, "-w", store)
        assert made.may(couriers, "-w", store)
        assert made.may(couriers, "-r", f"{DATA}/builder/board.db")
        assert all(made.may(publisher, "-r", key) for key in keys)
        assert made.may(publisher, "-r", f"{DATA}/couriers/carol.toml")


def test_who_may_connect(stage: Stage, tmp_path: Path) -> None:
    with stage.server() as server, server.running(tmp_path / "log"):
        sides = ("intake", "couriers")
        table = {
            user: [server.debian.may_connect(user, f"/run/offramp/{side}/{side}.sock") for side in sides]
            for user in ("debian-tor", *UNITS, "nobody")
        }
    assert table == {
        "debian-tor": [True, True],
        "offramp-intake": [True, False],
        "offramp-couriers": [False, True],
        "offramp-publisher": [True, True],  # it controls tor, and is of tor's group for that
        "nobody": [False, False],
    }


def test_the_doctor_finds_nothing_wrong_but_that_there_is_no_network(stage: Stage, tmp_path: Path) -> None:
    """All three parts as their units say, and Debian's tor with our lines.

    So everything belongs to whom it should, after the operator's commands and after the parts wrote.
    """
    with stage.server() as server, server.running(tmp_path / "log"), server.published(tmp_path / "tor"):
        server.send()
        told = json.loads(server.offramp("doctor", DATA, "--json", check=False).stdout)["findings"]
    states = {one["check"]: one["state"] for one in told}
    assert [check for check, state in states.items() if state == "wrong"] == ["tor-network"], told
    for check in ("files", "running", "publisher", "tor", "sockets", "apparmor"):
        assert states[check] == "fine", check


def test_tor_starts_with_what_we_drop_in_for_it(stage: Stage, tmp_path: Path) -> None:
    """As root, as Debian starts it, under the filters of both files; it has no network, and none is there."""
    unit = "/lib/systemd/system/tor@default.service"
    with stage.server() as server:
        server.put_runner()
        made, units = server.debian, f"{unit},/etc/systemd/system/tor@default.service.d/offramp.conf"
        lines = [line for line in made.path(unit).read_text().splitlines() if line.startswith("ExecStart")]
        *before, start = [shlex.split(line.partition("=")[2]) for line in lines]
        for command in before:
            made.run("python3", RUNNER, units, *command)
        offline = ["--DisableNetwork", "1", "--Log", "notice stdout"]
        assert_private(["DisableNetwork 1"])
        tor = made.start("python3", RUNNER, units, *start, *offline, log=tmp_path / "log")
        wait_for("tor", lambda: "Bootstrapped 0%" in tail(tmp_path / "log"), seconds=60)
        told = made.path("/run/tor/control.authcookie").stat()
        assert told.st_uid != 0  # so it could become its own user
        stop(tor)


def test_forward_and_back_with_letters_in_between(stage: Stage, tmp_path: Path) -> None:
    with stage.server() as server:
        made, now = server.debian, f"/root/{stage.bundle}"
        first = release_in_use(made)
        with server.running(tmp_path / "log"):
            letters = [server.send()]
        upgrade = f"/root/{stage.next_bundle}/upgrade"
        (made.path("/root") / "no-manifest").write_text("no manifest")
        failed = made.run(upgrade, "--manifest", "/root/no-manifest", check=False)
        assert failed.returncode == 1
        assert "the release before comes back" in failed.stdout
        assert release_in_use(made) == first
        with server.running(tmp_path / "log"):
            letters.append(server.send())
        made.run(upgrade)
        assert release_in_use(made) == stage.next_bundle.removeprefix("offramp-server-")
        assert "0.9.9" in server.offramp("--version").stdout
        with server.running(tmp_path / "log"):
            letters.append(server.send())
        refused = made.run(f"{now}/install", check=False)
        assert "upgrade" in refused.stdout
        made.run("/opt/offramp/current/deploy/rollback")
        assert release_in_use(made) == first
        with server.running(tmp_path / "log"):
            letters.append(server.send())
            got = server.fetch(b"".join(envelope_id(letter) for letter in letters))
        assert all(letter in got for letter in letters)


def test_a_running_server_is_not_migrated(stage: Stage, tmp_path: Path) -> None:
    """Where no systemd stops it, nothing is changed under its feet."""
    with stage.server() as server, server.running(tmp_path / "log"):
        done = server.debian.run(f"/root/{stage.next_bundle}/upgrade", check=False)
        assert done.returncode == 1
        assert "still runs" in done.stdout
        assert release_in_use(server.debian) == stage.bundle.removeprefix("offramp-server-")
        server.send()


def test_out_of_the_house(stage: Stage, tmp_path: Path) -> None:
    with stage.server() as server:
        made = server.debian
        with server.running(tmp_path / "log"):
            server.send()
        before = made.everything()
        kept = made.run("/opt/offramp/current/deploy/uninstall", said="yes\n", check=False)
        assert kept.returncode == 1
        assert "nothing was changed" in kept.stdout
        assert made.everything() == before
        made.run("/opt/offramp/current/deploy/uninstall", said="destroy\n")
        left = [name for name in made.everything() if "offramp" in name and not name.startswith("root/")]
        assert left == []
        for path in ("/etc/passwd", "/etc/group", "/etc/tor/torrc", "/etc/apparmor.d/local/system_tor"):
            assert "offramp" not in made.path(path).read_text().lower(), path
        assert made.path("/usr/sbin/tor").exists()
        made.run("dpkg", "--verify", "tor")


def test_what_is_damaged_or_elsewhere_is_refused(stage: Stage) -> None:
    with stage.copy(fresh=True) as made:
        before = made.everything()
        packed = made.path(f"/root/{stage.bundle}")
        (wheel,) = packed.glob("*.whl")
        whole = wheel.read_bytes()
        wheel.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        done = made.run(f"/root/{stage.bundle}/install", check=False)
        assert (done.returncode, "damaged" in done.stdout) == (1, True)
        wheel.write_bytes(whole)
        release = made.path("/etc/os-release")
        release.write_text(release.read_text().replace('VERSION_ID="1', 'VERSION_ID="4'))
        done = made.run(f"/root/{stage.bundle}/install", check=False)
        assert (done.returncode, "Debian 12 and 13" in done.stdout) == (1, True)
        assert set(made.everything()) == set(before)
