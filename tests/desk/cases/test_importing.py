"""Importing: everything once, whatever happens on the way, and nothing that was not meant to be a letter."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from offramp.crypto.bundle import frame
from offramp.crypto.envelope import SIZE_CLASSES, envelope_id
from offramp.crypto.errors import BodyDamaged, NotABundle, NotForThisKey
from offramp.crypto.event import Change, sign_event
from offramp.crypto.letter import COVER, Attachment, Letter
from offramp.crypto.sealing import seal
from offramp.crypto.signing import signing_seed
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases import importing
from offramp.desk.cases.files import letter_files
from offramp.desk.cases.importing import Imported, import_bundle, import_steps
from offramp.desk.cases.listing import rows
from offramp.desk.cases.status import status_of
from offramp.desk.desk import Desk
from offramp.desk.errors import MissingFile
from offramp.desk.inbox import Submission, Unopened
from offramp.server.traces.cover import make_cover
from tests.desk.cases.filled import bundle_of, ids, sealed_offer, take_in
from tests.desk.team import PASSPHRASE, Team, Worker, sealed, write_bundle


def again(desk: Desk, place: Path) -> Desk:
    """Lock, and unlock: what is on the disk."""
    desk.lock()
    return Desk.unlock(desk.vault.path, PASSPHRASE, CampaignFolder(place / "campaign"))


def test_what_was_imported_is_there_after_unlocking(team: Team, unlocked: Desk, desk: Path) -> None:
    worker = Worker.new()
    first = worker.asks(team.first, "Ich möchte weg.", ("cv.pdf", b"%PDF-"), ("empty", b""))
    found = take_in(
        unlocked, first, worker.writes_again(team.first, "Und?"), sealed_offer(team.first, "Here")
    )
    assert (found.letters, found.follow_ups, found.known, found.refused) == (3, 1, 0, [])
    before = rows(unlocked)
    opened = again(unlocked, desk)
    assert rows(opened) == before
    case = opened.cases[worker.thread]
    kept = next(one for one in case.letters if one.purpose == "help")
    assert kept.value("message") == "Ich möchte weg."
    assert kept.reply_key == worker.reply_key
    assert letter_files(opened, kept) == (Attachment("cv.pdf", b"%PDF-"), Attachment("empty", b""))
    opened.lock()


def test_a_cover_leaves_no_trace(team: Team, unlocked: Desk, desk: Path) -> None:
    """FORMAT 2.6: a server's own letters, of whatever size, and whatever is in them."""
    covers = [make_cover(team.first, size) for size in SIZE_CLASSES[:3]]
    odd = Letter(
        COVER, team.first.campaign, team.first.id, bytes(range(16)), bytes(32), (("message", "hello"),)
    )
    before = {path: path.read_bytes() for path in (desk / "vault").rglob("*") if path.is_file()}
    found = take_in(unlocked, *covers, seal(odd, team.first))
    assert found == Imported()
    assert rows(unlocked) == []
    written = b"".join(path.read_bytes() for path in (desk / "vault").rglob("*") if path.is_file())
    assert not any(envelope_id(one) in written for one in covers)
    assert before.keys() == {path for path in (desk / "vault").rglob("*") if path.is_file()}
    found = take_in(unlocked, *covers, sealed(team.first, "a real one"))
    assert (found.letters, found.known, found.refused) == (1, 0, [])


def test_known_letters_are_not_opened_again(
    team: Team, unlocked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [sealed(team.first, f"letter {n}") for n in range(3)]
    take_in(unlocked, *made)
    opened: list[bytes] = []
    real = unlocked.inbox.open

    def watched(raw: bytes, name: bytes) -> Submission | Unopened:
        opened.append(name)
        return real(raw, name)

    monkeypatch.setattr(unlocked.inbox, "open", watched)
    found = take_in(unlocked, one_more := sealed(team.first, "one more"))
    assert (found.letters, found.known) == (1, 3)
    assert opened == [envelope_id(one_more)]


def test_an_import_that_stops_goes_on_where_it_was(
    team: Team, unlocked: Desk, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_LETTERS_AT_ONCE", 4)
    made = [sealed(team.first, f"letter {n}") for n in range(10)]
    path = write_bundle(bundle_of(unlocked), *made)
    steps = import_steps(unlocked, path)
    size, found = next(steps)
    assert found.letters == 4
    assert size == sum(len(frame(one)) for one in made[:4])
    del steps
    opened = again(unlocked, desk)
    assert len(opened.letters) == 4
    passed: list[int] = []
    rest = import_bundle(opened, path, passed.append)
    assert (rest.letters, rest.known) == (6, 4)
    assert sum(passed) == sum(len(frame(one)) for one in made)
    opened.lock()


def test_a_failed_transaction_leaves_nothing_half(
    team: Team, unlocked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter whose files could not be kept is not kept either."""
    path = write_bundle(
        bundle_of(unlocked), sealed(team.first, "one", ("a", b"a")), sealed(team.first, "two")
    )
    before = set(unlocked.vault.records())
    real = importing._put
    puts: list[object] = []

    def fails(*given: object) -> None:
        puts.append(given)
        if len(puts) == 2:
            raise OSError
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "_put", fails)
    with pytest.raises(OSError):  # noqa: PT011  # there is one only
        import_bundle(unlocked, path)
    assert unlocked.letters == {}
    assert set(unlocked.vault.records()) == before
    assert list(unlocked.vault.large_records()) == []
    monkeypatch.undo()
    assert import_bundle(unlocked, path).letters == 2


def test_what_does_not_open_is_named_and_the_others_are_taken(team: Team, unlocked: Desk) -> None:
    good, bad = sealed(team.first, "good"), bytearray(sealed(team.first, "bad"))
    bad[-1] ^= 1
    for_bob = sealed(team.second, "for bob alone")
    found = take_in(unlocked, bytes(bad), good, for_bob)
    assert found.letters == 1
    assert {name: type(reason) for name, reason in found.refused} == {
        envelope_id(bytes(bad)): BodyDamaged,
        envelope_id(for_bob): NotForThisKey,
    }
    second = take_in(unlocked)
    assert [name for name, _ in second.refused] == [envelope_id(for_bob)]  # a newer keyset may open it
    assert second.known == 2


def test_a_bundle_that_is_cut_or_damaged_gives_what_is_whole(team: Team, unlocked: Desk) -> None:
    path = write_bundle(bundle_of(unlocked), *(sealed(team.first, f"{n}") for n in range(3)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    found = import_bundle(unlocked, path)
    assert (found.letters, found.truncated, found.damaged) == (2, True, False)
    broken = bytearray(whole)
    broken[17 + 2 * (len(whole) - 17) // 3] = 0xFF  # the third length
    path.write_bytes(broken)
    found = import_bundle(unlocked, path)
    assert (found.known, found.damaged) == (2, True)
    path.write_bytes(whole)
    assert import_bundle(unlocked, path).letters == 1


def test_what_is_no_bundle_is_said_to_be_none(unlocked: Desk, desk: Path) -> None:
    (desk / "diary").write_bytes(b"my diary, and nothing else")
    with pytest.raises(NotABundle):
        import_bundle(unlocked, desk / "diary")
    with pytest.raises(MissingFile):
        import_bundle(unlocked, desk / "nothing")


def test_decisions_of_others_come_with_the_letters(team: Team, unlocked: Desk) -> None:
    """A letter and what bob decided about it, in one bundle, the decision first."""
    one = sealed(team.first, "I would like to leave.")
    event = sign_event(
        signing_seed(team.bob),
        campaign="quit-ice",
        number=1,
        previous=bytes(16),
        day=days.today(),
        changes=(Change(ids([one])[0], "status", {"is": "open", "letters": 1}),),
    )
    stranger = sign_event(
        bytes(32),
        campaign="quit-ice",
        number=1,
        previous=bytes(16),
        day=days.today(),
        changes=event.changes,
    )
    found = take_in(unlocked, _team_letter(team, event.raw, stranger.raw, b"nonsense"), one)
    assert (found.letters, found.events, len(found.refused)) == (1, 1, 2)
    assert sorted(type(reason).__name__ for _, reason in found.refused) == [
        "EventFromStranger",
        "EventMalformed",
    ]
    assert status_of(unlocked, ids([one])[0]).name == "open"
    assert take_in(unlocked) == Imported(known=2)


def test_a_letter_that_only_says_it_is_the_teams_is_no_case(team: Team, unlocked: Desk) -> None:
    pretender = Letter("team", team.first.campaign, team.first.id, fields=(("kind", "please"),))
    found = take_in(unlocked, seal(pretender, team.first))
    assert len(found.refused) == 1
    assert unlocked.cases == {}
    assert take_in(unlocked).refused == []


def test_it_starts_as_it_is_filled(team: Team, unlocked: Desk) -> None:
    worker = Worker.new()
    take_in(unlocked, worker.writes_again(team.first, "Did you get my letter?"))
    assert unlocked.cases[worker.thread].kind == "request"
    assert dataclasses.asdict(Imported())["letters"] == 0


def _team_letter(team: Team, *events: bytes) -> bytes:
    attachments = tuple(Attachment("event", one) for one in events)
    made = Letter(
        "team", team.first.campaign, team.first.id, fields=(("kind", "events"),), attachments=attachments
    )
    return seal(made, team.first)
