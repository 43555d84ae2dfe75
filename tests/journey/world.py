"""A campaign, a server on a private Tor network, and its people's laptops, made by the commands that people type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offramp.campaign import DEFAULT_CAMPAIGN, translations_of
from offramp.crypto.board import read_descriptor
from offramp.crypto.bundle import BundleWriter
from offramp.crypto.card import CARD_LENGTH
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.opening import SOME_FAILED
from tests.harness.children import end_child, start_child, tail, wait_for
from tests.harness.private_tor import PrivateTor
from tests.server.running import ask

OFFRAMP = Path(sys.executable).with_name("offramp")
PASSPHRASE = "a passphrase of the tests"
_COMMAND_SECONDS = 240.0
_START_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended."""

    status: int
    output: str
    errors: str


NO_NETWORK = ("unshare", "--map-root-user", "--net")
"""Runs a command in an empty network namespace: not even the loopback is up."""


def offramp(*arguments: object, passphrase: bool = False, offline: bool = False) -> Done:
    """Run one `offramp` command; with `passphrase`, it gets the tests' passphrase as often as it asks."""
    command = [
        str(OFFRAMP),
        *(str(a) for a in arguments),
        *(["--passphrase-file", "-"] if passphrase else []),
    ]
    done = subprocess.run(
        [*NO_NETWORK, *command] if offline else command,
        input=f"{PASSPHRASE}\n" * 3,  # a root key has three shares
        capture_output=True,
        text=True,
        timeout=_COMMAND_SECONDS,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def must(done: Done) -> str:
    """The output of a command that succeeded."""
    assert done.status == 0, f"{done.output}\n{done.errors}"
    return done.output


class World:
    """Alice and Bob can open, Carla can fetch, Mallory was never enrolled.

    Organizers' desks use a copy of the campaign's folder; they and the root's laptop have no network.
    """

    def __init__(self, folder: Path, tor: PrivateTor) -> None:
        self.folder = folder
        self.tor = tor
        self.campaign = folder / "root-laptop"
        self.copy = folder / "copy"
        self.server_folder = folder / "server"
        self.log = folder / "server.log"
        self._make_campaign()
        self._make_server()
        self._child: subprocess.Popen[bytes] | None = None

    def laptop(self, name: str) -> Path:
        return self.folder / f"laptop-{name}"

    def _make_campaign(self) -> None:
        self.folder.mkdir(exist_ok=True)
        words = self.folder / "campaign.toml"
        for shipped in (DEFAULT_CAMPAIGN, *translations_of(DEFAULT_CAMPAIGN).values()):
            text = shipped.read_text()
            assert "rebuild_minutes = 60" in text
            text = text.replace("rebuild_minutes = 60", "rebuild_minutes = 1")
            (self.folder / shipped.name).write_text(text)
        must(offramp("campaign", "new", self.campaign, "--campaign", words, passphrase=True))
        self._bring_copy()
        for name in ("alice", "bob"):
            self.enroll(name)
        for name in ("carla", "mallory"):
            must(offramp("courier", "new", name, "--folder", self.laptop(name), passphrase=True))

    def _make_server(self) -> None:
        public = ["--campaign", self.campaign / "campaign.toml", "--root", self.campaign / "root.pub"]
        must(offramp("server", "init", self.server_folder, *public))
        must(
            offramp(
                "server", "enroll-courier", self.server_folder, self.laptop("carla") / "carla.courier.toml"
            )
        )
        self.sign_calendar()
        self.sign_manifest()
        # Alice has read what there is, which is nothing yet. The site takes letters when somebody has said so.
        BundleWriter(self.desk("alice") / "inbox.bundle").close()
        self.at_desk("alice", "import")
        self.at_desk("alice", "card")
        self.at_desk("alice", "pack", self.folder / "first.pack")
        self.add_calendar("--card", self.folder / "first.pack")
        must(offramp("server", "check", self.server_folder))

    def enroll(self, name: str) -> None:
        """A new organizer makes a desk, and the holder of the root key takes their keys in."""
        more = ("--organizer", name, "--campaign", self.copy)
        must(offramp("desk", "new", self.desk(name), *more, passphrase=True, offline=True))
        must(
            offramp(
                "organizer", "enroll", self.campaign, self.desk(name) / f"{name}.keys", "--yes", offline=True
            )
        )

    def sign_calendar(self) -> None:
        """Who opens letters in the weeks to come: on the server, and in the copy that desks use."""
        sign = ("calendar", "sign", self.campaign, "--onion", self.intake_address, "--yes")
        must(offramp(*sign, passphrase=True, offline=True))
        self._bring_copy()
        self.add_calendar()

    def sign_manifest(self) -> None:
        """What the server serves, file by file: on the server, and in the copy that desks use."""
        must(offramp("manifest", "sign", self.campaign, "--yes", passphrase=True, offline=True))
        self._bring_copy()
        must(offramp("server", "add-manifest", self.server_folder, self.campaign / "manifest"))

    def add_calendar(self, *more: object) -> None:
        """What the operator types with what came from the root's laptop."""
        must(offramp("server", "add-calendar", self.server_folder, self.campaign / "calendar", *more))

    def published_sequence(self) -> int:
        """The number of the keyset that the server hands out now."""
        status, body = ask(self.server_folder / "run" / "intake" / "intake.sock", "GET", "/keyset")
        assert status == 200
        return CampaignFolder(self.copy).trust().keyset(body[:-CARD_LENGTH]).sequence

    def _bring_copy(self) -> None:
        must(offramp("campaign", "copy", self.campaign, self.copy, offline=True))

    @property
    def intake_address(self) -> str:
        return (self.server_folder / "onion" / "intake.address").read_text().strip()

    @property
    def couriers_address(self) -> str:
        return (self.server_folder / "onion" / "couriers.address").read_text().strip()

    @property
    def page(self) -> str:
        return f"http://{self.intake_address}/"

    def start(self, *, own_tor: bool = False) -> None:
        """Run the server; returns when tor has published it."""
        way = self.own_tor("server") if own_tor else ("--control", self.tor.host.control_socket)
        command = [OFFRAMP, "serve", self.server_folder, "--onion", *way]
        self._child = start_child([str(word) for word in command], log=self.log)

        def published() -> bool:
            assert self._child is not None
            assert self._child.poll() is None, tail(self.log)
            return f"worker page: {self.page}" in self.log.read_text()

        wait_for("the server's word that it is published", published, seconds=_START_SECONDS)

    def stop(self) -> None:
        if self._child is not None:
            end_child(self._child, patience=20)
            self._child = None

    def pids(self) -> list[int]:
        """All processes of the server."""
        assert self._child is not None
        found, new = [self._child.pid], [self._child.pid]
        while new:
            new = [child for pid in new for child in _children(pid)]
            found += new
        return found

    def own_tor(self, whose: str) -> tuple[str | Path, ...]:
        """The options for a tor of one's own, in the private network."""
        options = self.tor.write_options(self.folder / "tor-options")
        return "--own-tor", self.folder / f"tor-{whose}", "--tor-options", options

    def fetch(self, courier: str, bundle: Path, *, own_tor: bool = False) -> Done:
        """What a courier types; the client's tor of the private network is the laptop's."""
        way = self.own_tor(courier) if own_tor else self._way()
        return offramp("fetch", "--bundle", bundle, *self._as_courier(courier), *way, passphrase=True)

    def push(self, courier: str, pack: Path) -> Done:
        """What a courier types to bring answers to the server."""
        return offramp("push", pack, *self._as_courier(courier), *self._way(), passphrase=True)

    def _as_courier(self, courier: str) -> tuple[str | Path, ...]:
        return "--key", self.laptop(courier) / f"{courier}.key", "--address", self.couriers_address

    def _way(self) -> tuple[str | Path, ...]:
        return "--socks", f"127.0.0.1:{self.tor.socks_port}", "--control", self.tor.client.control_socket

    def desk(self, organizer: str) -> Path:
        """An organizer's desk, with a bundle `inbox.bundle` that a courier fetches into."""
        return self.laptop(organizer) / "desk"

    def at_desk(self, organizer: str, command: str, *arguments: object) -> str:
        """What an organizer types there, on a machine without a network; the command's output."""
        desk = self.desk(organizer)
        return must(offramp(command, *arguments, "--desk", desk, passphrase=True, offline=True))

    def wait_for_rebuild(self) -> None:
        """Until the board has been made anew, by the server's own clock."""

        def build() -> int:
            return read_descriptor((self.server_folder / "board" / "descriptor").read_bytes()).build

        before = build()
        wait_for("the board's next build", lambda: build() > before, seconds=120)

    def open_all(self, organizer: str, bundle: Path, attachments: Path) -> list[dict[str, Any]]:
        """What an organizer finds in a bundle before anything of it is taken in; what does not open is left out."""
        words = ("open", bundle, "--desk", self.desk(organizer), "--json", "--attachments", attachments)
        done = offramp(*words, passphrase=True, offline=True)
        assert done.status in (0, SOME_FAILED), done.errors
        return [json.loads(line) for line in done.output.splitlines()]


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from (int(word) for word in task.read_text().split())


def memory_of(pid: int) -> Iterator[bytes]:
    """Every readable mapping of a process, one after another."""
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, access, *_ = line.split()
            if "r" not in access or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = (int(number, 16) for number in span.split("-"))
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except OSError:  # a mapping of a device, or gone meanwhile
                continue


def files_of(folder: Path) -> Iterator[bytes]:
    """The bytes of every file in a folder."""
    for name, _, files in os.walk(folder):
        for file in files:
            path = Path(name) / file
            if path.is_file():
                yield path.read_bytes()
