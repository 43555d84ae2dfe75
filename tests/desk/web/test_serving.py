"""The server around the pages: nothing spilled onto the disk, nothing but the loopback, and a calm end."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

from offramp.desk.cases.case import FILE, KeptLetter, file_name
from offramp.desk.cases.importing import import_bundle
from offramp.desk.desk import Desk
from offramp.desk.vault.vault import Vault
from offramp.desk.web.here import House
from offramp.desk.web.keeper import Keeper
from offramp.desk.web.serving import DeskServer
from tests.desk.team import PASSPHRASE, Team, Worker, new_desk, write_bundle
from tests.desk.web.browsing import running_desk
from tests.desk.web.visiting import place_at

LARGE = b"\xe2\x98\x83" * 2_000_000


@pytest.fixture
def folder(desk: Path, team: Team) -> Path:
    place = place_at(desk / "alice", desk / "campaign")
    new_desk(place.vault, place.campaign, "alice", team.alice).lock()
    return desk / "alice"


@pytest.fixture
def server(folder: Path) -> Iterator[tuple[DeskServer, Keeper]]:
    """The real server, answering in a thread."""
    place = place_at(folder / "same", folder.parent / "campaign")
    keeper = Keeper(
        lambda passphrase: Desk.unlock(folder / "vault", passphrase, place.campaign), lock_after=900
    )
    keeper.unlock(PASSPHRASE)
    one = DeskServer(House(keeper, place))
    answering = threading.Thread(target=one.loop)
    answering.start()
    yield one, keeper
    one.stop()
    answering.join()
    one.close()


class Client:
    """Asks over a real connection."""

    def __init__(self, server: DeskServer) -> None:
        self._connection = http.client.HTTPConnection(f"127.0.0.1:{server.door.port}", timeout=20)
        self.origin = f"http://127.0.0.1:{server.door.port}"
        entered = self.ask("GET", server.door.new_address().removeprefix(self.origin))
        self.cookie = (entered[1]["Set-Cookie"] or "").partition(";")[0]

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        headers = {"Cookie": getattr(self, "cookie", ""), "Sec-Fetch-Site": "same-origin"}
        headers |= {"Origin": self.origin, "Content-Type": kind} if method == "POST" else {}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def close(self) -> None:
        self._connection.close()


def test_large_files_go_in_and_out_without_a_temporary_file(
    server: tuple[DeskServer, Keeper], folder: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waitress and werkzeug would both put what is over half a megabyte onto the disk, readable."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a temporary file was made")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse, raising=False)
    running, keeper = server
    bundle = write_bundle(folder / "b", Worker.new().asks(team.first, "Hello.", ("a.txt", LARGE)))
    with keeper.desk() as desk:
        import_bundle(desk, bundle)
        (letter,) = desk.letters.values()
        assert desk.vault.get(letter.case_id, FILE, file_name(letter.id, 0)) == LARGE
    with closing(Client(running)) as client:
        _go_in_and_out(running, client, letter)


def _go_in_and_out(running: DeskServer, client: Client, letter: KeptLetter) -> None:
    session = running.door.session
    assert session is not None
    case, one = session.names.of(letter.case_id), session.names.of(letter.id)
    assert client.ask("GET", f"{session.path}/case/{case}/file/{one}/1")[2] == LARGE
    status, headers, _ = client.ask(
        "POST",
        f"{session.path}/case/{case}/answer",
        _upload(session.form_token),
        "multipart/form-data; boundary=xx",
    )
    assert (status, headers["Location"]) == (303, f"{session.path}/case/{case}/answer")
    files = session.memory[f"files {letter.case_id.hex()}"]
    assert isinstance(files, tuple)
    assert [len(one.data) for one in files] == [len(LARGE)]


def _upload(token: str) -> bytes:
    parts = [
        f'Content-Disposition: form-data; name="form_token"\r\n\r\n{token}'.encode(),
        b'Content-Disposition: form-data; name="text"\r\n\r\nSee there.',
        b'Content-Disposition: form-data; name="do"\r\n\r\nkeep',
        b'Content-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n' + LARGE,
    ]
    return b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"


def test_it_listens_on_the_loopback_alone(server: tuple[DeskServer, Keeper]) -> None:
    port = server[0].door.port
    wanted = f":{port:04X}"
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]
        if line.split()[1].endswith(wanted) and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F{wanted}"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_calmly_and_leaves_the_vault_locked(folder: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-m", "offramp.cli", "desk", "--desk", str(folder)]
    command += ["--passphrase-file", str(folder.parent / "pw")]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Ctrl-C here ends it" in line:
                break
        running.send_signal(how)
        said, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (0, "")
    assert "The desk is locked" in said
    Vault.open(folder / "vault", PASSPHRASE).close()


def test_what_it_prints(folder: Path) -> None:
    with running_desk(folder, folder.parent / "pw", "--lock-after", "1") as address:
        said = (folder / "desk.log").read_text()
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/open/[\w-]{43}", address)
    assert "It works once" in said
    assert "nobody has used it for a minute" in said
