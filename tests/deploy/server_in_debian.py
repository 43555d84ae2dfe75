"""A server that the installation set up in a Debian of its own, and its parts, run as their units say."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offramp.crypto.calendar import write_calendar
from offramp.crypto.keyset import Keyset
from offramp.server.layout import ServerFolder
from tests.app.campaign import TestCampaign, TestCourier
from tests.deploy.debian import Debian, stop
from tests.harness.children import tail, wait_for
from tests.harness.tor_process import assert_private
from tests.server.running import BINARY, answers, ask, submit

DATA: Final = "/var/lib/offramp"
SOCKETS: Final = "/run/offramp"
RUNNER: Final = "/root/as_systemd.py"
AS_TOR: Final = ("setpriv", "--reuid=debian-tor", "--regid=debian-tor", "--init-groups")
_ASKED: Final = {"intake": "/", "couriers": "/epoch"}


@dataclass
class ServerInDebian:
    """What the operator, the root key's holder and a courier have, and the Debian with the server."""

    debian: Debian
    campaign: TestCampaign = field(default_factory=TestCampaign)
    courier: TestCourier = field(default_factory=TestCourier)
    keyset: Keyset | None = None

    @property
    def folder(self) -> ServerFolder:
        """The server's folder, as this machine sees it."""
        return ServerFolder.at(self.debian.path(DATA), self.debian.path(SOCKETS))

    def offramp(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """The operator's command, typed as root."""
        return self.debian.run("offramp", *arguments, check=check)

    def set_up(self) -> None:
        """What an operator types after the installation, once.

        What knows the campaign may go on with the server in a copy of this Debian.
        """
        inputs = self.debian.path("/root/inputs")
        inputs.mkdir(mode=0o700)
        self.campaign.write_inputs(inputs)
        made = ("--campaign", "/root/inputs/campaign.toml", "--root", "/root/inputs/root.pub")
        self.offramp("server", "init", DATA, *made)
        self.campaign.onion = self.folder.intake_address.read_text().strip()
        self.keyset = self.campaign.keyset()
        (inputs / "calendar").write_bytes(write_calendar([self.keyset]))
        (inputs / "card").write_bytes(self.campaign.card().raw)
        (inputs / "carol.toml").write_bytes(self.courier.public_file)
        self.offramp("server", "add-calendar", DATA, "/root/inputs/calendar", "--card", "/root/inputs/card")
        self.offramp("server", "enroll-courier", DATA, "/root/inputs/carol.toml")

    def put_runner(self) -> None:
        """Bring in what runs units."""
        self.debian.path(RUNNER).write_bytes((Path(__file__).parent / "as_systemd.py").read_bytes())

    @contextlib.contextmanager
    def published(self, log: Path) -> Iterator[None]:
        """A tor without any network, set up as Debian's and our lines say, and the publisher, as its unit says."""
        offline = "DisableNetwork 1"
        assert_private([offline])
        self.debian.run("install", "-d", "-m", "02755", "-o", "debian-tor", "-g", "debian-tor", "/run/tor")
        # As root, tor makes its control socket when it is somebody else, which it does not without a network.
        defaults = self.debian.path("/usr/share/tor/tor-service-defaults-torrc").read_text()
        self.debian.path("/etc/tor/defaults").write_text(defaults.replace("User debian-tor\n", ""))
        files = ("--defaults-torrc", "/etc/tor/defaults", "-f", "/etc/tor/torrc", "--RunAsDaemon", "0")
        tor = ("tor", *files, f"--{offline.split()[0]}", "1", "--Log", "notice stdout")
        children = [self.debian.start(*AS_TOR, *tor, log=log)]
        try:
            wait_for("tor", self.debian.path("/run/tor/control").exists, seconds=60)
            children.append(self._start("publisher", log))
            wait_for("the publisher", lambda: "stay off the network" in tail(log), seconds=60)
            yield
        finally:
            for child in reversed(children):
                stop(child)

    @contextlib.contextmanager
    def running(self, log: Path) -> Iterator[None]:
        """Both web processes, as their units would run them; they ended when this returns."""
        self.put_runner()
        children = [self._start(side, log) for side in _ASKED]
        try:
            for child, side in zip(children, _ASKED, strict=True):
                path = self.socket(side)
                answering = lambda child=child, path=path, side=side: (  # noqa: E731
                    child.poll() is not None or (path.exists() and answers(path, _ASKED[side]))
                )
                wait_for(f"the {side}", answering, seconds=90)
                assert child.poll() is None, tail(log)
            yield
        finally:
            for child in children:
                stop(child)

    def socket(self, side: str) -> Path:
        """Where the intake or the couriers' side answers."""
        return self.folder.intake_socket if side == "intake" else self.folder.couriers_socket

    def send(self) -> bytes:
        """A letter, sealed and sent; its envelope."""
        assert self.keyset is not None
        envelope = self.campaign.seal(self.keyset)
        status, body = submit(self.folder.intake_socket, envelope)
        assert status == 201, body
        return envelope

    def fetch(self, ids: bytes) -> bytes:
        """What the couriers' side hands out for these ids."""
        host = self.folder.couriers_address.read_text().strip()
        epoch = bytes.fromhex(ask(self.folder.couriers_socket, "GET", "/epoch")[1].decode())
        signed = self.courier.sign(epoch, host, "POST", "/fetch", ids)
        headers = {"Host": host, "Authorization": signed, "Content_Type": BINARY}
        status, body = ask(self.folder.couriers_socket, "POST", "/fetch", ids, **headers)
        assert status == 200, body
        return body

    def _start(self, side: str, log: Path) -> subprocess.Popen[bytes]:
        unit = f"/etc/systemd/system/offramp-{side}.service"
        return self.debian.start("/usr/bin/python3", RUNNER, unit, log=log)
