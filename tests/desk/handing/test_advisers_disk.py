"""An adviser's desk holds nothing outside the hand-off: its whole disk is searched for the rest of the case."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.handoff import open_hand_off
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment
from offramp.crypto.opening import OpeningKey
from offramp.desk import days
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.writing import write_answer
from offramp.desk.campaign_folder import CampaignFolder, copy_public
from offramp.desk.cases.triage import add_note, assign
from offramp.desk.desk import ME, Desk, Person
from offramp.desk.handing.advisers import enroll, vet
from offramp.desk.handing.cards import read_card
from offramp.desk.handing.handing_over import hand_over
from offramp.desk.handing.parts import parts_of
from offramp.desk.vault.vault import HOUSE, Vault
from tests.desk.handing.cast import Cast, request
from tests.desk.team import PASSPHRASE, Worker

MESSAGE = "canary-message: I write reports all day."
FILE = b"%PDF- canary-bytes-of-the-chosen-file"
CHOSEN = {"message", "help", "file1"}


def letters(worker: Worker, keyset: Keyset) -> tuple[bytes, bytes]:
    files = (
        Attachment("canary-name Jane Roe.pdf", FILE),
        Attachment("b.pdf", b"canary-bytes-of-the-other-file"),
    )
    first = request(worker, keyset, ("languages", "canary-language"), files=files)
    again = worker.writes_again(keyset, "canary-follow-up", ("c.pdf", b"canary-bytes-of-a-later-file"))
    return first, again


@pytest.fixture
def rest(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A case with everything that one can have; what must not be on the adviser's disk, by what it is."""
    monkeypatch.setattr("tests.desk.handing.cast.FIELDS", _fields())
    cast.worker = Worker.new()
    cast.case = cast.worker.thread
    cast.arrives(*letters(cast.worker, cast.team.first))
    add_note(cast.alice, cast.case, "canary-note")
    assign(cast.alice, [cast.case], "bob")
    with opened_outbox(cast.place / "outbox.pack") as outbox:
        sent = Attachment("canary-our-file-name.pdf", b"canary-bytes-of-our-file")
        write_answer(cast.alice, cast.case, "canary-answer", (sent,), outbox)
    ids = {"thread": cast.case, "reply key": cast.worker.reply_key, "offer": cast.offer}
    case = cast.alice.cases[cast.case]
    ids |= {f"letter {number}": letter.id for number, letter in enumerate(case.letters)}
    ids |= {f"event {number}": name for number, name in enumerate(cast.alice.events)}
    ids |= {f"part {n}": part.name.encode() for n, part in enumerate(parts_of(cast.alice, cast.case))}
    found = dict(ids)
    found |= {f"{name} in hexadecimal": value.hex().encode() for name, value in ids.items()}
    found |= {f"{name}, its beginning": value.hex()[:12].encode() for name, value in ids.items()}
    words = (
        *(
            "canary-contact",
            "canary-language",
            "canary-name",
            "Jane",
            "canary-bytes-of-the-other",
            "canary-follow-up",
        ),
        *(
            "canary-bytes-of-a-later",
            "canary-note",
            "canary-answer",
            "canary-our-file-name",
            "canary-bytes-of-our",
        ),
        *("CBP", "Investigation or analysis", "Midwest", "I edit for a living"),
    )
    return found | {word: word.encode() for word in words}


def _fields() -> tuple[tuple[str, ...], ...]:
    from tests.desk.handing.cast import FIELDS

    return (("message", MESSAGE), *FIELDS[1:])


class Laptop:
    """An adviser's: a folder that is the whole disk, with a home and a place for temporary files in it."""

    def __init__(self, disk: Path, campaign: Path, passphrase: Path) -> None:
        self.disk, self._campaign, self._passphrase = disk, campaign, passphrase
        for name in ("home", "tmp", "work"):
            (disk / name).mkdir(parents=True)
        copy_public(CampaignFolder(campaign), disk / "work" / "campaign")
        self.work = disk / "work"

    def run(self, *words: str) -> str:
        """A command in a process of its own, as the adviser runs it."""
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "offramp.cli",
                *words,
                "--desk",
                "desk",
                "--passphrase-file",
                self._passphrase,
            ],
            cwd=self.work,
            env=os.environ | {"HOME": str(self.disk / "home"), "TMPDIR": str(self.disk / "tmp")},
            check=True,
            text=True,
            capture_output=True,
        )
        return done.stdout

    def files(self) -> Iterator[tuple[str, bytes]]:
        """All bytes on the disk, and all names, but for what the campaign tells everybody."""
        for path in sorted(self.disk.rglob("*")):
            yield f"name of {path.name}", str(path.relative_to(self.disk)).encode()
            if path.is_file() and not self._is_public(path):
                yield path.name, path.read_bytes()

    def _is_public(self, path: Path) -> bool:
        """The form names every agency and every region there is."""
        copies = (self.work / "campaign", self.work / "desk" / "campaign")
        originals = [self._campaign / path.relative_to(copy) for copy in copies if path.is_relative_to(copy)]
        return any(one.read_bytes() == path.read_bytes() for one in originals)

    def opened(self) -> Iterator[tuple[str, bytes]]:
        """All that the adviser's passphrase opens: every record of the vault, large or not, and the file."""
        vault = Vault.open(self.work / "desk" / "vault", PASSPHRASE)
        for record in (*vault.records(), *vault.large_records()):
            whole = b"\n".join((record.room, record.kind.encode(), record.name, record.value))
            yield f"record {record.kind}", whole
        vault.close()

    def key(self) -> OpeningKey:
        """The adviser's, as whoever has the passphrase gets it."""
        vault = Vault.open(self.work / "desk" / "vault", PASSPHRASE)
        me = Person.from_bytes(vault.get(HOUSE, ME, b"") or b"")
        vault.close()
        return me.key


@pytest.fixture
def laptop(cast: Cast) -> Laptop:
    (cast.place / "pw").write_text(f"{PASSPHRASE}\n")
    laptop = Laptop(cast.place / "disk", cast.place / "campaign", cast.place / "pw")
    words = ("adviser", "new", "dana", "--desk", str(laptop.work / "desk"))
    made = CliRunner().invoke(
        offramp,
        [*words, "--campaign", str(laptop.work / "campaign"), "--passphrase-file", "-"],
        input=f"{PASSPHRASE}\n",
    )
    assert made.exit_code == 0, made.output
    return laptop


def handed_over(cast: Cast, laptop: Laptop) -> bytes:
    """Chosen parts on the adviser's laptop; the file."""
    (card,) = laptop.disk.rglob("dana.adviser.toml")
    vet(cast.alice, cast.offer, "vetted")
    enroll(cast.alice, cast.offer, read_card(card))
    first = next(one.id for one in cast.alice.cases[cast.case].letters if one.purpose == "help").hex()[:12]
    names = {f"{name}@{first}" for name in CHOSEN}
    _, file = hand_over(cast.alice, cast.case, cast.offer, names)
    (laptop.work / "ho-1.offramp").write_bytes(file)
    return file


def test_the_adviser_holds_the_chosen_parts_and_nothing_else(
    cast: Cast, rest: dict[str, bytes], laptop: Laptop
) -> None:
    file = handed_over(cast, laptop)
    laptop.run("receive", "ho-1.offramp")
    name = laptop.run("handed").split()[0]
    shown = laptop.run("handed", name, "--attachments", "files")
    (laptop.work / "text").write_text("Try the newspapers.")
    laptop.run("draft", name, "--text", "text")

    opened = [*laptop.opened(), ("the file", open_hand_off(file, laptop.key())), ("shown", shown.encode())]
    everything = [*laptop.files(), *opened]
    for what, canary in rest.items():
        assert [where for where, held in everything if canary in held] == [], what
    # And the search finds what is there: the chosen parts, but only with the passphrase.
    for canary in (MESSAGE.encode(), FILE):
        assert any(canary in held for where, held in opened if where == "record handed")
    unsealed = {where for where, held in laptop.files() if MESSAGE.encode() in held or FILE in held}
    assert {one for one in unsealed if not one.endswith(".pdf")} == set()


def test_after_the_last_day_nothing_of_it_is_left(
    cast: Cast, rest: dict[str, bytes], laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over(cast, laptop)
    laptop.run("receive", "ho-1.offramp")
    (laptop.work / "ho-1.offramp").unlink()
    held = {kind for kind, _ in laptop.opened()}
    assert held == {"record me", "record handed", "record handed_summary"}

    today = days.today()
    monkeypatch.setattr(days, "today", lambda: today + timedelta(days=31))
    campaign = CampaignFolder(laptop.work / "campaign")
    Desk.unlock(laptop.work / "desk" / "vault", PASSPHRASE, campaign).lock()
    assert [kind for kind, _ in laptop.opened()] == ["record me"]
