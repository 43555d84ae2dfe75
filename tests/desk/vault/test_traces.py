"""What was destroyed is gone from the file, and what is locked is nowhere on the disk."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
from pathlib import Path

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.vault.sealing import open_record, open_rooms_key
from offramp.desk.vault.vault import Record, Vault
from tests.desk.team import Team, Worker, new_desk_folder, write_bundle
from tests.desk.vault.kept import CANARY, ROOMS, WORDS, every_byte, make_vault, opened, rows

ROOT = Path(__file__).parents[3]


PROGRAM = """
import os, resource, sys
from datetime import date
from pathlib import Path
from offramp.desk.vault import vault
vault.test_only_cost.update(ops=1, mem=8192)
from offramp.desk.vault.upkeep import back_up
from tests.desk.team import Team, Worker, write_bundle
from tests.desk.vault.kept import CANARY, ROOMS, make_vault
soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
folder = Path(sys.argv[1])
kept = make_vault(folder / "vault")
for _ in range(3):
    with kept.writing() as writing:
        writing.put(vault.Record(ROOMS[0], "draft_text", b"", CANARY * 1000))
with kept.writing() as writing:
    writing.destroy(ROOMS[4:])
back_up(kept, folder / "backup", date(2026, 12, 1))
readable = [one.value for one in kept.records()]
{end}
"""


def test_what_was_destroyed_is_in_no_page_and_no_log(tmp_path: Path) -> None:
    """The old ciphertexts are looked for while the vault is still open, so that nothing was tidied by closing it."""
    path = tmp_path / "vault"
    make_vault(path).close()
    before = [
        *rows(path, "SELECT sealed FROM rooms"),
        *rows(path, "SELECT sealed FROM records"),
        *rows(path, "SELECT sealed FROM large"),
        *rows(path, "SELECT rooms_key FROM vault"),
    ]
    with contextlib.closing(Vault.open(path, WORDS)) as vault:
        assert sum(one[24:56] in every_byte(tmp_path) for one in before) == len(before)
        with vault.writing() as writing:
            writing.destroy(ROOMS)
        left = every_byte(tmp_path)
    # Large ones are spread over pages: no piece of any is left.
    assert not [one for one in before for at in range(24, len(one) - 32, 500) if one[at : at + 32] in left]


def test_a_record_that_was_deleted_is_in_no_page_and_no_log(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    make_vault(path).close()
    before = rows(path, "SELECT sealed FROM records")
    with contextlib.closing(Vault.open(path, WORDS)) as vault:
        with vault.writing() as writing:
            for room in ROOMS:
                writing.delete(room, "letter", b"one")
        left = every_byte(tmp_path)
    assert not [one for one in before if one[24:56] in left]


def test_no_copy_that_sqlite_left_of_a_rooms_key_opens(tmp_path: Path) -> None:
    """SQLite moves rows to other pages as a table grows, and leaves copies behind that it does not overwrite."""
    path = tmp_path / "vault"
    draw = random.Random(1)
    alive: list[bytes] = []
    vault = Vault.create(path, WORDS)
    for _ in range(30):
        with vault.writing() as writing:
            made = [draw.randbytes(16) for _ in range(40)]
            for room in made:
                writing.put(Record(room, "letter", b"one", b""))
        alive += made
    vault.close()
    (old_rooms_key,) = rows(path, "SELECT rooms_key FROM vault")
    sealed = rows(path, "SELECT sealed FROM rooms")
    vault_key = Vault.open(path, WORDS)
    key = vault_key._rooms._vault_key
    old = open_rooms_key(key, old_rooms_key)
    assert all(open_record(old, one) for one in sealed)  # whoever has the passphrase and the old rooms key
    with vault_key.writing() as writing:
        writing.destroy(alive[: len(alive) // 2])
    vault_key.close()
    assert old_rooms_key[24:] not in path.read_bytes()  # and nobody has that any more
    with opened(path) as vault:
        assert len(list(vault.records())) == len(alive) // 2


def test_an_ended_desk_leaves_nothing_readable_on_the_disk(tmp_path: Path) -> None:
    """Home, temporary folder and vault of a program that writes and dies, and of one that ends well."""
    for end in ("kept.close()", "os.kill(os.getpid(), 9)", "os.abort()"):
        place = tmp_path / end[:6]
        for name in ("home", "tmp", "desk"):
            (place / name).mkdir(parents=True)
        environment = {**os.environ, "HOME": str(place / "home"), "TMPDIR": str(place / "tmp")}
        environment |= {"SQLITE_TMPDIR": str(place / "tmp"), "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "-c", PROGRAM.format(end=end), str(place / "desk")],
            check=False, env=environment, cwd=place / "home", stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert (place / "desk" / "backup").is_file()
        assert CANARY not in every_byte(place)
        with opened(place / "desk" / "vault") as vault:
            assert vault.get(ROOMS[0], "draft_text", b"") == CANARY * 1000


COMMANDS = """
import io, sys
from offramp.desk import keys
from offramp.desk.vault import vault
for module in (keys, vault):
    module.test_only_cost.update(ops=1, mem=8192)
from offramp.cli import offramp
for line in sys.argv[1:]:
    words = line.split()
    sys.stdin = io.TextIOWrapper(io.BytesIO(b"xylophone is what we answer"))
    offramp(words, standalone_mode=False)
"""


def test_a_day_at_the_desk_leaves_nothing_readable_on_the_disk(desk: Path, team: Team) -> None:
    """What a worker wrote and attached, what was noted, searched for and answered: in no file of the whole place."""
    worker = Worker.new()
    attached = ("xylophone.txt", b"xylophone " * 5000)
    new_desk_folder(desk / "alice", CampaignFolder(desk / "campaign"), "alice", team.alice)
    write_bundle(desk / "letters", worker.asks(team.first, "My xylophone is at the office.", attached))
    for name in ("home", "tmp"):
        (desk / name).mkdir()
    case, end = worker.thread.hex(), "--desk alice --passphrase-file pw"
    commands = [
        f"import letters {end}",
        f"inbox xylophone {end}",
        f"case {case} {end}",
        f"note {case} xylophone {end}",
        f"answer {case} --text - --yes {end}",
        f"case {case} {end}",
        f"desk backup stick {end}",
        f"desk passphrase --new-passphrase-file pw {end}",
    ]
    environment = {
        **os.environ,
        "HOME": str(desk / "home"),
        "TMPDIR": str(desk / "tmp"),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, *commands], capture_output=True, text=True, env=environment, cwd=desk
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("xylophone") >= 6  # all of it was opened, and shown
    everything = every_byte(desk).lower()
    assert len(everything) > 100_000
    for form in ("xylophone", "xylophone".encode("utf-16-le"), case, worker.thread):
        assert (form if isinstance(form, bytes) else form.encode()) not in everything
