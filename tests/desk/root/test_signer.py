"""How the root key comes together for one command, and how it is kept in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from offramp.crypto.errors import NotASecretFile, WrongPassphrase
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import MissingFile, WrongRootKey
from offramp.desk.keys import RootKey
from offramp.desk.root.errors import NotAShare, SharesDiffer, SharesNeeded
from offramp.desk.root.keeping import keep_root, open_share, shares_here
from offramp.desk.root.shares import Split
from offramp.desk.root.signer import TYPED, open_root
from tests.desk.root.cast import new_folder
from tests.desk.team import PASSPHRASE


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "pw"
    path.write_text(f"{PASSPHRASE}\n")
    return path


@pytest.fixture
def away(tmp_path: Path) -> Path:
    """A stick."""
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def split_folder(path: Path, *split: int) -> tuple[CampaignFolder, RootKey]:
    return new_folder(path, Split(*split))


def carry(folder: CampaignFolder, to: Path, *numbers: int) -> list[Path]:
    return [Path(shutil.move(folder.shares / f"{number}.share", to)) for number in numbers]


def test_a_whole_key_needs_no_shares(tmp_path: Path, source: Path) -> None:
    folder, root = new_folder(tmp_path / "campaign")
    assert open_root(folder, [], source) == root
    assert not folder.shares.exists()


def test_shares_in_the_folder_count_and_those_named_do_too(tmp_path: Path, source: Path, away: Path) -> None:
    folder, root = split_folder(tmp_path / "campaign", 2, 3)
    assert not folder.root_key.exists()
    assert open_root(folder, [], source) == root
    second, third = carry(folder, away, 2, 3)
    with pytest.raises(SharesNeeded, match="Any 2 of the 3 shares of the root key sign, and one is here"):
        open_root(folder, [], source)
    assert open_root(folder, [second], source) == root
    (first,) = carry(folder, away, 1)
    with pytest.raises(SharesNeeded, match="none is here"):
        open_root(folder, [], source)
    for pair in ([first, second], [third, first], [second, third]):
        assert open_root(folder, pair, source) == root
    with pytest.raises(SharesNeeded):
        open_root(folder, [first, first], source)


def test_no_passphrase_is_asked_for_more_shares_than_are_needed(tmp_path: Path) -> None:
    folder, root = split_folder(tmp_path / "campaign", 2, 5)
    done = asked(folder, [], f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert done == (root, ["Passphrase of", "Passphrase of"])


def asked(folder: CampaignFolder, shares: list[Path], typed: str) -> tuple[RootKey | None, list[str]]:
    """What comes of it when a person types this, and what they were told."""
    found: list[RootKey] = []

    @click.command()
    def command() -> None:
        found.append(open_root(folder, shares, None))

    result = CliRunner().invoke(command, input=typed)
    if result.exception:
        raise result.exception
    told = [line.split(str(folder.path))[0].strip() for line in result.stderr.splitlines()]
    return (found[0] if found else None), told


def test_a_mistyped_passphrase_is_asked_for_again(tmp_path: Path) -> None:
    folder, root = split_folder(tmp_path / "campaign", 2, 3)
    done, told = asked(folder, [], f"wrong\n{PASSPHRASE}\nwrong\nwrong\n{PASSPHRASE}\n")
    assert done == root
    assert told.count("That passphrase does not open it. Once more.") == 3
    with pytest.raises(WrongPassphrase):
        asked(folder, [], "wrong\n" * 3)


def test_a_wrong_passphrase_from_a_file_is_not_tried_again(tmp_path: Path, source: Path) -> None:
    folder, _ = split_folder(tmp_path / "campaign", 2, 3)
    source.write_text("something else\n")
    with pytest.raises(WrongPassphrase):
        open_root(folder, [], source)


def test_words_from_paper(tmp_path: Path, away: Path) -> None:
    folder, root = split_folder(tmp_path / "campaign", 2, 3)
    words = " ".join(open_share(folder.shares / "2.share", PASSPHRASE).words)
    carry(folder, away, 2, 3)
    done, told = asked(folder, [TYPED], f"{words[:-9]}\n{words}\n{PASSPHRASE}\n")
    assert done == root
    assert any("Type them once more." in line for line in told)
    with pytest.raises(NotAShare):
        asked(folder, [TYPED], "acid\n" * 3)


def test_all_from_paper(tmp_path: Path, away: Path) -> None:
    folder, root = split_folder(tmp_path / "campaign", 2, 3)
    typed = "".join(f"{' '.join(open_share(path, PASSPHRASE).words)}\n" for path in shares_here(folder)[:2])
    carry(folder, away, 1, 2, 3)
    assert asked(folder, [TYPED, TYPED], typed)[0] == root


def test_shares_of_another_campaign(tmp_path: Path, source: Path, away: Path) -> None:
    folder, _ = split_folder(tmp_path / "campaign", 2, 3)
    other, _ = split_folder(tmp_path / "other", 2, 3)
    with pytest.raises(WrongRootKey):
        open_root(folder, shares_here(other), source)
    with pytest.raises(SharesDiffer):
        open_root(folder, shares_here(other)[1:2], source)


def test_files_that_are_no_shares(tmp_path: Path, source: Path) -> None:
    folder, _ = split_folder(tmp_path / "campaign", 2, 3)
    whole, _ = new_folder(tmp_path / "whole")
    for path, error in (
        (whole.root_key, NotASecretFile),
        (folder.campaign_file, NotASecretFile),
        (folder.path / "nowhere", MissingFile),
    ):
        with pytest.raises(error):
            open_root(folder, [path], source)


def test_a_new_splitting_takes_the_place_of_the_old(tmp_path: Path, source: Path, away: Path) -> None:
    folder, root = split_folder(tmp_path / "campaign", 2, 5)
    old = carry(folder, away, 1, 2)
    keep_root(folder, root, Split(3, 4), [PASSPHRASE] * 4)
    assert [path.name for path in shares_here(folder)] == ["1.share", "2.share", "3.share", "4.share"]
    assert open_root(folder, [], source) == root
    with pytest.raises(SharesDiffer):
        open_root(folder, old[:1], source)
    assert open_root(folder, old, source) == root, "old shares sign with each other as long as they exist"


@pytest.fixture
def whole_again(tmp_path: Path) -> tuple[CampaignFolder, RootKey]:
    folder, root = split_folder(tmp_path / "campaign", 2, 3)
    keep_root(folder, root, None, [PASSPHRASE])
    return folder, root


def test_shares_are_put_into_one_and_split_again(
    whole_again: tuple[CampaignFolder, RootKey], source: Path
) -> None:
    folder, root = whole_again
    assert folder.root_key.exists()
    assert not list(folder.shares.iterdir())
    assert open_root(folder, [], source) == root
    keep_root(folder, root, Split(2, 2), [PASSPHRASE] * 2)
    assert not folder.root_key.exists()
    assert open_root(folder, [], source) == root


def test_nobody_else_on_the_laptop_may_read_a_share(tmp_path: Path) -> None:
    folder, _ = split_folder(tmp_path / "campaign", 2, 3)
    assert {path.stat().st_mode & 0o777 for path in shares_here(folder)} == {0o600}
    assert folder.shares.stat().st_mode & 0o777 == 0o700
