"""Packs the one file that an operator copies to a server: the program, what it needs, and what installs it.

    python tools/server_bundle.py WHEEL --out dist

What is inside depends on nothing but its contents: the same wheel and the same packages give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from packaging.markers import Marker, default_environment

REPOSITORY: Final = Path(__file__).parents[1]
DEPLOY: Final = REPOSITORY / "deploy"
REQUIREMENTS: Final = ("setuptools.txt", "postgres.txt")
"""What builds the rest, and what a server needs; a database is a matter of its folder then, and of no other program."""
DEBIANS: Final = "3.11,3.13"
"""The Pythons of Debian 12 and 13."""
_PROGRAMS: Final = ("install", "upgrade", "rollback", "uninstall")


def main() -> None:
    """Pack, and say where."""
    parser = argparse.ArgumentParser(description="Pack what an operator copies to a server.")
    parser.add_argument("wheel", type=Path, help="dist/offramp-*.whl")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="the folder to write into")
    parser.add_argument("--pythons", default=DEBIANS, help=f"for which Pythons; {DEBIANS} if nothing is said")
    parser.add_argument("--machines", default="x86_64", help="for which processors: x86_64,aarch64")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as packages:
        for python in told.pythons.split(","):
            for machine in told.machines.split(","):
                download(Path(packages), python, machine)
        print(pack(told.wheel, Path(packages), told.out))


def download(folder: Path, python: str, machine: str) -> None:
    """The packages for one Python and processor, each checked against its hash, as their authors released them."""
    wanted = folder / "wanted.txt"
    platforms = [f"manylinux{one}_{machine}" for one in ("2014", "_2_17", "_2_28", "_2_34")]
    for name in REQUIREMENTS:
        wanted.write_text("\n".join(applying(REPOSITORY / "requirements" / name, python, machine)))
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--require-hashes", "--no-deps", "--no-build-isolation", "--dest", str(folder)]
        command += ["--python-version", python, "--implementation", "cp", "--requirement", str(wanted)]
        subprocess.run([*command, *(f"--platform={one}" for one in platforms)], check=True)
    wanted.unlink()


def applying(requirements: Path, python: str, machine: str) -> list[str]:
    """The lines of a lock file that count there: pip goes by the Python that it runs in."""
    there: dict[str, str] = {name: str(value) for name, value in default_environment().items()}
    there |= {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": machine}
    lines = requirements.read_text().replace("\\\n", " ").splitlines()
    return [line for line in lines if (marker := _marker(line)) is None or marker.evaluate(there)]


def pack(wheel: Path, packages: Path, out: Path) -> Path:
    """Write the file; its path.  Raises OSError."""
    files = {**_files(wheel), **{f"packages/{one.name}": one.read_bytes() for one in packages.iterdir()}}
    release = f"{wheel.name.split('-')[1]}-{_digest(files)[:8]}"
    files["RELEASE"] = f"{release}\n".encode("ascii")
    files["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)
    ).encode("ascii")
    out.mkdir(exist_ok=True)
    path = out / f"offramp-server-{release}.tar"
    path.write_bytes(_tar(f"offramp-server-{release}", files))
    return path


def _files(wheel: Path) -> dict[str, bytes]:
    paths = {f"requirements/{name}": REPOSITORY / "requirements" / name for name in REQUIREMENTS}
    paths |= {one.name: one for one in (wheel, DEPLOY / "README.md", DEPLOY / "steps.sh")}
    paths |= {name: DEPLOY / name for name in _PROGRAMS}
    paths |= {f"system/{one.name}": one for one in (DEPLOY / "system").iterdir()}
    return {name: path.read_bytes() for name, path in paths.items()}


def _tar(folder: str, files: Mapping[str, bytes]) -> bytes:
    """All files in order, owned by nobody in particular, of no time."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size, member.mode = len(files[name]), 0o755 if name in _PROGRAMS else 0o644
            tar.addfile(member, io.BytesIO(files[name]))
    return packed.getvalue()


def _digest(files: Mapping[str, bytes]) -> str:
    named: Iterable[bytes] = (
        f"{name} {hashlib.sha256(files[name]).hexdigest()}\n".encode() for name in sorted(files)
    )
    return hashlib.sha256(b"".join(named)).hexdigest()


def _marker(line: str) -> Marker | None:
    found = re.search(r";\s*(.*?)\s*(?:--hash|$)", line)
    return Marker(found[1]) if found else None


if __name__ == "__main__":
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    main()
