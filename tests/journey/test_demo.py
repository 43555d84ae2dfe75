"""The demonstration: it is made by commands, its site is open at once, and one of months ago opens again."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
MONTHS = 200 * 86_400

ELSEWHEN = """
import os, time
from offramp.desk import keys
from offramp.desk.vault import vault

for module in (keys, vault):
    module.test_only_cost.update(ops=1, mem=8192)
now, later = time.time, float(os.environ["TEST_ONLY_LATER"])
time.time = lambda: now() + later
"""
"""Runs in each command before anything else: another clock, and passphrases that cost nothing."""


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(ELSEWHEN)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path / "site"), str(REPOSITORY))))
    monkeypatch.setenv("TEST_ONLY_LATER", "0")
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("demo", REPOSITORY / "tools" / "demo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(demo: Any) -> tuple[int, str]:
    """What the server's folder lacks, if anything."""
    command = [demo.OFFRAMP, "server", "check", demo.SERVER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_of_months_ago(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of months ago opens again.  (pytest names its folder for the test, and a socket's path must be short.)"""
    monkeypatch.setenv("TEST_ONLY_LATER", str(-MONTHS))
    demo.make_campaign()
    demo.sign_manifest()
    assert check(demo) == (0, "nothing is missing\n")
    made = demo.CARD.stat().st_mtime - MONTHS
    os.utime(demo.CARD, (made, made))
    monkeypatch.setenv("TEST_ONLY_LATER", "0")
    status, said = check(demo)
    assert status == 1
    assert "calendar" in said
    demo.renew()
    assert check(demo) == (0, "nothing is missing\n")
    before = demo.CARD.stat().st_mtime_ns
    demo.renew()
    assert demo.CARD.stat().st_mtime_ns == before  # nothing has run out


def test_nothing_but_a_demonstration_is_what_it_says(demo: Any) -> None:
    demo.DEMO.mkdir()
    words = demo.write_words().read_text()
    assert 'name = "DEMONSTRATION"' in words
    assert "Write nothing real here" in words
