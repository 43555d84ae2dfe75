"""Plays a transcript: what a person types, and what must come back, to the letter.

# words for the reader
+ verb arguments         sets the stage: a method of Stage
$ offramp command        run in an empty folder; $NAME is what the stage has set
< a line                 typed in answer to the command's questions
a line of output         where <words in brackets> stands for whatever is there
! a line of errors
= 1                      the exit status, where it is not 0
"""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import sys
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from click.testing import CliRunner

from offramp import cli
from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.envelope import envelope_id
from offramp.crypto.key_list import read_key_list
from offramp.crypto.letter import Letter
from offramp.crypto.pack import EnvelopePost, read_pack
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.desk import Desk
from offramp.desk.handing.adviser_desk import make_adviser_desk
from offramp.desk.inbox import load_keysets
from offramp.desk.root.calendars import plan, write
from offramp.desk.schedule import in_force
from tests.desk.fake_server import FakeServer, all_is_well, fake_socks, kept, ok, status
from tests.desk.team import (
    COURIERS,
    INTAKE,
    PASSPHRASE,
    Worker,
    letter,
    make_team,
    new_desk_folder,
    sealed,
    with_card,
    write_bundle,
    write_weeks_keys,
)

TODAY = "2026-12-01"
"""A Tuesday."""


@dataclass
class Step:
    """One command of a transcript, and what must come of it."""

    command: str
    typed: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    status: int = 0


def parse(text: str) -> list[Step]:
    steps: list[Step] = []
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "#" or (not line and (not steps or steps[-1].command.startswith("+"))):
            continue
        if mark in ("$", "+"):
            steps.append(Step(line if mark == "+" else rest))
        elif mark == "=":
            steps[-1].status = int(rest)
        else:
            kinds = {"<": steps[-1].typed, "!": steps[-1].errors}
            kinds.get(mark, steps[-1].output).append(rest if mark in kinds else line)
    return steps


def matches(expected: list[str], got: str) -> bool:
    """Line by line; empty lines at the end separate the steps of a transcript and do not count."""
    wanted, lines = _lines("\n".join(expected)), _lines(got)
    patterns = (re.sub(r"<[a-z ]+>", ".+", re.escape(line).replace(r"\ ", " ")) for line in wanted)
    return len(wanted) == len(lines) and all(map(re.fullmatch, patterns, lines))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


class Stage:
    """The folder, the servers and the variables of one transcript, which begins on TODAY."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = contextlib.ExitStack()
        self._variables = {"INTAKE": INTAKE, "COURIERS": COURIERS}
        self._last = ""

    def __enter__(self) -> Self:
        self._open.enter_context(contextlib.chdir(self._folder))
        self.day(TODAY)
        self._team = make_team()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def play(self, step: Step) -> None:
        """Run a step; AssertionError with both sides where it does not go as it is written."""
        words = shlex.split(self._filled(step.command))
        if words[0] == "+":
            getattr(self, words[1].replace("-", "_"))(*words[2:])
            return
        assert words[0] == "offramp", step.command
        typed = "".join(f"{line}\n" for line in step.typed)
        result = CliRunner().invoke(cli.offramp, words[1:], input=typed)
        self._last = result.stdout
        went = f"$ {step.command}\n{result.stdout}" + "".join(
            f"! {line}\n" for line in result.stderr.splitlines()
        )
        went += f"= {result.exit_code}"
        assert matches(list(map(self._filled, step.output)), result.stdout), went
        assert matches(list(map(self._filled, step.errors)), result.stderr), went
        assert result.exit_code == step.status, went
        assert result.exception is None or isinstance(result.exception, SystemExit), went

    def _filled(self, line: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda name: self._variables[name[1]], line)

    # What a transcript may set up.

    def passphrase(self, name: str, *words: str) -> None:
        Path(name).write_text(" ".join(words) + "\n" if words else f"{PASSPHRASE}\n")

    def team(self) -> None:
        self._team.write(self._folder)

    def desk(self, name: str, folder: str, *settings: str) -> None:
        """A desk for alice or bob, who open what `letters` and the others seal, with nothing to be warned of.

        Settings are as in desk.toml: courier_key=carla.key.
        """
        key = {"alice": self._team.alice, "bob": self._team.bob}[name]
        said = dict(one.split("=", 1) for one in settings)
        campaign = CampaignFolder(Path("campaign"))
        new_desk_folder(Path(folder), campaign, name, key, **said)
        with_card(Desk.unlock(Path(folder, "vault"), PASSPHRASE, campaign)).lock()

    def adviser(self, name: str, folder: str) -> None:
        """An adviser's desk that has joined the campaign; its card is in the folder."""
        make_adviser_desk(Path(folder), name, PASSPHRASE, {"passphrase_file": "pw", "campaign": "campaign"})

    def new_campaign(self) -> None:
        """A campaign's folder in which nothing is signed yet; passphrases are in pw."""
        self.passphrase("pw")
        Path("campaign").mkdir()
        make_campaign_folder(Path("campaign"), DEFAULT_CAMPAIGN.read_bytes(), self._team.root)

    def enrolled(self, *names: str) -> None:
        """The root laptop has these key lists."""
        for name in names:
            folder = CampaignFolder(Path("campaign"))
            folder.enroll(read_key_list(Path(name).read_bytes(), campaign=folder.campaign().id))

    def calendar(self, first: str, count: str) -> None:
        """The root laptop signs so many weeks from that one, for everybody who is enrolled."""
        folder, root = CampaignFolder(Path("campaign")), self._team.root
        day = date.fromisoformat(first)
        write(folder, plan(folder, onion=INTAKE, first=day, count=int(count)).sign(root))

    def writes_today(self, name: str, variable: str, *words: str) -> None:
        """A bundle with a letter that the page seals today; $VARIABLE is its id."""
        trust = CampaignFolder(Path("campaign")).trust()
        keyset = in_force(load_keysets(Path("campaign", "keysets"), trust), days.now())
        assert keyset is not None
        self._bundle(Path(name), **{variable: sealed(keyset, " ".join(words))})

    def letters(self, name: str) -> None:
        """A bundle with one ordinary letter and one that means harm; $ORDINARY and $HARMFUL are their ids."""
        ordinary = sealed(
            self._team.first, "I am an analyst.\nI would like to leave.", ("Résumé.pdf", b"%PDF-")
        )
        harmful = sealed(self._team.first, "\x1b[2Jgone\nEnd of \u202eeverything", ("../../.bashrc", b"rm"))
        self._bundle(Path(name), ORDINARY=ordinary, HARMFUL=harmful)

    def others_letters(self, name: str) -> None:
        """A bundle with a letter that alice can open, one for bob alone, and one that was changed."""
        changed = bytearray(sealed(self._team.first))
        changed[-1] ^= 1
        mine, bobs = sealed(self._team.first, "for both"), sealed(self._team.second)
        self._bundle(Path(name), MINE=mine, BOBS=bobs, CHANGED=bytes(changed))

    def _bundle(self, path: Path, **envelopes: bytes) -> None:
        path.parent.mkdir(exist_ok=True)
        write_bundle(path, *envelopes.values())
        self._variables |= {name: envelope_id(one).hex() for name, one in envelopes.items()}

    def worker(self, name: str, *words: str) -> None:
        """A bundle with a letter that wants an answer; $FIRST is its id, $THREAD the conversation's."""
        self._worker = Worker.new()
        self._bundle(Path(name), FIRST=self._worker.asks(self._team.first, " ".join(words)))
        self._variables |= {"THREAD": self._worker.thread.hex(), "BEGINNING": self._worker.thread.hex()[:8]}

    def writes_again(self, name: str, read: str, *words: str) -> None:
        """The same person writes, who has read so many answers; $AGAIN is the id."""
        again = self._worker.writes_again(self._team.first, " ".join(words), read=read)
        self._bundle(Path(name), AGAIN=again)

    def poses(self, name: str, *words: str) -> None:
        """Somebody writes under the same thread with a reply key of their own."""
        other = Worker(self._worker.thread, Worker.new().reply_key)
        self._bundle(Path(name), POSER=other.asks(self._team.first, " ".join(words)))

    def wants_no_answer(self, name: str, *words: str) -> None:
        """$NONE is the id of a letter without a thread."""
        self._bundle(Path(name), NONE=sealed(self._team.first, " ".join(words)))

    def offers(self, name: str, *words: str) -> None:
        """A bundle with an offer; $OFFER is its id."""
        said = replace(letter(self._team.first, " ".join(words)), purpose="offer")
        self._bundle(Path(name), OFFER=seal(said, self._team.first))

    def pastes(self, name: str, variable: str, file: str, *words: str) -> None:
        """A bundle with an offer into which this file was pasted as an adviser's key; $VARIABLE is its id."""
        key = ("adviser_key", Path(file).read_text())
        said = letter(self._team.first, " ".join(words))
        said = replace(said, purpose="offer", fields=(*said.fields, key))
        self._bundle(Path(name), **{variable: seal(said, self._team.first)})

    def writes(self, name: str, purpose: str, variable: str, *said: str) -> None:
        """A bundle with a letter of these fields, such as help=Résumé,Interviews; $VARIABLE is its id."""
        fields = [(field, *values.split(",")) for field, _, values in (one.partition("=") for one in said)]
        one = Letter(purpose, self._team.first.campaign, self._team.first.id, fields=tuple(fields))
        envelope = seal(one, self._team.first)
        self._bundle(Path(name), **{variable: envelope})
        self._variables[f"{variable}SHORT"] = envelope_id(envelope).hex()[:8]

    def this_weeks_keys(self, name: str) -> None:
        """What the site's /keyset gives today: the newest keyset, and a card."""
        write_weeks_keys(Path(name), self._team.second, self._team.root)

    def sealed_files(self, bundle: str, *names: str) -> None:
        """A bundle with files that were sealed; $SEALED is the first one's id."""
        envelopes = [Path(name).read_bytes() for name in names]
        write_bundle(Path(bundle), *envelopes)
        self._variables["SEALED"] = envelope_id(envelopes[0]).hex()

    def first_word(self, variable: str, place: str = "0") -> None:
        """From now on $VARIABLE is the first word of the last command's output, or the one at this place."""
        self._variables[variable] = self._last.split()[int(place)]

    def found(self, pattern: str, name: str) -> None:
        """The one file whose name is like this gets another name."""
        (path,) = Path().glob(pattern)
        path.rename(name)

    def worker_finds(self, *wanted: str) -> None:
        """These answers are what the person can open of all that was pushed to the server, in order."""
        found = self._worker.finds(self._server.replies)
        assert [f"{one.number} {one.text}" for one in found] == list(wanted), found

    def courier_carries(self, pack: str, bundle: str) -> None:
        """The envelopes of a pack, as the server gives them to every courier."""
        posts = read_pack(Path(pack))
        write_bundle(Path(bundle), *(post.envelope for post in posts if isinstance(post, EnvelopePost)))

    def day(self, text: str) -> None:
        """From now on this is today."""
        usual, noon = days.now, datetime.fromisoformat(f"{text} 12:00+00:00").timestamp()
        self._open.callback(setattr, days, "now", usual)
        days.now = lambda: noon

    def weeks_later(self, count: str) -> None:
        """So many weeks pass."""
        self.day((days.today() + timedelta(weeks=int(count))).isoformat())

    def folder(self, name: str) -> None:
        Path(name).mkdir()

    def file(self, name: str, size: str) -> None:
        Path(name).write_bytes(b"x" * int(size))

    def cut(self, name: str, size: str) -> None:
        path = Path(name)
        path.write_bytes(path.read_bytes()[: -int(size)])

    def text(self, name: str, *words: str) -> None:
        Path(name).write_text(" ".join(words) + "\n")

    def copy(self, source: str, target: str) -> None:
        Path(target).write_bytes(Path(source).read_bytes())

    def replace(self, name: str, old: str, new: str) -> None:
        path = Path(name)
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def remove(self, name: str) -> None:
        Path(name).unlink()

    def server(self, name: str, count: str = "3") -> None:
        """A couriers' side with so many envelopes."""
        self._server = FakeServer(
            Path(name), *(sealed(self._team.first, f"letter {n}") for n in range(int(count)))
        )
        self._open.callback(self._server.close)

    def server_says(self, path: str, *line: str) -> None:
        """From now on the server answers so."""
        self._server.answers[path] = lambda _: status(" ".join(line))

    def server_is_older(self) -> None:
        """It does not say how it does."""
        said = json.loads(all_is_well())
        del said["health"]
        self._server.answers["/status"] = lambda _: ok(json.dumps(said).encode())

    def server_gives_nothing(self) -> None:
        from tests.desk.fake_server import bundle

        self._server.answers["/fetch"] = lambda _: bundle()

    def server_is_honest(self) -> None:
        """From now on the server answers as it should."""
        self._server.answers |= self._server.honest

    def server_keeps_nothing(self) -> None:
        self._server.answers["/push"] = lambda _: kept(0)

    def tor_replies(self, code: str) -> None:
        """$TOR is a SOCKS port that gives this reply, such as f4."""
        port, _ = self._open.enter_context(fake_socks(reply=int(code, 16)))
        self._variables["TOR"] = f"127.0.0.1:{port}"

    def not_tor(self) -> None:
        """$TOR is a port where something else answers."""
        port, _ = self._open.enter_context(fake_socks(greeting=b"HTTP/1.1 400 Bad Request\r\n"))
        self._variables["TOR"] = f"127.0.0.1:{port}"

    def tor_reaches(self, name: str) -> None:
        """$TOR is a SOCKS port that carries everything to this unix socket."""
        port, _ = self._open.enter_context(fake_socks(target=Path(name).absolute()))
        self._variables["TOR"] = f"127.0.0.1:{port}"


def error_in_hand() -> str:
    """The name of the error that is being handled."""
    kind = sys.exc_info()[0]
    return kind.__name__ if kind else ""
