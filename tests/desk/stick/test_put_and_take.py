"""What is put onto a stick comes off it as it was, and nothing else ever does."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto.errors import NotAStickFile, UnsupportedVersion
from offramp.crypto.stick import LENGTHS, StickWriter
from offramp.desk.errors import FileInTheWay, MissingFile
from offramp.desk.stick import putting
from offramp.desk.stick.contents import ENTRY, START, gather
from offramp.desk.stick.errors import (
    FileChanged,
    NameTwice,
    NoSuchFolder,
    NotCarried,
    NotEnoughRoom,
    UnsafeContents,
)
from offramp.desk.stick.putting import put
from offramp.desk.stick.taking import Taken, take

WORDS = "ribbon orbit anchor velvet cradle museum"


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    place = tmp_path / "usb"
    place.mkdir()
    return place


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A copy of a campaign, and single files."""
    place = tmp_path / "work"
    (place / "alice-copy" / "keysets").mkdir(parents=True)
    (place / "alice-copy" / "empty").mkdir()
    (place / "alice-copy" / "campaign.toml").write_text("name = 'Quit ICE'")
    (place / "alice-copy" / "keysets" / "000001.keyset").write_bytes(secrets.token_bytes(7600))
    (place / "inbox.bundle").write_bytes(secrets.token_bytes(200_000))
    (place / "nothing").write_bytes(b"")
    return place


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def carry(*sources: Path, usb: Path, to: Path, replace: bool = False) -> Taken:
    return take(put(gather(sources), usb, WORDS), WORDS, to, replace=replace)


def test_everything_comes_back_to_the_byte(work: Path, usb: Path, tmp_path: Path) -> None:
    taken = carry(work, usb=usb, to=tmp_path / "other")
    assert contents(tmp_path / "other" / "work") == contents(work)
    assert [one.path for one in taken.top] == ["work"]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "other").rglob("*")}
    assert modes == {0o600, 0o700}


def test_several_files_and_folders_in_one(work: Path, usb: Path, tmp_path: Path) -> None:
    carry(work / "inbox.bundle", work / "alice-copy", work / "nothing", usb=usb, to=tmp_path / "other")
    assert contents(tmp_path / "other") == contents(work)
    assert len(list(usb.iterdir())) == 1


def test_the_stick_says_nothing_to_its_finder(work: Path, usb: Path) -> None:
    """Neither name, nor date, nor length, nor anything inside tells one thing from another."""
    for source in [*work.iterdir()] * 3:
        put(gather([source]), usb, WORDS)
    files = list(usb.iterdir())
    assert len(files) == 9
    assert all(re.fullmatch(r"[0-9a-f]{16}", path.name) for path in files)
    assert {path.stat().st_mtime for path in files} == {putting._DAY}
    assert {path.stat().st_size for path in files} == {LENGTHS[0]}
    raw = b"".join(path.read_bytes() for path in files)
    told = (b"offramp", b"Offramp", b"alice-copy", b"keysets", b"campaign", b"Quit ICE", b"inbox.bundle")
    assert not [words for words in (*told, bytes(16)) if words in raw]
    assert len({path.read_bytes()[:4] for path in files}) == len(files)


@pytest.mark.parametrize(
    ("size", "length"), [(0, 0), (1_000_000, 0), (1_048_576, 1), (4_000_000, 1), (4_200_000, 2)]
)
def test_a_length_tells_one_of_eight(size: int, length: int, usb: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.pack").write_bytes(bytes(size))
    assert put(gather([tmp_path / "answers.pack"]), usb, WORDS).stat().st_size == LENGTHS[length]


def test_nothing_is_written_over_unless_asked(work: Path, usb: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "alice-copy").mkdir(parents=True)
    (other / "alice-copy" / "campaign.toml").write_text("name = 'Mine'")
    (other / "alice-copy" / "note").write_text("kept")
    before = contents(other)
    with pytest.raises(FileInTheWay):
        carry(work / "alice-copy", work / "inbox.bundle", usb=usb, to=other)
    assert contents(other) == before
    carry(work / "alice-copy", work / "inbox.bundle", usb=usb, to=other, replace=True)
    expected = contents(work) | {"alice-copy/note": b"kept"}
    del expected["nothing"]
    assert contents(other) == expected


def test_what_is_there_already_to_the_byte_is_no_hindrance(work: Path, usb: Path, tmp_path: Path) -> None:
    """The same copy of a campaign with a newer keyset, for example."""
    other = tmp_path / "other"
    carry(work / "alice-copy", usb=usb, to=other)
    (work / "alice-copy" / "keysets" / "000002.keyset").write_bytes(b"new")
    taken = carry(work / "alice-copy", usb=usb, to=other)
    assert (taken.new, len(taken.same)) == (["alice-copy/keysets/000002.keyset"], 2)
    assert contents(other / "alice-copy") == contents(work / "alice-copy")


def test_a_link_in_the_way_is_neither_followed_nor_replaced(work: Path, usb: Path, tmp_path: Path) -> None:
    elsewhere, other = tmp_path / "elsewhere", tmp_path / "other"
    (elsewhere / "keysets").mkdir(parents=True)
    other.mkdir()
    (other / "alice-copy").symlink_to(elsewhere)
    (other / "inbox.bundle").symlink_to(tmp_path / "nowhere")
    for source in ("alice-copy", "inbox.bundle"):
        with pytest.raises(FileInTheWay):
            carry(work / source, usb=usb, to=other, replace=True)
    assert contents(elsewhere) == {"keysets": None}
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_a_folders_place_and_the_other_way_round(work: Path, usb: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "inbox.bundle").mkdir(parents=True)
    (other / "alice-copy").write_text("a file")
    for source in ("alice-copy", "inbox.bundle"):
        with pytest.raises(FileInTheWay):
            carry(work / source, usb=usb, to=other, replace=True)


def test_a_wrong_passphrase_leaves_nothing(work: Path, usb: Path, tmp_path: Path) -> None:
    path = put(gather([work]), usb, WORDS)
    with pytest.raises(NotAStickFile):
        take(path, "another passphrase", tmp_path / "other")
    assert contents(tmp_path / "other") == {}


def test_damage_at_the_very_end_leaves_nothing(work: Path, usb: Path, tmp_path: Path) -> None:
    path = put(gather([work]), usb, WORDS)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(NotAStickFile):
        take(path, WORDS, tmp_path / "other")
    assert contents(tmp_path / "other") == {}


def test_only_files_and_folders_are_carried(work: Path, usb: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(work / "inbox.bundle")
    os.mkfifo(tmp_path / "pipe")
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(tmp_path / "door"))
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "two\nlines").write_text("x")
    (tmp_path / "gpj.\u202eelif").write_text("x")
    for name in ("link", "pipe", "door", ".hidden", "two\nlines", "gpj.\u202eelif"):
        with pytest.raises(NotCarried):
            gather([tmp_path / name])
    door.close()
    with pytest.raises(NotCarried):
        gather([Path("/dev/null")])
    (work / "inner").symlink_to("/etc")
    with pytest.raises(NotCarried):
        gather([work])
    with pytest.raises(MissingFile):
        gather([tmp_path / "nowhere"])
    assert list(usb.iterdir()) == []


def test_hidden_files_within_a_folder_are_left_out_and_named(work: Path) -> None:
    (work / ".inbox.bundle.part").write_text("half")
    found = gather([work])
    assert found.left_out == [work / ".inbox.bundle.part"]
    assert not any("part" in entry.path for entry, _ in found.entries)


def test_two_that_would_take_each_others_place(work: Path, tmp_path: Path) -> None:
    (tmp_path / "INBOX.bundle").write_text("x")
    with pytest.raises(NameTwice):
        gather([work / "inbox.bundle", tmp_path / "INBOX.bundle"])
    with pytest.raises(NameTwice):
        gather([work / "inbox.bundle"] * 2)


@pytest.mark.parametrize("change", [b"", b"longer than it was"])
def test_a_file_that_changes_meanwhile_leaves_nothing_on_the_stick(
    work: Path, usb: Path, change: bytes
) -> None:
    source = work / "alice-copy" / "campaign.toml"
    found = gather([source])
    source.write_bytes(change or source.read_bytes()[:-1])
    with pytest.raises(FileChanged):
        put(found, usb, WORDS)
    assert list(usb.iterdir()) == []


def test_a_file_that_became_a_link_or_a_pipe_is_not_read(work: Path, usb: Path, tmp_path: Path) -> None:
    source = work / "inbox.bundle"
    found = gather([source])
    source.rename(tmp_path / "moved")
    source.symlink_to(tmp_path / "moved")
    with pytest.raises(OSError, match="symbolic links"):
        put(found, usb, WORDS)
    source.unlink()
    os.mkfifo(source)
    with pytest.raises(FileChanged):
        put(found, usb, WORDS)
    assert list(usb.iterdir()) == []


def test_a_stick_that_is_not_there_or_too_small(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoSuchFolder):
        put(gather([work]), tmp_path / "nowhere", WORDS)
    usage = shutil.disk_usage(tmp_path)._replace(free=LENGTHS[0] - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(NotEnoughRoom):
        put(gather([work]), tmp_path, WORDS)


# What somebody could make who knows the passphrase.


def hostile(
    usb: Path, *entries: tuple[str | bytes, int, bytes], version: int = 1, count: int | None = None
) -> Path:
    """A stick file with these paths, kinds and contents, whatever the rules say."""
    content = START.pack(version, len(entries) if count is None else count)
    for path, kind, data in entries:
        spelt = path.encode() if isinstance(path, str) else path
        content += ENTRY.pack(kind, len(data), len(spelt)) + spelt + data
    place = usb / "hostile"
    with place.open("wb") as file:
        writer = StickWriter(file, WORDS, len(content))
        writer.write(content)
        writer.finish()
    return place


@pytest.mark.parametrize(
    "path",
    [
        "../out",
        "..",
        ".",
        "",
        "/etc/out",
        "a/../../out",
        "a//b",
        "a/",
        "a/.",
        ".bashrc",
        "a/.config",
        "a\0b",
        "a\nb",
        "a\x1b[2Jb",
        "a\u202eb",
        "x" * 256,
        "a/" * 600 + "a",
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("kind", [0, 1])
def test_a_name_that_leads_elsewhere_or_hides(path: str, kind: int, usb: Path, tmp_path: Path) -> None:
    other = tmp_path / "place" / "other"
    file = hostile(usb, ("a", 1, b""), (path, kind, b"" if kind else b"harm"))
    with pytest.raises(UnsafeContents):
        take(file, WORDS, other)
    assert contents(tmp_path / "place") == {"other": None}


@pytest.mark.parametrize(
    "entries",
    [
        [("a", 2, b"")],  # no such kind: no link, no device
        [("a", 255, b"/etc/passwd")],
        [("a", 1, b"a folder with bytes")],
        [("a", 0, b"x"), ("a", 0, b"y")],
        [("a", 1, b""), ("a", 1, b"")],
        [("a", 0, b"x"), ("a/b", 0, b"y")],
        [("a/b", 0, b"before its folder"), ("a", 1, b"")],
        [("a/b", 0, b"without its folder")],
    ],
)
def test_kinds_and_order_that_no_writer_makes(
    entries: list[tuple[str, int, bytes]], usb: Path, tmp_path: Path
) -> None:
    with pytest.raises(UnsafeContents):
        take(hostile(usb, *entries), WORDS, tmp_path / "other")
    assert contents(tmp_path / "other") == {}


def test_numbers_that_no_writer_writes(usb: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with pytest.raises(UnsafeContents):
        take(hostile(usb, count=2**32 - 1), WORDS, other)
    with pytest.raises(UnsupportedVersion):
        take(hostile(usb, version=2), WORDS, other)
    with pytest.raises(UnsafeContents):  # more entries announced than there are: zeros are an empty name
        take(hostile(usb, ("a", 0, b"x"), count=2), WORDS, other)
    with pytest.raises(NotAStickFile):  # fewer: what is behind them is no padding
        take(hostile(usb, ("a", 0, b"x"), ("b", 0, b"x"), count=1), WORDS, other)
    assert contents(other) == {}


def test_a_length_far_beyond_the_file_ends_with_it(usb: Path, tmp_path: Path) -> None:
    content = START.pack(1, 1) + ENTRY.pack(0, 2**63, 1) + b"a"
    with (usb / "hostile").open("wb") as file:
        writer = StickWriter(file, WORDS, len(content))
        writer.write(content)
        writer.finish()
    with pytest.raises(NotAStickFile):
        take(usb / "hostile", WORDS, tmp_path / "other")
    assert contents(tmp_path / "other") == {}


# Killed at any moment.

PROGRAM = """
import os, signal, sys
from pathlib import Path
from offramp.crypto import stick
stick.test_only_cost |= {"ops": 1, "mem": 8192}
from offramp.desk.stick.taking import take
left = int(sys.argv[3])
def watched(real):
    def step(*given, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    return step
for name in ("mkdir", "replace", "rename", "unlink", "fsync", "open"):
    setattr(os, name, watched(getattr(os, name)))
take(Path(sys.argv[1]), sys.argv[4], Path(sys.argv[2]), replace=True)
"""


def steps_until_done(file: Path, other: Path) -> Iterator[int]:
    """Runs in which the process is killed after 0, 1, 2, … steps on the disk, until one gets through."""
    for number in range(200):
        command = [sys.executable, "-c", PROGRAM, str(file), str(other), str(number), WORDS]
        ended = subprocess.run(command, check=False, capture_output=True, timeout=60).returncode
        assert ended in (0, -signal.SIGKILL)
        yield number
        if ended == 0:
            return
    raise AssertionError("it never gets through")


def test_killed_at_any_step_every_file_is_the_old_or_the_new_one(
    work: Path, usb: Path, tmp_path: Path
) -> None:
    (work / "inbox.bundle").write_bytes(b"new bundle")
    (work / "alice-copy" / "campaign.toml").write_bytes(b"new campaign")
    file = put(gather([work / "inbox.bundle", work / "alice-copy" / "campaign.toml"]), usb, WORDS)
    other = tmp_path / "other"
    other.mkdir()
    kinds = {
        "inbox.bundle": (b"old bundle", b"new bundle"),
        "campaign.toml": (b"old campaign", b"new campaign"),
    }
    for name, (old, _) in kinds.items():
        (other / name).write_bytes(old)
    runs = 0
    for _ in steps_until_done(file, other):
        runs += 1
        seen = {path.name: path.read_bytes() for path in other.iterdir() if path.is_file()}
        assert seen.keys() == kinds.keys()
        assert all(data in kinds[name] for name, data in seen.items())
    assert runs > 5
    assert contents(other) == {
        name: new for name, (_, new) in kinds.items()
    }  # and no leftover of the killed ones
