"""The root laptop goes off at any moment: what it was about to do is then done, or not begun, and can be repeated.

Every step that changes something on the disk is tried: a child process dies just before it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.calendar import read_calendar
from offramp.crypto.former_root import sign_former_root
from offramp.desk.campaign_folder import CampaignFolder, written_root
from offramp.desk.keys import RootKey
from offramp.desk.root.calendars import plan, write
from offramp.desk.root.errors import NothingToSign
from offramp.desk.root.keeping import keep_root, shares_here
from offramp.desk.root.shares import Split
from offramp.desk.root.signed import all_signed, current_weeks
from offramp.desk.root.signer import open_root
from offramp.desk.root.switching import root_folder
from tests.desk.root.cast import enroll, key_list, new_folder, sign
from tests.desk.root.conftest import SetDay
from tests.desk.team import INTAKE, PASSPHRASE

CHANGING = ("replace", "rename", "unlink", "rmdir", "mkdir", "link", "open", "fsync")
_OPEN = os.open
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def dies_at(step: int, action: Callable[[], object]) -> bool:
    """Whether a child that does `action` was killed before its change of that number; if not, it did all of it."""
    child = os.fork()
    if child == 0:
        left = [step]
        for name in CHANGING:
            setattr(os, name, _counting(getattr(os, name), left))
        status = 1
        try:
            action()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 9)
    return os.waitstatus_to_exitcode(status) == 9


def _counting(real: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    def counting(*words: Any, **options: Any) -> Any:
        only_reads = real is _OPEN and not words[1] & _WRITES
        if not only_reads:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
        return real(*words, **options)

    return counting


def every_death(
    place: Path, work: Path, action: Callable[[CampaignFolder], object]
) -> Iterator[CampaignFolder]:
    """The folder `place` as it is after each death, and at the end as it is after none."""
    for step in range(1000):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(place, work)
        died = dies_at(step, lambda: action(CampaignFolder(work)))
        yield root_folder(work)
        if not died:
            assert step >= 5
            return
    raise AssertionError("it never ends")


@pytest.fixture(autouse=True)
def nothing_loses_power(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies leaves all that it wrote: what is not synced is lost only with the power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "pw"
    path.write_text(f"{PASSPHRASE}\n")
    return path


def is_whole(folder: CampaignFolder) -> None:
    """With each keyset there is what belongs to it."""
    for one in all_signed(folder):
        assert folder.team_list(one.sequence)
        assert (folder.card_seeds / f"{one.sequence:06d}.envelope").exists()


def test_signing_a_calendar(folder: CampaignFolder, root: RootKey, tmp_path: Path) -> None:
    enroll(folder, key_list("alice"), key_list("bob"))
    sign(folder, root, count=2)
    folder.remove("bob")
    signed = plan(folder, onion=None, count=2).sign(root)
    seen = set()
    for left in every_death(folder.path, tmp_path / "work", lambda at: write(at, signed)):
        is_whole(left)
        seen.add(len(all_signed(left)))
        try:
            sign(left, root, onion=None, count=1)
        except NothingToSign:
            sign(left, root, onion=None, changed=True, count=1)
        is_whole(left)
        assert left.team_list(all_signed(left)[-1].sequence).members[0].name == "alice"  # type: ignore[union-attr]
        on_server = read_calendar(left.calendar.read_bytes(), root=root.public, campaign="quit-ice")
        assert [one.id for one in on_server] == [one.id for one in current_weeks(left)]
        assert all(one.sequence > 2 for one in on_server), "nobody who left is in what the server gets"
        assert len({one.card_key for one in on_server}) == 1
    assert seen == {2, 4}, "all of it, or nothing"


def test_splitting_anew(tmp_path: Path, set_day: SetDay, source: Path) -> None:
    folder, root = new_folder(tmp_path / "campaign", Split(2, 3))
    seen = set()

    def split(at: CampaignFolder) -> None:
        keep_root(at, root, Split(2, 2), [PASSPHRASE] * 2)

    for left in every_death(folder.path, tmp_path / "work", split):
        assert open_root(left, [], source) == root
        seen.add(len(shares_here(left)))
    assert seen == {3, 2}


@pytest.mark.parametrize("split", [None, Split(2, 3)])
def test_another_root_key(tmp_path: Path, set_day: SetDay, source: Path, split: Split | None) -> None:
    folder, old = new_folder(tmp_path / "campaign", split)
    new, seen = RootKey.generate(), set()
    former = sign_former_root(new.seed, campaign="quit-ice", former=old.public, last_sequence=0)

    def replace(at: CampaignFolder) -> None:
        also = {"root.pub": written_root(new.public), "former/000000.former": former.raw}
        keep_root(at, new, split, [PASSPHRASE] * (split.made if split else 1), also)

    for left in every_death(folder.path, tmp_path / "work", replace):
        found = open_root(left, [], source)
        assert found == (new if left.trust().former else old)
        seen.add(found.public)
    assert seen == {old.public, new.public}


def test_a_new_campaign(tmp_path: Path, source: Path) -> None:
    (tmp_path / "nothing").mkdir()

    def make(at: CampaignFolder) -> None:
        done = CliRunner().invoke(
            offramp, ["campaign", "new", str(at.path), "--passphrase-file", str(source)]
        )
        assert done.exit_code == 0, done.output

    whole = 0
    for left in every_death(tmp_path / "nothing", tmp_path / "work", make):
        if not left.root_public.exists():
            make(left)
        else:
            whole += 1
        assert open_root(left, [], source).public == left.root()
        assert left.campaign().id == "quit-ice"
        enroll(left, key_list("alice"))
    assert whole


def test_enrolling(folder: CampaignFolder, tmp_path: Path, set_day: SetDay) -> None:
    enroll(folder, key_list("alice", 3))
    newer = key_list("alice", 5)
    seen = set()
    for left in every_death(folder.path, tmp_path / "work", lambda at: at.enroll(newer)):
        (found,) = left.key_lists()
        seen.add(len(found.weeks))
    assert seen == {3, 5}


def test_the_count_sees_every_change(folder: CampaignFolder, root: RootKey, tmp_path: Path) -> None:
    """If something were written past the functions that are counted, these tests would prove nothing."""
    enroll(folder, key_list("alice", 1))
    signed = plan(folder, onion=INTAKE).sign(root)
    before = sorted(path.relative_to(folder.path) for path in folder.path.rglob("*"))
    assert dies_at(0, lambda: write(folder, signed))
    assert sorted(path.relative_to(folder.path) for path in folder.path.rglob("*")) == before
