"""An adviser's draft goes to the real intake by the ordinary POST /sealed, and comes to the case with the courier."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.bundle import HEADER, frame, read_bundle
from offramp.crypto.calendar import write_calendar
from offramp.crypto.card import monday_of, sign_card
from offramp.crypto.envelope import SIZE_CLASSES, envelope_id, envelope_length
from offramp.crypto.errors import KeysetError
from offramp.crypto.keyset import read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.courier.dialling import to_unix_socket
from offramp.desk.courier.wire import Patience, Wire
from offramp.desk.errors import ServerBusy, ServerFull, ServerNonsense
from offramp.desk.handing.drafting import write_draft
from offramp.desk.handing.drafts import drafts
from offramp.desk.handing.errors import DraftNotTaken, SiteClosed
from offramp.desk.handing.handed import receive_hand_off
from offramp.desk.handing.sending import learn_keyset, send
from offramp.server.layout import ServerFolder
from offramp.server.setup import make_folder
from offramp.server.signed.calendars import add_calendar
from offramp.store import Store, open_store
from tests.desk.fake_server import FakeServer, fake_socks, status
from tests.desk.handing.cast import Cast, a_cast
from tests.desk.team import CARD_KEY, CARD_SEED, COURIERS, INTAKE, PASSPHRASE, SLOTS, Team, sealed
from tests.harness.children import end_child, start_child, tail, wait_for


class Intake:
    """The public side of a server's folder, whose keyset the campaign's folder has too."""

    def __init__(self, place: Path, team: Team) -> None:
        self._place, self._team = place, team
        self.folder: ServerFolder
        self.address: str
        self.store: Store

    def prepare(self, campaign: Path) -> None:
        state = make_folder(
            self._place / "server", campaign=campaign / "campaign.toml", root=campaign / "root.pub"
        )
        today = int(time.time()) // 86_400 * 86_400
        raw = sign_keyset(
            self._team.root.seed,
            campaign="quit-ice",
            onion=state.intake_address,
            sequence=3,
            previous=self._team.second.id,
            valid_from=today,
            valid_until=today + 14 * 86_400,
            card_key=CARD_KEY,
            organizers=[self._team.alice.public, self._team.bob.public],
            slot_count=SLOTS,
        )
        keyset = read_keyset(raw, root=self._team.root.public, campaign="quit-ice")
        CampaignFolder(campaign).add_keyset(keyset)
        monday = monday_of(days.today())
        card = sign_card(
            CARD_SEED,
            root=self._team.root.public,
            campaign="quit-ice",
            week=monday,
            next_by=monday + timedelta(weeks=2),
        )
        (self._place / "calendar").write_bytes(write_calendar([keyset]))
        (self._place / "card").write_bytes(card.raw)
        add_calendar(state.folder, self._place / "calendar", self._place / "card")
        self.address = state.intake_address
        self.folder, self.store = state.folder, open_store(state.folder.store_url)

    def start(self) -> None:
        self._log = self._place / "server.log"
        command = (sys.executable, "-m", "offramp.cli", "serve-intake", self.folder.path)
        self._child = start_child(command, log=self._log)
        wait_for("the intake's socket", self._answers, seconds=30)

    def stop(self) -> None:
        end_child(self._child)
        assert "Traceback" not in self._log.read_text(), tail(self._log)
        self.store.close()

    def stored(self) -> list[bytes]:
        rows = self.store.waiting(bytes(32), limit=100)
        return [self.store.read(row.id) or b"" for row in rows]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.folder.intake_socket)) == 0


@pytest.fixture
def intake(tmp_path: Path, team: Team) -> Intake:
    return Intake(tmp_path, team)


@pytest.fixture
def cast(tmp_path: Path, team: Team, intake: Intake) -> Iterator[Cast]:
    with a_cast(tmp_path, team, intake.prepare) as everybody:
        yield everybody


def draft_file(cast: Cast, place: Path, text: str) -> Path:
    cast.enroll_dana()
    hand_off, file = cast.hand()
    receive_hand_off(cast.dana, file)
    path = place / "ho-2.offramp"
    path.write_bytes(write_draft(cast.dana, hand_off.id, text))
    (place / "dana" / "desk.toml").write_text('role = "adviser"\ncampaign = "../campaign"\n')
    return path


def run(place: Path, *words: object) -> Result:
    return CliRunner().invoke(offramp, [*map(str, words), "--desk", str(place / "dana")])


def test_from_the_advisers_desk_to_the_case(cast: Cast, intake: Intake, tmp_path: Path) -> None:
    path = draft_file(cast, tmp_path, "Try the newspapers.")
    intake.start()
    try:
        for _ in range(2):
            result = run(tmp_path, "send", path, "--unix-socket", intake.folder.intake_socket)
            assert result.exit_code == 0, result.output
        (stored,) = intake.stored()
    finally:
        intake.stop()
    # To the server it is a letter like any other, of the smallest class.
    assert len(stored) == envelope_length(SIZE_CLASSES[0], SLOTS) == len(sealed(cast.team.first))
    cast.arrives(stored, at=cast.alice)
    assert [one.text for one in drafts(cast.alice, cast.case)] == ["Try the newspapers."]


def test_a_draft_for_a_keyset_that_the_server_does_not_know_is_refused(
    cast: Cast, intake: Intake, tmp_path: Path
) -> None:
    path = tmp_path / "old.offramp"
    path.write_bytes(HEADER + frame(sealed(cast.team.first)))
    (tmp_path / "dana" / "desk.toml").write_text('campaign = "../campaign"\n')
    intake.start()
    try:
        result = run(tmp_path, "send", path, "--unix-socket", intake.folder.intake_socket)
        assert intake.stored() == []
    finally:
        intake.stop()
    assert result.exit_code == 1
    assert result.stderr.strip() == " ".join(str(DraftNotTaken()).split())


def test_what_was_sealed_to_keys_of_an_earlier_week_is_sealed_again_and_no_word_is_lost(
    cast: Cast, intake: Intake, tmp_path: Path
) -> None:
    """Dana's copy of the campaign is old, and the server itself brings what she needs."""
    (newest,) = (tmp_path / "campaign" / "keysets").glob("000003.keyset")
    newest.unlink()
    cast.dana.keysets = [one for one in cast.dana.keysets if one.sequence < 3]
    cast.alice.keysets = [one for one in cast.alice.keysets if one.sequence < 3]
    path = draft_file(cast, tmp_path, "Try the newspapers.")
    cast.dana.lock()
    again = tmp_path / "again"
    again.mkdir()
    (tmp_path / "pw").write_text(f"{PASSPHRASE}\n")
    there = ("--unix-socket", intake.folder.intake_socket, "--address", intake.address)
    intake.start()
    try:
        refused = run(tmp_path, "send", path, *there)
        assert refused.stderr.strip() == " ".join(str(DraftNotTaken()).split())
        assert newest.is_file()
        sealed_anew = run(
            tmp_path, "draft", "", "--again", "--folder", again, "--passphrase-file", tmp_path / "pw"
        )
        assert sealed_anew.exit_code == 0, sealed_anew.output
        (file,) = again.iterdir()
        assert run(tmp_path, "send", file, *there).exit_code == 0
        (stored,) = intake.stored()
    finally:
        intake.stop()
    cast.alice.keysets.append(read_keyset(newest.read_bytes(), root=cast.alice.root, campaign="quit-ice"))
    cast.alice.renew_inbox()
    cast.arrives(stored, at=cast.alice)
    assert [one.text for one in drafts(cast.alice, cast.case)] == ["Try the newspapers."]


@pytest.mark.parametrize("wrong", ["other root", "other onion", "goes back", "over", "half", "none"])
def test_a_server_cannot_make_an_adviser_take_a_wrong_keyset(
    team: Team, tmp_path: Path, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.write(tmp_path)
    campaign, today = CampaignFolder(tmp_path / "campaign"), int(days.now()) // 86_400 * 86_400
    ends = today - 3 * 86_400 if wrong == "over" else today + 7 * 86_400
    raw = sign_keyset(
        bytes(32) if wrong == "other root" else team.root.seed,
        campaign="quit-ice",
        onion=COURIERS if wrong == "other onion" else INTAKE,
        sequence=1 if wrong == "goes back" else 3,
        previous=bytes(32) if wrong == "goes back" else team.second.id,
        valid_from=ends - 7 * 86_400,
        valid_until=ends,
        card_key=CARD_KEY,
        organizers=[team.alice.public],
        slot_count=SLOTS,
    )
    before = sorted(campaign.keysets.iterdir())
    server = FakeServer(tmp_path / "s")
    server.answers["/keyset"] = answer("200 OK", (raw + bytes(89))[: 50 if wrong == "half" else None])
    if wrong == "none":
        server.answers["/keyset"] = lambda _: status("503 Service Unavailable")
    with to_unix_socket(server.path) as dial, Wire(dial, INTAKE, Patience()) as wire:
        with pytest.raises((KeysetError, SiteClosed)):
            learn_keyset(wire, campaign, INTAKE)
    server.close()
    assert sorted(campaign.keysets.iterdir()) == before


def test_what_is_no_draft_is_not_sent(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "dana" / "desk.toml").write_text('campaign = "../campaign"\n')
    made = tmp_path / "a"
    for content in (b"", b"My secret letter.", HEADER, HEADER + b"\0\0\0\1x"):
        made.write_bytes(content)
        assert run(tmp_path, "send", made, "--unix-socket", tmp_path / "none").exit_code == 1
    assert run(tmp_path, "send", tmp_path / "b").exit_code == 1


def answer(code: str, body: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda _: b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (code.encode(), len(body)) + body


def receipt(name: bytes) -> bytes:
    return json.dumps({"received": name.hex()}).encode()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (lambda _: status("409 Conflict"), DraftNotTaken),
        (lambda _: status("429 Too Many Requests"), ServerBusy),
        (lambda _: status("503 Service Unavailable"), SiteClosed),
        (lambda _: status("507 Insufficient Storage"), ServerFull),
        (lambda _: status("302 Found"), ServerNonsense),
        (lambda _: status("200 OK"), ServerNonsense),
        (answer("201 Created", b"thanks"), ServerNonsense),
        (answer("201 Created", receipt(bytes(16))), ServerNonsense),
        (answer("201 Created", b"x" * 5000), ServerNonsense),
    ],
)
def test_a_server_is_not_believed(
    team: Team, tmp_path: Path, given: Callable[[bytes], bytes], reason: type[Exception]
) -> None:
    server = FakeServer(tmp_path / "s")
    server.answers["/sealed"] = given
    envelope = sealed(team.first)
    with to_unix_socket(server.path) as dial, Wire(dial, INTAKE, Patience()) as wire:
        with pytest.raises(reason):
            send(wire, [envelope])
        server.answers["/sealed"] = answer("201 Created", receipt(envelope_id(envelope)))
        send(wire, [envelope])
    server.close()
    assert server.seen == [("/sealed", envelope)] * 2


def test_the_file_is_a_bundle_that_an_organizer_can_import_as_it_is(cast: Cast, tmp_path: Path) -> None:
    path = draft_file(cast, tmp_path, "By a stick.")
    (envelope,) = read_bundle(path)
    cast.arrives(envelope, at=cast.bob)
    cast.arrives(envelope, at=cast.alice)
    assert [one.text for one in drafts(cast.alice, cast.case)] == ["By a stick."]


def test_through_tors_socks_port_to_the_address_that_the_keyset_names(cast: Cast, tmp_path: Path) -> None:
    path = draft_file(cast, tmp_path, "Through Tor.")
    (envelope,) = read_bundle(path)
    server = FakeServer(tmp_path / "s")
    server.answers["/sealed"] = answer("201 Created", receipt(envelope_id(envelope)))
    with fake_socks(target=server.path) as (port, asked):
        result = run(tmp_path, "send", path, "--socks", f"127.0.0.1:{port}")
    server.close()
    assert result.exit_code == 0, result.output
    assert server.seen == [("/sealed", envelope)]
    newest = max(cast.dana.keysets, key=lambda one: one.sequence)
    assert asked == [newest.onion.encode()]
