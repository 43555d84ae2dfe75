"""What an operator is given: this release packed, and one that might come after it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Final

from tests.page.bundle import make_bundle
from tools.server_bundle import REPOSITORY, download, pack

_SCHEMA: Final = "offramp/store/schema.py"
_TOMORROW: Final = """

_TOMORROW: Final = Step(
    up="CREATE TABLE tomorrow (one INTEGER PRIMARY KEY) STRICT; INSERT INTO tomorrow VALUES (1);",
    down="DROP TABLE tomorrow;",
)
ENVELOPES = FileSchema(
    ENVELOPES.tables + _TOMORROW.up,
    (*ENVELOPES.steps, _TOMORROW),
    application_id=ENVELOPES.application_id,
)
"""


def build_wheel(folder: Path) -> Path:
    """The wheel of what is here."""
    make_bundle()  # so that nobody does meanwhile
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    return wheel


def download_packages(folder: Path, python: str) -> Path:
    """What the wheel needs for this machine's processor and one version of Python (3.11)."""
    folder.mkdir()
    machine = subprocess.run(["uname", "-m"], check=True, capture_output=True, text=True).stdout.strip()
    download(folder, python, machine)
    return folder


def wheel_of_tomorrow(wheel: Path, folder: Path) -> Path:
    """The same program with the next version's number, whose store has one more table."""
    now, then = wheel.name.split("-")[1], "0.9.9"
    made = folder / wheel.name.replace(now, then)
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == _SCHEMA:
                data += _TOMORROW.encode()
            if name.endswith("METADATA"):
                data = data.replace(f"Version: {now}".encode(), f"Version: {then}".encode())
            new.writestr(name.replace(f"-{now}.", f"-{then}."), data)
    return made


def unpacked(wheel: Path, packages: Path, folder: Path) -> Path:
    """The packed file, unpacked as an operator does it; the folder that was in it."""
    folder.mkdir()
    packed = pack(wheel, packages, folder)
    with tarfile.open(packed) as tar:
        tar.extractall(folder, filter="data")
    packed.unlink()
    (found,) = folder.iterdir()
    return found
