"""Whatever ends the program, and whenever: the vault opens, is whole, and has everything that was said to be saved."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from offramp.crypto.errors import WrongPassphrase
from offramp.desk.vault.upkeep import check
from offramp.desk.vault.vault import Vault
from tests.desk.vault.crashing import NEW_WORDS
from tests.desk.vault.kept import ROOMS, WORDS, content, letters, opened

ROOT = Path(__file__).parents[3]
STRIDE = 7


@pytest.mark.parametrize("how", ["kill", "power"])
def test_it_may_end_at_any_step_of_the_disk(tmp_path: Path, how: str) -> None:
    first = random.randint(1, STRIDE)
    print(f"first step {first}")  # noqa: T201  # to play it again
    program = [sys.executable, "-m", "tests.desk.vault.crashing", str(tmp_path), how, str(first), str(STRIDE)]
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    steps = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(steps) > 60
    seen = [_look(path, path.with_name(f"{path.name}.said").read_text().splitlines()) for path in steps]
    # At least one end fell into each stretch: before it was made, and under either passphrase.
    assert set(seen) == {None, WORDS, NEW_WORDS}


def _look(folder: Path, said: list[str]) -> str | None:
    """Compare what is there with what was said; the passphrase that opens it, None where nothing was made yet."""
    path = folder / "vault"
    if not path.exists():
        assert said == []
        return None
    passphrase = _passphrase_of(path)
    assert "passphrase" not in said or passphrase == NEW_WORDS, folder
    with opened(path, passphrase) as vault:
        found = letters(vault)
    if not found:
        assert said == [], folder
        return passphrase
    changes = [line for line in said if line.startswith("changed")]
    for number, room in enumerate(ROOMS[:4]):
        other = bytes(15) + bytes((number + 100,))
        pair = found.get(room), found.get(other)
        new = (content(number + 10), content(number))
        assert pair == new if number < len(changes) else pair in ((content(number), None), new), folder
    gone = [room for room in ROOMS[6:] if room not in found]
    assert len(gone) == 2 if "destroyed" in said else gone in ([], list(ROOMS[6:])), folder
    assert found[ROOMS[5]] in (content(5), content(15)), folder
    assert "last" not in said or found[ROOMS[5]] == content(15), folder
    _look_at_backup(folder / "backup", wanted="backed up" in said)
    return passphrase


def _passphrase_of(path: Path) -> str:
    """The only one that opens it."""
    try:
        Vault.open(path, WORDS).close()
    except WrongPassphrase:
        return NEW_WORDS
    with pytest.raises(WrongPassphrase):
        Vault.open(path, NEW_WORDS)
    return WORDS


def _look_at_backup(path: Path, *, wanted: bool) -> None:
    assert path.exists() or not wanted
    if path.exists():
        with contextlib.closing(Vault.open(path, WORDS)) as backup:
            check(backup)
            assert ROOMS[6] not in letters(backup)


# Writes for as long as it lives: a case with a letter and a file, and each third time the destruction of the oldest.
WRITER = """
import os, sys
from pathlib import Path
from offramp.desk.vault import vault
vault.test_only_cost.update(ops=1, mem=8192)
from tests.desk.vault.kept import WORDS
path = Path(sys.argv[1])
kept = vault.Vault.open(path, WORDS) if path.exists() else vault.Vault.create(path, WORDS)
alive = [one.room for one in kept.records()]
while True:
    with kept.writing() as writing:
        for _ in range(3):
            room = os.urandom(16)
            writing.put(vault.Record(room, "letter", b"one", room * 200))
            writing.put(vault.Record(room, "file", b"two", room * 5000), large=True)
            alive.append(room)
    print(*("+" + room.hex() for room in alive[-3:]), flush=True)
    if len(alive) > 20:
        with kept.writing() as writing:
            writing.destroy(alive[:4])
        print(*("-" + room.hex() for room in alive[:4]), flush=True)
        del alive[:4]
"""


def test_kill_nine_at_random_points_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # to play it again
    draw = random.Random(seed)
    path, saved = tmp_path / "vault", set[str]()
    for _ in range(8):
        lines = _killed(path, draw)
        words = " ".join(lines).split()
        saved |= {word[1:] for word in words if word[0] == "+"}
        destroyed = {word[1:] for word in words if word[0] == "-"}
        saved -= destroyed
        with opened(path) as vault:
            found = {one.room.hex() for one in vault.records()}
            # What was under way may be there or not: three cases more, or four fewer.
            assert len(saved - found) in (0, 4), seed
            assert len(found - saved) in (0, 3), seed
            assert not destroyed & found, seed
            for room in map(bytes.fromhex, found):
                assert vault.get(room, "letter", b"one") == room * 200
                assert vault.get(room, "file", b"two") == room * 5000
        saved = found


def _killed(path: Path, draw: random.Random) -> list[str]:
    """The whole lines that a writer got out before it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(draw.randint(1, 20))]
        time.sleep(draw.random() * 0.02)  # into the middle of whatever it does
        child.send_signal(signal.SIGKILL)
        lines += child.stdout
    return [line for line in lines if line.endswith("\n")]
