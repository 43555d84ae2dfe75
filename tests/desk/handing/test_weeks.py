"""Hand-offs and drafts with keysets that change every week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.crypto.bundle import read_stream
from offramp.crypto.envelope import read_header
from offramp.crypto.handoff import open_hand_off, read_statement
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment
from offramp.crypto.opening import OpeningKey
from offramp.desk import days
from offramp.desk.cases.importing import import_bundle
from offramp.desk.desk import Desk, Person
from offramp.desk.handing.advisers import enroll, vet
from offramp.desk.handing.cards import key_of
from offramp.desk.handing.drafting import (
    seal_again,
    unfinished,
    write_draft,
    written_drafts,
)
from offramp.desk.handing.drafts import all_drafts
from offramp.desk.handing.errors import NothingInForce, NothingWritten
from offramp.desk.handing.handed import destroy, receive_hand_off
from offramp.desk.handing.handing_over import HandOff, hand_over
from offramp.desk.handing.parts import parts_of
from offramp.desk.weekly.stock import key_list
from tests.desk.handing.cast import offer, request
from tests.desk.team import PASSPHRASE, Worker, write_bundle
from tests.desk.weekly.aged import AgedDesk, Clock, make_aged_desk

MONDAY = date(2026, 11, 16)


@dataclass
class Weeks:
    """Alice's desk with a calendar of twelve weeks, and Dana's, who knows only what a hand-off brings."""

    aged: AgedDesk
    dana: Desk
    clock: Clock
    case: bytes
    adviser: bytes

    def hand(self, days_open: int) -> HandOff:
        """Handed over for so many days, and received; the keysets that came along are in `brought`."""
        names = [one.name for one in parts_of(self.aged.desk, self.case) if one.chosen]
        last_day = self.clock.day + timedelta(days=days_open)
        made, file = hand_over(self.aged.desk, self.case, self.adviser, names, last_day)
        self.brought = read_statement(open_hand_off(file, self.dana.me.key)).keysets
        receive_hand_off(self.dana, file)
        return made

    def sealed_to(self, bundle: bytes) -> Keyset:
        (envelope,) = read_stream([bundle])
        name = read_header(envelope).keyset_id
        return next(one for one in self.aged.keysets if one.id == name)


@pytest.fixture
def weeks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Weeks]:
    clock = Clock(MONDAY)
    monkeypatch.setattr(days, "now", clock)
    aged = make_aged_desk(tmp_path)
    worker = Worker.new()
    aged.imports(request(worker, aged.keysets[0]), offer(aged.keysets[0]))
    dana = Desk.create(
        tmp_path / "danas", PASSPHRASE, aged.folder, Person.adviser("dana", OpeningKey.generate())
    )
    dana.keysets = []
    adviser = next(one.id for one in aged.desk.cases.values() if one.kind == "offer")
    vet(aged.desk, adviser, "vetted")
    enroll(aged.desk, adviser, key_of(dana.me))
    yield Weeks(aged, dana, clock, worker.thread, adviser)
    aged.lock()
    dana.lock()


def test_a_hand_off_brings_the_keysets_of_its_weeks_and_no_others(weeks: Weeks) -> None:
    weeks.clock.later(9)
    for days_open, numbers in (
        (0, [2]),
        (4, [2]),
        (5, [2, 3]),
        (30, [2, 3, 4, 5, 6]),
        (366, list(range(2, 13))),
    ):
        weeks.hand(days_open)
        sequences = [one.sequence for one in weeks.aged.keysets if one.raw in weeks.brought]
        assert sequences == numbers, days_open


def test_a_draft_is_sealed_to_the_week_in_which_it_is_written(weeks: Weeks) -> None:
    handed = weeks.hand(40)
    for later, number in ((0, 1), (6, 1), (7, 2), (34, 5)):
        weeks.clock.day = MONDAY + timedelta(days=later)
        assert weeks.sealed_to(write_draft(weeks.dana, handed.id, "Try this.")).sequence == number


def test_a_keyset_that_was_replaced_is_not_sealed_to(weeks: Weeks) -> None:
    """Bob left on Wednesday of the second week: from that week on there is another calendar."""
    weeks.clock.later(9)
    mine = key_list(weeks.aged.desk)
    weeks.aged.sign([mine], first=weeks.clock.day, count=3, generation=13)
    weeks.aged.unlock()
    handed = weeks.hand(40)
    assert [one.sequence for one in weeks.aged.keysets if one.raw in weeks.brought] == [13, 14, 15]
    assert weeks.sealed_to(write_draft(weeks.dana, handed.id, "Try this.")).sequence == 13
    weeks.dana.keysets = weeks.aged.keysets[:12]  # her own copy is the old one
    assert weeks.sealed_to(write_draft(weeks.dana, handed.id, "Or this.")).sequence == 13


def test_without_a_keyset_for_today_nothing_is_sealed_and_nothing_is_lost(weeks: Weeks) -> None:
    handed = weeks.hand(366)
    weeks.clock.day = MONDAY + timedelta(weeks=12, days=2)
    with pytest.raises(NothingInForce) as refused:
        write_draft(weeks.dana, handed.id, "Try this.")
    assert "offramp adviser join" in " ".join(str(refused.value).split())
    assert unfinished(weeks.dana, handed.id) == "Try this."
    assert written_drafts(weeks.dana, handed.id) == []
    weeks.clock.later(-1)  # a clock that is a day off is nobody's fault
    assert weeks.sealed_to(write_draft(weeks.dana, handed.id, "Try this.")).sequence == 12
    assert unfinished(weeks.dana, handed.id) == ""


def test_the_same_draft_is_sealed_again_with_its_files_to_the_keys_of_a_later_week(weeks: Weeks) -> None:
    handed = weeks.hand(40)
    with pytest.raises(NothingWritten):
        seal_again(weeks.dana, handed.id)
    first = write_draft(weeks.dana, handed.id, "First.", [Attachment("cv.odt", b"better")])
    weeks.clock.later(1)
    write_draft(weeks.dana, handed.id, "Second.")
    weeks.clock.later(7)
    last = seal_again(weeks.dana, handed.id)
    known = written_drafts(weeks.dana, handed.id)
    assert [(one.number, one.text) for one in known] == [(1, "First."), (2, "Second.")]
    again = seal_again(weeks.dana, handed.id, known[0].id)
    assert weeks.sealed_to(first).sequence == 1
    assert weeks.sealed_to(again).sequence == weeks.sealed_to(last).sequence == 2
    bundle = weeks.aged.place / "drafts"
    write_bundle(bundle, *read_stream([again]), *read_stream([last]))
    import_bundle(weeks.aged.desk, bundle)
    found = {one.text: [file.name for file in one.files] for one in all_drafts(weeks.aged.desk)}
    assert found == {"First.": ["cv.odt"], "Second.": []}
    with pytest.raises(NothingWritten):
        seal_again(weeks.dana, handed.id, bytes(16))


def test_what_is_kept_to_be_sealed_again_goes_with_the_hand_off(weeks: Weeks) -> None:
    handed = weeks.hand(3)
    write_draft(weeks.dana, handed.id, "First.", [Attachment("cv.odt", b"better")])
    destroy(weeks.dana, handed.id)
    assert list(weeks.dana.vault.large_records()) == []


def test_nothing_is_sealed_to_a_keyset_that_another_signed(weeks: Weeks) -> None:
    """Neither to one by a former root key, which the desk still reads letters with, nor by whoever handed over."""
    handed = weeks.hand(40)
    weeks.dana.root = bytes(weeks.dana.me.public)
    with pytest.raises(NothingInForce):
        write_draft(weeks.dana, handed.id, "Try this.")
