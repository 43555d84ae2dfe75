"""The one file that an operator copies to a server: the same for everybody, and checked where it is unpacked."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.page.bundle import make_bundle
from tools.server_bundle import REPOSITORY, applying, pack

LOCK = REPOSITORY / "requirements" / "postgres.txt"


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, Path]:
    """A wheel and a package, as far as packing cares."""
    wheel, packages = tmp_path / "offramp-1.2.3-py3-none-any.whl", tmp_path / "packages"
    packages.mkdir()
    wheel.write_bytes(b"a wheel")
    (packages / "another.whl").write_bytes(b"another")
    return wheel, packages


def test_the_same_wheel_gives_the_same_file(parts: tuple[Path, Path], tmp_path: Path) -> None:
    one = pack(*parts, tmp_path / "one")
    for path in (parts[0], *parts[1].iterdir()):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    two = pack(*parts, tmp_path / "two")
    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes()


def test_make_builds_the_wheel_that_is_packed(tmp_path: Path) -> None:
    """By the very line of the Makefile, but for the folder."""
    lines = [line for line in (REPOSITORY / "Makefile").read_text().splitlines() if "dist/server" in line]
    (build,) = (line.partition("'wheel' python ")[2] for line in lines if "hatchling" in line)
    make_bundle()
    words = [str(tmp_path) if word == "dist/server" else word for word in shlex.split(build)]
    subprocess.run([sys.executable, *words], cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    assert len(list(tmp_path.glob("*.whl"))) == 1


def test_another_wheel_is_another_release(parts: tuple[Path, Path], tmp_path: Path) -> None:
    one = pack(*parts, tmp_path / "out")
    parts[0].write_bytes(b"another wheel")
    two = pack(*parts, tmp_path / "out")
    assert one.name.startswith("offramp-server-1.2.3-")
    assert one.name != two.name


def test_every_file_in_it_is_in_its_sums_and_its_programs_can_be_run(
    parts: tuple[Path, Path], tmp_path: Path
) -> None:
    with tarfile.open(pack(*parts, tmp_path / "out")) as tar:
        modes = {member.name.partition("/")[2]: member.mode for member in tar}
        tar.extractall(tmp_path / "there", filter="data")
    (folder,) = (tmp_path / "there").iterdir()
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == set(modes) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    runnable = {name for name, mode in modes.items() if mode & 0o111}
    assert runnable == {"install", "upgrade", "rollback", "uninstall"}


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_each_debian_gets_what_is_locked_for_its_python(python: str) -> None:
    lines = [line for line in applying(LOCK, python, "x86_64") if line.strip()]
    names = [line.partition("==")[0] for line in lines]
    assert len(names) == len(set(names))  # networkx is there once for each of the two
    assert {"networkx", "gunicorn", "stem"} <= set(names)
    assert all("--hash=sha256:" in line for line in lines)
    assert "tzdata" not in names  # for another system
