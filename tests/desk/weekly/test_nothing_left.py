"""Of a key that was destroyed nothing is left that opens a letter, also with the passphrase and every byte."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto.opening import Opener, OpeningKey
from offramp.desk.vault.upkeep import back_up, change_passphrase
from offramp.desk.weekly.stock import stock
from tests.desk.team import PASSPHRASE
from tests.desk.weekly.aged import AgedDesk, Clock, make_aged_desk, private_halves
from tests.desk.weekly.carving import carved

ROOT = Path(__file__).parents[3]
GONE = 21


@pytest.fixture
def aged(clock: Clock, tmp_path: Path) -> Iterator[AgedDesk]:
    """With few keys, for all of them are tried at every byte."""
    one = make_aged_desk(tmp_path, 4)
    for number in range(3):
        one.imports(one.letter(number))
    yield one
    one.lock()


def test_with_the_passphrase_every_key_is_found_before_it_is_destroyed(aged: AgedDesk) -> None:
    """So that the other tests here would find one too."""
    keys = [one.key for one in stock(aged.desk)]
    found = carved(aged.home, PASSPHRASE)
    assert {one.x25519 for one in found} == {one.x25519 for one in keys}
    first = next(one for one in found if one.x25519 == keys[0].x25519)
    assert Opener(aged.keysets[0], first).open(aged.letter()).fields[0][1] == "week 0"


def test_after_it_was_destroyed_no_byte_of_the_file_and_its_log_gives_it_back(
    aged: AgedDesk, clock: Clock
) -> None:
    keys = stock(aged.desk)
    aged.passes(clock, GONE)
    aged.unlock()  # and it stays open: closing it must not be what tidies up
    left = carved(aged.home, PASSPHRASE)
    assert _is_without(left, keys[0].key)
    assert {one.x25519 for one in left} == {one.key.x25519 for one in keys[1:]}
    assert not [half for half in private_halves(keys) if half in _bytes(aged.home)]


def test_a_backup_made_since_has_not_got_it_and_one_made_before_has(aged: AgedDesk, clock: Clock) -> None:
    key = stock(aged.desk)[0].key
    before, since = aged.place / "before", aged.place / "since"
    for place in (before, since):
        place.mkdir()
    back_up(aged.desk.vault, before / "backup", clock.day)
    aged.passes(clock, GONE)
    back_up(aged.unlock().vault, since / "backup", clock.day)
    assert not _is_without(carved(before, PASSPHRASE), key)
    assert _is_without(carved(since, PASSPHRASE), key)


def test_another_passphrase_brings_nothing_back(aged: AgedDesk, clock: Clock) -> None:
    key = stock(aged.desk)[0].key
    aged.passes(clock, GONE)
    aged.unlock()
    aged.lock()
    change_passphrase(aged.vault, PASSPHRASE, "another battery staple")
    assert _is_without(carved(aged.home, "another battery staple"), key)


# Unlocks the desk on the day that a key goes, and dies at some point of that.
PROGRAM = """
import os, sys
from datetime import date
from pathlib import Path
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.desk import Desk
from offramp.desk.vault import vault
from offramp.desk.vault.writing import Writing
from tests.desk.team import PASSPHRASE
from tests.desk.weekly.aged import Clock
vault.test_only_cost.update(ops=1, mem=8192)
days.now = Clock(date.fromisoformat(sys.argv[3]))
def dies(*_):
    os.kill(os.getpid(), 9)
{point}
print("begins", flush=True)
desk = Desk.unlock(Path(sys.argv[1]), PASSPHRASE, CampaignFolder(Path(sys.argv[2])))
print("unlocked", flush=True)
dies()
"""
POINTS = {
    "before the commit": "Writing.renew_rooms_key = dies",
    "after the commit": "vault.Vault._empty_log = dies",
    "while it is open": "",
}


@pytest.mark.parametrize("point", POINTS)
def test_kill_nine_while_it_is_destroyed_leaves_nothing_once_the_desk_was_open_again(
    point: str, aged: AgedDesk, clock: Clock
) -> None:
    key = stock(aged.desk)[0].key
    aged.lock()
    aged.passes(clock, GONE)
    with _program(aged, clock, POINTS[point]) as child:
        child.wait()
    assert child.returncode == -signal.SIGKILL
    aged.unlock()
    assert _is_without(carved(aged.home, PASSPHRASE), key)
    assert len(stock(aged.desk)) == 3


def test_kill_nine_at_some_point_leaves_nothing_once_the_desk_was_open_again(
    aged: AgedDesk, clock: Clock
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # to play it again
    key, draw = stock(aged.desk)[0].key, random.Random(seed)
    aged.lock()
    aged.passes(clock, GONE)
    for _ in range(3):
        with _program(aged, clock, "") as child:
            assert child.stdout is not None
            child.stdout.readline()
            with contextlib.suppress(subprocess.TimeoutExpired):  # it may have come to its end
                child.wait(draw.random() * 0.02)
            child.kill()
    aged.unlock()
    assert _is_without(carved(aged.home, PASSPHRASE), key)


def _program(aged: AgedDesk, clock: Clock, point: str) -> subprocess.Popen[str]:
    words = (str(aged.vault), str(aged.folder.path), clock.day.isoformat())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(point=point), *words],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    )  # fmt: skip


def _is_without(found: list[OpeningKey], key: OpeningKey) -> bool:
    return not any(one.x25519 == key.x25519 or one.mlkem_seed == key.mlkem_seed for one in found)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
