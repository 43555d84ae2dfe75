"""Which keysets are current, and which are taken."""

from __future__ import annotations

from pathlib import Path

from offramp.crypto.keyset import Keyset
from offramp.server.keysets import KeysetShelf
from tests.app.campaign import DAY, TestCampaign
from tests.board.made import Clock

HOUR = 3600


def put(folder: Path, *keysets: Keyset) -> None:
    for keyset in keysets:
        (folder / f"{keyset.sequence}.keyset").write_bytes(keyset.raw)


def test_the_current_one_is_the_highest_of_those_valid(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    first = campaign.keyset(1, valid_from=-DAY, valid_until=DAY)
    second = campaign.keyset(2, valid_from=-HOUR, valid_until=2 * DAY)
    third = campaign.keyset(3, valid_from=HOUR, valid_until=3 * DAY)
    put(keyset_folder, first, second, third)
    assert shelf.current() == second
    assert set(shelf.accepted()) == {first.id, second.id}
    clock.now += 2 * HOUR
    assert shelf.current() == third
    assert set(shelf.accepted()) == {first.id, second.id, third.id}
    clock.now += DAY  # the second is valid still, but whom it names may have left
    assert set(shelf.accepted()) == {third.id}
    clock.now += 3 * DAY
    assert shelf.current() is None
    assert shelf.accepted() == {}


def test_dates_are_kept_to_the_second(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    keyset = campaign.keyset()
    put(keyset_folder, keyset)
    assert shelf.current() == keyset
    for now, valid in (
        (keyset.valid_from - 1, False),
        (keyset.valid_from, True),
        (keyset.valid_until - 1, True),
        (keyset.valid_until, False),
    ):
        clock.now = now
        assert (shelf.current() is not None) is valid


def test_strangers_and_damaged_files_are_passed_over(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path
) -> None:
    ours = campaign.keyset(5)
    put(keyset_folder, ours)
    stranger = TestCampaign(onion=campaign.onion)
    (keyset_folder / "a.keyset").write_bytes(stranger.keyset(9).raw)
    (keyset_folder / "b.keyset").write_bytes(campaign.keyset(9, onion="c" * 56 + ".onion").raw)
    (keyset_folder / "c.keyset").write_bytes(ours.raw[:-1])
    (keyset_folder / "d.keyset").write_bytes(b"")
    (keyset_folder / "e.keyset").mkdir()
    (keyset_folder / "f.txt").write_bytes(campaign.keyset(9).raw)
    assert shelf.all() == (ours,)


def test_a_file_that_was_replaced_in_place_is_read_again(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    path = keyset_folder / "1.keyset"
    path.write_bytes(b"half of it")
    assert shelf.current() is None
    keyset = campaign.keyset()
    path.write_bytes(keyset.raw)
    assert shelf.current() is None  # not looked at again within the second
    clock.now += 1
    assert shelf.current() == keyset


def test_no_folder_is_no_keyset(campaign: TestCampaign, tmp_path: Path) -> None:
    shelf = KeysetShelf(tmp_path / "none", root=campaign.root, campaign=campaign.id, onion=campaign.onion)
    assert shelf.current() is None
