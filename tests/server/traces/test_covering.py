"""Letters that say nothing: of every size like all others, dropped by a desk, and never more than half."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from offramp.crypto.envelope import SIZE_CLASSES, envelope_length, read_header
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import COVER
from offramp.desk.inbox import Inbox, Submission
from offramp.server.traces import covering
from offramp.server.traces.cover import make_cover
from offramp.server.traces.covering import Covering, Way
from offramp.store import Store, open_store
from tests.app.campaign import TestCampaign

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def campaign() -> TestCampaign:
    return TestCampaign()


@pytest.fixture(scope="module")
def keyset(campaign: TestCampaign) -> Keyset:
    return campaign.keyset()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield store
    store.close()


def way(campaign: TestCampaign, keyset: Keyset | None, room: int = 100) -> Way:
    return Way(campaign.root, lambda: keyset, lambda _size_class, _length: room, lambda: DAY)


@pytest.mark.parametrize("size_class", SIZE_CLASSES)
def test_one_of_each_class(campaign: TestCampaign, keyset: Keyset, size_class: int) -> None:
    envelope = make_cover(keyset, size_class)
    header = read_header(envelope)
    assert (header.size_class, header.keyset_id) == (size_class, keyset.id)
    assert len(envelope) == envelope_length(size_class, keyset.slot_count)
    opened = Inbox([keyset], [campaign.organizer]).open(envelope, bytes(16))
    assert isinstance(opened, Submission)
    letter = opened.letter
    assert (letter.purpose, letter.fields, letter.thread, letter.reply_key) == (COVER, (), None, None)
    assert not any(any(one.data) for one in letter.attachments)
    assert len(letter.attachments) == (size_class != SIZE_CLASSES[0])


def test_the_real_program_makes_one_that_lies_among_the_others(
    campaign: TestCampaign, keyset: Keyset, store: Store
) -> None:
    assert Covering(store, way(campaign, keyset)).one()
    (stored,) = store.waiting(bytes(32))
    envelope = store.read(stored.id)
    assert envelope is not None
    assert stored.day == DAY
    assert read_header(envelope).size_class == stored.size_class


def test_no_two_are_alike(campaign: TestCampaign, keyset: Keyset) -> None:
    one, other = (covering.made(keyset, campaign.root, SIZE_CLASSES[0]) for _ in range(2))
    # All that they share is the head, which every envelope of this keyset has.
    assert one[:52] == other[:52]
    assert one[52:84] != other[52:84]
    assert one[-100:] != other[-100:]


def test_a_closed_intake_gets_none(campaign: TestCampaign, store: Store) -> None:
    assert Covering(store, way(campaign, None)).one() is False
    assert store.waiting(bytes(32)) == []


def test_half_of_the_room_is_left_to_real_ones(
    campaign: TestCampaign, keyset: Keyset, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(100))

    def quickly(keyset: Keyset, _root: bytes, size_class: int) -> bytes:
        whole = bytearray(envelope_length(size_class, keyset.slot_count))
        whole[:4] = next(numbers).to_bytes(4, "big")
        return bytes(whole)

    monkeypatch.setattr(covering, "made", quickly)
    one = Covering(store, way(campaign, keyset, room=8))
    for _ in range(60):
        one.one()
    counts = store.count()
    assert counts[SIZE_CLASSES[0]] == 4
    assert max(counts.values()) <= 4


def test_they_come_by_themselves_while_it_runs(
    campaign: TestCampaign, keyset: Keyset, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(covering, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(covering, "MEAN_SECONDS", 0.01)
    cover = make_cover(keyset, SIZE_CLASSES[0])
    made = iter(cover[:60] + number.to_bytes(4, "big") + cover[64:] for number in range(1000))
    monkeypatch.setattr(covering, "made", lambda *_: next(made))
    from tests.harness.children import wait_for

    clock = Covering(store, way(campaign, keyset, room=10_000))
    clock.start()
    wait_for("some of them", lambda: sum(store.count().values()) >= 5, seconds=60)
    clock.stop()


def test_a_program_that_fails_stops_nothing(
    campaign: TestCampaign, keyset: Keyset, store: Store, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    from tests.harness.children import wait_for

    monkeypatch.setattr(covering, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(covering, "MEAN_SECONDS", 0.01)
    broken = replace(keyset, campaign="another")
    clock = Covering(store, way(campaign, broken))
    said: list[str] = []

    def has_said_it() -> bool:
        said.append(capsys.readouterr().err)
        return "CalledProcessError" in "".join(said)

    clock.start()
    wait_for("its sentence", has_said_it, seconds=60)
    clock.stop()
    assert set("".join(said).splitlines()) == {
        "error: CalledProcessError while a letter without words was to be made"
    }
