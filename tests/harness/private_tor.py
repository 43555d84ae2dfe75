"""A whole Tor network on 127.0.0.1: an authority, five relays, a host for onions, a client.

    with PrivateTor() as network:
        Publisher(str(network.host.control_socket), …)
        … fetch through 127.0.0.1:{network.socks_port}

It is ready after 10 to 20 seconds. No process of it can reach the public network (`assert_private`), and all of
them end with the process that made it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness.children import tail, wait_for
from tests.harness.tor_process import TorProcess, assert_private, free_port, tor_binary

_RELAYS = 5
_BANDWIDTH = 1_000_000
_VOTING_SECONDS = 300
_VOTE_HEADROOM = 5
"""Seconds from now to a consensus: two for votes, two for signatures, one to spare."""
_STEP_SECONDS = 90.0
_BOOTSTRAP_SECONDS = 120.0
_KEY_SECONDS = 60.0

_RELAY_LINES = (
    "Address 127.0.0.1",
    "AssumeReachable 1",
    "ExitRelay 0",
    "SocksPort 0",
    "NumCPUs 1",
    "DirCache 1",
    "FetchDirInfoEarly 1",
    "FetchDirInfoExtraEarly 1",
    "MaxMemInQueues 256 MB",
    "ContactInfo none",
)
_AUTHORITY_LINES = (
    "AuthoritativeDirectory 1",
    "V3AuthoritativeDirectory 1",
    f"TestingV3AuthInitialVotingInterval {_VOTING_SECONDS} seconds",
    "TestingV3AuthInitialVoteDelay 2 seconds",
    "TestingV3AuthInitialDistDelay 2 seconds",
    f"V3AuthVotingInterval {_VOTING_SECONDS} seconds",
    "V3AuthVoteDelay 2 seconds",
    "V3AuthDistDelay 2 seconds",
    "TestingAuthDirTimeToLearnReachability 0 seconds",
    "TestingMinExitFlagThreshold 0",
    "TestingDirAuthVoteGuard *",
    "TestingDirAuthVoteHSDir *",
    "MinUptimeHidServDirectoryV2 0 minutes",
)


class PrivateTor:
    """The network; it stands when the constructor returns. `log` gets a line for each step."""

    def __init__(self, log: Callable[[str], None] | None = None) -> None:
        self._say = log or _to_stderr
        self._started = time.monotonic()
        self.folder = Path(tempfile.mkdtemp(prefix="offramp-tor-"))
        self.processes: list[TorProcess] = []
        try:
            self._set_up()
        except BaseException as error:
            self._say(f"private tor network: {error}\n{self.logs()}")
            self.close()
            raise

    @property
    def socks_port(self) -> int:
        """The client's SOCKS port on 127.0.0.1; it isolates by login, and answers with extended errors."""
        return self._socks_port

    def _set_up(self) -> None:
        self._progress("making the authority's keys")
        or_port, dir_port = free_port(), free_port()
        authority_folder = self.folder / "authority"
        v3_identity = _make_authority_keys(authority_folder, dir_port)
        fingerprint = _make_relay_keys(authority_folder)
        self._common = (
            "TestingTorNetwork 1",
            f"DirAuthority auth0 orport={or_port} no-v2 v3ident={v3_identity} 127.0.0.1:{dir_port} {fingerprint}",
            "PathsNeededToBuildCircuits 0.6",
            "UseDefaultFallbackDirs 0",
        )
        self.authority = self._tor(
            "authority",
            f"ORPort 127.0.0.1:{or_port} IPv4Only",
            f"DirPort 127.0.0.1:{dir_port}",
            "Nickname auth0",
            *_RELAY_LINES,
            *_AUTHORITY_LINES,
        )
        self.relays = [self._relay(number) for number in range(_RELAYS)]
        self.host = self._tor("host", "SocksPort 0")
        self.client = self._tor("client", "SocksPort auto IsolateSOCKSAuth ExtendedErrors")
        self._start_relays()
        self._start_ends()

    def _tor(self, name: str, *lines: str) -> TorProcess:
        process = TorProcess(name, self.folder / name, [*self._common, *lines])
        self.processes.append(process)
        return process

    def _relay(self, number: int) -> TorProcess:
        port = free_port()
        name = f"relay{number}"
        return self._tor(name, f"ORPort 127.0.0.1:{port} IPv4Only", f"Nickname {name}", *_RELAY_LINES)

    def _start_relays(self) -> None:
        nodes = [self.authority, *self.relays]
        self._progress(f"starting an authority and {_RELAYS} relays")
        for node in nodes:
            _pretend_bandwidth(node.data)
            node.launch()
        for node in nodes:
            node.wait_ready()
        self._wait("every relay's descriptor at the authority", lambda: self._descriptors() == len(nodes))
        self._vote_now()
        self._wait(
            "a consensus", lambda: len(self._consensus(self.authority, "Running", "HSDir")) == len(nodes)
        )
        # the relays would look for the consensus by and by; a reload makes them look at once
        # (not the authority: it has it, and a reload would undo the move of its vote)
        for relay in self.relays:
            relay.ask("SIGNAL HUP")
        for node in nodes:
            self._wait(f"the consensus at {node.name}", lambda node=node: _knows_enough(node))  # type: ignore[misc]

    def _descriptors(self) -> int:
        return len(re.findall(r"^router ", self.authority.info("desc/all-recent"), re.MULTILINE))

    def _vote_now(self) -> None:
        # An authority votes when the clock says so, up to five minutes from now. Moving its offset moves the vote.
        offset = (int(time.time()) + _VOTE_HEADROOM) % _VOTING_SECONDS
        self.authority.ask(f"SETCONF TestingV3AuthVotingStartOffset={offset}")

    @staticmethod
    def _consensus(node: TorProcess, *flags: str) -> list[str]:
        lines = [line for line in node.info("ns/all").splitlines() if line.startswith("s ")]
        return [line for line in lines if set(flags) <= set(line.split())]

    def _start_ends(self) -> None:
        self._progress("starting the host and the client")
        for end in (self.host, self.client):
            end.launch()
        for end in (self.host, self.client):
            self._wait_bootstrapped(end)
        self._socks_port = self.client.socks_port
        self._progress("ready")

    def _wait_bootstrapped(self, tor: TorProcess) -> None:
        tor.wait_ready()

        def bootstrapped() -> bool:
            return "PROGRESS=100" in tor.info("status/bootstrap-phase")

        self._wait(f"{tor.name}'s first circuit", bootstrapped, seconds=_BOOTSTRAP_SECONDS)

    def kill_host_tor(self) -> None:
        """SIGKILL the onions' tor; nothing is published until `start_host_tor`."""
        self.host.kill()

    def start_host_tor(self) -> None:
        """Start it again, with the same control socket; returns when it has a circuit."""
        self.host.launch()
        self._wait_bootstrapped(self.host)

    def restart_host_tor(self) -> None:
        """Kill the onions' tor and start it again."""
        self.kill_host_tor()
        self.start_host_tor()

    def forget_onions(self) -> None:
        """Let the client start afresh: new circuits, no descriptor from before."""
        self.client.ask("SIGNAL NEWNYM")

    def forget_onions_at_once(self) -> None:
        """The same, done when this returns.

        tor puts it off where it did so less than ten seconds ago; and then it also forgets keys that it got since.
        """
        with self.client.control() as control:
            control.ask("SETEVENTS SIGNAL")
            control.ask("SIGNAL NEWNYM")
            while control.event() != "SIGNAL NEWNYM":
                pass

    def logs(self, lines: int = 15) -> str:
        """The ends of all logs, for the message of a failure."""
        return "\n".join(f"--- {process.name}\n{tail(process.log, lines)}" for process in self.processes)

    def write_options(self, path: Path) -> Path:
        """A torrc that makes any further tor a part of this network, and of no other."""
        assert_private(self._common)
        path.write_text("".join(f"{line}\n" for line in self._common))
        return path

    def close(self) -> None:
        """End all processes and remove their folders."""
        for process in self.processes:
            process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wait(self, what: str, condition: Callable[[], object], *, seconds: float = _STEP_SECONDS) -> None:
        self._progress(f"waiting for {what}")
        wait_for(what, condition, seconds=seconds, pause=0.1)

    def _progress(self, what: str) -> None:
        self._say(f"private tor network, {time.monotonic() - self._started:4.1f} s: {what}")


def _knows_enough(node: TorProcess) -> bool:
    return node.info("status/enough-dir-info") == "1"


def _pretend_bandwidth(data: Path) -> None:
    """Let a relay remember, from two days that never were, that it moved `_BANDWIDTH` bytes a second.

    A new relay has moved nothing and says so, and where all have zero, clients choose evenly. But sometimes one has
    moved a kilobyte before the vote. Then it has all the weight, and no circuit can be built without it twice.
    """
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    day = 24 * 60 * 60
    lines = [
        line
        for way in ("Read", "Write")
        for line in (
            f"BWHistory{way}Ends {now}",
            f"BWHistory{way}Interval {day}",
            f"BWHistory{way}Values {_BANDWIDTH * day},{_BANDWIDTH * day}",
            f"BWHistory{way}Maxima {_BANDWIDTH},{_BANDWIDTH}",
        )
    ]
    (data / "state").write_text("\n".join(lines) + "\n")


def _make_authority_keys(folder: Path, dir_port: int) -> str:
    """Make the authority's long-term and signing keys; returns the v3 identity, 40 hexadecimal digits."""
    keys = folder / "data" / "keys"
    keys.mkdir(mode=0o700, parents=True)
    for private in (folder, folder / "data"):
        private.chmod(0o700)
    reading, writing = os.pipe()
    os.write(writing, b"no secret\n")
    os.close(writing)
    command = [
        tor_binary("tor-gencert"),
        "--create-identity-key",
        "--passphrase-fd",
        str(reading),
        "-m",
        "12",
    ]
    files = ["-i", "authority_identity_key", "-s", "authority_signing_key", "-c", "authority_certificate"]
    try:
        _run([*command, *files, "-a", f"127.0.0.1:{dir_port}"], keys, pass_fds=(reading,))
    finally:
        os.close(reading)
    found = re.search(
        r"^fingerprint ([0-9A-F]{40})$", (keys / "authority_certificate").read_text(), re.MULTILINE
    )
    assert found
    return found[1]


def _make_relay_keys(folder: Path) -> str:
    """Make the relay keys of a tor that has not run yet, without a network; returns its RSA fingerprint."""
    data = folder / "data"
    offline = ["--DisableNetwork", "1", "--ORPort", "1", "--SocksPort", "0", "--Nickname", "auth0"]
    nothing = folder / "no-torrc"
    nothing.touch()
    config = ["-f", str(nothing), "--defaults-torrc", str(nothing), "--DataDirectory", str(data)]
    _run([tor_binary(), "--list-fingerprint", *config, *offline], folder)
    return (data / "fingerprint").read_text().split()[1]


def _run(command: list[str], folder: Path, pass_fds: tuple[int, ...] = ()) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        pass_fds=pass_fds,
        capture_output=True,
        text=True,
        timeout=_KEY_SECONDS,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # the tests' own progress
