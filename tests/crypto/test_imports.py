"""The server's part of crypto brings nothing along that seals, opens, or holds a secret."""

from __future__ import annotations

import subprocess
import sys

import pytest

SERVERS = (
    "envelope",
    "keyset",
    "bundle",
    "framing",
    "pack",
    "request",
    "errors",
    "labels",
    "hashing",
    "letter",
    "board",
    "parcel",
)
FORBIDDEN = (
    "opening",
    "sealing",
    "secret_file",
    "keyset_making",
    "body",
    "reply",
    "parcel_sealing",
    "handoff",
    "signing",
    "event",
    "team_list",
)


@pytest.mark.parametrize("name", SERVERS)
def test_the_servers_part_cannot_open(name: str) -> None:
    """In a fresh interpreter, since this one has imported everything."""
    script = f"import sys, offramp.crypto.{name}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = loaded.stdout.split()
    assert f"offramp.crypto.{name}" in modules
    assert not {f"offramp.crypto.{one}" for one in FORBIDDEN} & set(modules)
    assert not any(one.startswith(("offramp.desk", "cryptography")) for one in modules)


def test_the_names_that_are_forbidden_exist() -> None:
    """Or else the test above would hold for nothing."""
    script = "".join(f"import offramp.crypto.{one}\n" for one in FORBIDDEN)
    subprocess.run([sys.executable, "-c", script], check=True)
