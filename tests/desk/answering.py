"""A desk that answers: alice's, with one person's letter in its vault."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.answer import Answer, read_long_text
from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import EnvelopePost, ParcelPost, Post, ReplyPost, TakenBack, read_pack
from offramp.crypto.parcel_sealing import open_parcel
from offramp.desk.answers.conversation import Conversation, conversation
from offramp.desk.answers.kept import KeptAnswer
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.packing import fill
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases.finding import find_case
from offramp.desk.cases.importing import import_bundle
from offramp.desk.desk import Desk
from tests.desk.team import COURIERS, PASSPHRASE, Team, Worker, make_keyset, new_desk_folder, write_bundle


@dataclass(frozen=True, slots=True)
class AnsweringDesk:
    """The folder `desk` in `place`, or another, and the person who wrote to it."""

    place: Path
    team: Team
    worker: Worker
    first: str
    """The id of their first letter, in hexadecimal."""
    name: str = "desk"

    @property
    def folder(self) -> Path:
        return self.place / self.name

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox.pack"

    @property
    def vault(self) -> Path:
        return self.folder / "vault"

    def run(self, *words: str, typed: str = "") -> Result:
        """A command, which may refuse; it never ends with a traceback."""
        result = CliRunner().invoke(offramp, [*words, "--desk", self.name], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    @contextlib.contextmanager
    def unlocked(self) -> Iterator[Desk]:
        """The desk itself, for what is quicker without a command."""
        desk = Desk.unlock(self.vault, PASSPHRASE, CampaignFolder(self.place / "campaign"))
        try:
            yield desk
        finally:
            desk.lock()

    def answer(self, text: str, *words: str, whom: str = "") -> Result:
        """Answer the person, without being asked."""
        (self.place / "text").write_text(text)
        result = self.run("answer", whom or self.first, "--text", "text", "--yes", *words)
        assert result.exit_code == 0, result.stderr
        return result

    def conversation(self, whom: str = "") -> Conversation:
        with self.unlocked() as desk:
            return conversation(desk, find_case(desk, whom or self.first))

    def answers(self) -> list[KeptAnswer]:
        """What was answered to the person."""
        return list(self.conversation().answers)

    def arrives(self, *envelopes: bytes) -> None:
        """A courier brought these, and they were imported."""
        write_bundle(self.folder / "inbox.bundle", *envelopes)
        with self.unlocked() as desk:
            import_bundle(desk, self.folder / "inbox.bundle")

    def fill(self) -> None:
        """Bring the outbox to what the vault says."""
        with self.unlocked() as desk, opened_outbox(self.outbox) as outbox:
            fill(desk, outbox)

    def tells(self, other: AnsweringDesk) -> None:
        """What was decided here comes to another organizer's desk, by way of the server."""
        self.fill()
        posts = list(read_pack(self.outbox))
        other.arrives(*(one.envelope for one in posts if isinstance(one, EnvelopePost)))

    def posts(self) -> list[Post]:
        """What is in the outbox, but for what the other organizers are to hear of."""
        found = list(read_pack(self.outbox)) if self.outbox.exists() else []
        return [one for one in found if not isinstance(one, EnvelopePost)]

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


def make_desk(place: Path, team: Team, **more: str) -> AnsweringDesk:
    """Alice's. `place` has the team's files, and is the working folder."""
    worker = Worker.new()
    first = worker.asks(team.first, "I am an analyst.", ("cv.pdf", b"%PDF-"))
    settings = {"courier_key": "carla.key", "address": COURIERS, "unix_socket": "couriers.sock", **more}
    campaign = CampaignFolder(Path("campaign"))
    new_desk_folder(Path("desk"), campaign, "alice", team.alice, passphrase_file="pw", **settings)
    desk = AnsweringDesk(place, team, worker, envelope_id(first).hex())
    desk.arrives(first)
    return desk


def another_desk(desk: AnsweringDesk, name: str = "bob") -> AnsweringDesk:
    """Another organizer's, with the same letters, and a keyset for both of them that is newer than the others."""
    campaign = CampaignFolder(desk.place / "campaign")
    team = desk.team
    campaign.add_keyset(make_keyset(team.root, [team.alice.public, team.bob.public], before=team.second))
    key = {"alice": team.alice, "bob": team.bob}[name]
    new_desk_folder(Path(name), CampaignFolder(Path("campaign")), name, key, passphrase_file="pw")
    other = AnsweringDesk(desk.place, desk.team, desk.worker, desk.first, name)
    (other.folder / "inbox.bundle").write_bytes((desk.folder / "inbox.bundle").read_bytes())
    other.arrives()
    return other
