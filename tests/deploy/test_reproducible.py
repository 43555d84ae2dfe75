"""The same sources give the same bytes, wherever and by whomever they are built: or a manifest would prove nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.page.bundle import BUILT, REPOSITORY, make_bundle

SOURCES = ("offramp", "tools", "package.json", "package-lock.json", "pyproject.toml", "README.md", "LICENSE")
OTHERWISE = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "HOME": "/nowhere", "USER": "somebody"}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources in a folder of another name, with nothing built, and other times and permissions."""
    make_bundle()  # so that nobody does meanwhile
    copy = tmp_path_factory.mktemp("another name, with spaces")
    command = ["tar", "-c", "--exclude=built", "--exclude=__pycache__", *SOURCES]
    packed = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-m"], cwd=copy, input=packed, check=True)
    (copy / "node_modules").symlink_to(REPOSITORY / "node_modules")
    subprocess.run(
        ["npm", "run", "--silent", "build"],
        cwd=copy,
        env={**os.environ, **OTHERWISE},
        check=True,
        timeout=240,
        umask=0o077,
    )
    return copy


def digests(built: Path) -> dict[str, str]:
    files = [path for path in built.rglob("*") if path.is_file() and path.name != ".ready"]
    return {str(path.relative_to(built)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_bundle_is_the_same_in_another_folder(elsewhere: Path) -> None:
    there = digests(elsewhere / BUILT.relative_to(REPOSITORY))
    assert "en/form.js" in there
    assert there == digests(BUILT)


def test_the_wheel_is_the_same_in_another_folder(elsewhere: Path, tmp_path: Path) -> None:
    wheels: list[bytes] = []
    for place in (REPOSITORY, elsewhere):
        target = tmp_path / str(len(wheels))
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
        subprocess.run(build, cwd=place, check=True, capture_output=True, timeout=120)
        (wheel,) = target.glob("*.whl")
        wheels.append(wheel.read_bytes())
    assert hashlib.sha256(wheels[0]).digest() == hashlib.sha256(wheels[1]).digest()
