"""A desk that answers: alice's, with one person's letter in its bundle."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.answer import Answer, read_long_text
from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import ParcelPost, Post, ReplyPost, TakenBack, read_pack
from offramp.crypto.parcel_sealing import open_parcel
from tests.desk.team import COURIERS, Team, Worker, write_bundle


@dataclass(frozen=True, slots=True)
class AnsweringDesk:
    """The folder `desk` in `place`, and the person who wrote to it."""

    place: Path
    team: Team
    worker: Worker
    first: str
    """The id of their first letter, in hexadecimal."""

    @property
    def folder(self) -> Path:
        return self.place / "desk"

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox.pack"

    @property
    def sent(self) -> Path:
        return self.folder / "sent.bundle"

    def run(self, *words: str, typed: str = "") -> Result:
        """A command, which may refuse; it never ends with a traceback."""
        result = CliRunner().invoke(offramp, [*words, "--desk", "desk"], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def answer(self, text: str, *words: str, whom: str = "") -> Result:
        """Answer the person, without being asked."""
        (self.place / "text").write_text(text)
        result = self.run("answer", whom or self.first, "--text", "text", "--yes", *words)
        assert result.exit_code == 0, result.stderr
        return result

    def thread(self, *words: str, whom: str = "") -> dict[str, Any]:
        result = self.run("thread", whom or self.first, "--json", *words)
        assert result.exit_code == 0, result.stderr
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def arrives(self, *envelopes: bytes) -> None:
        write_bundle(self.folder / "inbox.bundle", *envelopes)

    def posts(self) -> list[Post]:
        """What is in the outbox."""
        return list(read_pack(self.outbox)) if self.outbox.exists() else []

    def taken_back(self) -> set[bytes]:
        return {one.id for one in self.posts() if isinstance(one, TakenBack)}

    def readable(self) -> list[tuple[int, str, list[tuple[str, bytes]]]]:
        """Number, text and files of each answer that the person could read if all of the outbox were pushed."""
        posts = self.posts()
        parcels = {one.id: one.parcel for one in posts if isinstance(one, ParcelPost)}
        found = self.worker.finds(one.reply for one in posts if isinstance(one, ReplyPost))
        return [_opened(answer, parcels) for answer in found]


def _opened(answer: Answer, parcels: dict[bytes, bytes]) -> tuple[int, str, list[tuple[str, bytes]]]:
    files = [(one.name, open_parcel(parcels[one.id], one.key, one.size)) for one in answer.parcels]
    text = answer.text
    if files and not files[0][0]:
        text = read_long_text(files.pop(0)[1])
    return answer.number, text, files


def make_desk(place: Path, team: Team, *, key: str = "alice.key", more: Iterable[str] = ()) -> AnsweringDesk:
    """`place` has the team's files, and is the working folder."""
    worker = Worker.new()
    first = worker.asks(team.first, "I am an analyst.", ("cv.pdf", b"%PDF-"))
    words = ["desk", "new", "desk", "--campaign", "campaign", "--organizer-key", key]
    words += ["--courier-key", "carla.key", "--address", COURIERS, "--passphrase-file", "pw"]
    words += ["--unix-socket", "couriers.sock", *more]
    assert CliRunner().invoke(offramp, words).exit_code == 0
    write_bundle(place / "desk" / "inbox.bundle", first)
    return AnsweringDesk(place, team, worker, envelope_id(first).hex())
