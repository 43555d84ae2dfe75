"""Promise 2: what a seizure of the server would find after submissions and refusals."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offramp.crypto.board import read_descriptor
from offramp.crypto.envelope import envelope_id
from offramp.store.schema import ITS_ENVELOPE
from tests.app.campaign import CANARY
from tests.board.made import pack, parcel_post, reply_post
from tests.harness.children import wait_for
from tests.server.running import (
    BINARY,
    TestServer,
    another,
    answers,
    ask,
    is_receipt,
    raw,
    submit,
    worker_of,
)

HEADER_CANARY = "canary-in-a-header-31c9"
PATH_CANARY = "canary-in-a-path-88d1"
BODY_CANARY = "canary-in-a-body-5f02"
FORBIDDEN = (
    "offramp.crypto.opening",
    "offramp.crypto.secret_file",
    "offramp.crypto.sealing",
    "offramp.crypto.keyset_making",
    "offramp.crypto.body",
    "offramp.crypto.reply",
    "offramp.crypto.parcel_sealing",
    "offramp.server.traces.cover",
    "offramp.desk",
    "offramp.tor",
    "stem",
    "httpcore",
)


def visit(server: TestServer) -> list[bytes]:
    """What goes on at a server: pages, refusals, nonsense, a courier, and the envelopes that this returns."""
    intake = server.folder.intake_socket
    told = {"Cookie": HEADER_CANARY, "User_Agent": HEADER_CANARY, "X_Forwarded_For": "203.0.113.77"}
    for path in ("/", "/offer", f"/{PATH_CANARY}", f"/sealed?{PATH_CANARY}"):
        ask(intake, "GET", path, b"", **told)
    ask(intake, "POST", "/sealed", BODY_CANARY.encode(), Content_Type=BINARY, **told)
    ask(intake, "POST", "/sealed", BODY_CANARY.encode(), Content_Type="text/plain", **told)
    raw(intake, f"{BODY_CANARY} {PATH_CANARY}\r\n\r\n".encode())
    raw(intake, f"GET /{PATH_CANARY} HTTP/1.1\r\nbroken {HEADER_CANARY}\r\n\r\n".encode())
    first = server.envelope()
    envelopes = [first, *(another(first) for _ in range(9))]
    for envelope in envelopes:
        answer = ask(intake, "POST", "/sealed", envelope, Content_Type=BINARY, **told)
        assert is_receipt(answer, envelope)
    epoch = bytes.fromhex(ask(server.folder.couriers_socket, "GET", "/epoch")[1].decode())
    signed = server.courier.sign(epoch, server.couriers_address, "GET", "/envelopes?after=")
    status, _ = ask(
        server.folder.couriers_socket, "GET", "/envelopes?after=", b"", Authorization=signed, **told
    )
    assert status == 200
    push_and_read(server, **told)
    return envelopes


def push_and_read(server: TestServer, **told: str) -> None:
    """An answer, from a courier to a reader, with refusals and nonsense in between."""
    couriers, intake = server.folder.couriers_socket, server.folder.intake_socket
    parcel = parcel_post(today=datetime.now(UTC).date())
    target, body = "/push", pack(parcel, reply_post(today=datetime.now(UTC).date()))
    epoch = bytes.fromhex(ask(couriers, "GET", "/epoch")[1].decode())
    for good, pushed in ((200, body), (400, BODY_CANARY.encode()), (400, body[:-1])):
        signed = server.courier.sign(epoch, server.couriers_address, "POST", target, pushed)
        status, _ = ask(couriers, "POST", target, pushed, Content_Type=BINARY, Authorization=signed, **told)
        assert status == good
    status, _ = ask(
        couriers, "POST", target, BODY_CANARY.encode(), Content_Type=BINARY, Authorization=HEADER_CANARY
    )
    assert status == 401
    wait_for("the board", lambda: answers(intake, "/board"), seconds=30)
    build = read_descriptor(ask(intake, "GET", "/board")[1]).build
    for path in (f"/board/{build}/0", f"/parcel/{parcel.id.hex()}"):
        assert ask(intake, "GET", path, b"", **told)[0] == 200
    for path in (
        f"/board/{PATH_CANARY}/0",
        f"/board/{build}/{PATH_CANARY}",
        f"/parcel/{PATH_CANARY}",
        "/board/1/0",
    ):
        assert ask(intake, "GET", path, b"", **told)[0] == 404


def everything_in(server: TestServer) -> dict[str, bytes]:
    """Every file of the folder, the processes' environments and command lines, and the log."""
    found = {str(path): path.read_bytes() for path in server.path.rglob("*") if path.is_file()}
    for master in server.children:
        for pid in (master.pid, worker_of(master)):
            for name in ("environ", "cmdline"):
                found[f"{pid} {name}"] = Path(f"/proc/{pid}/{name}").read_bytes()
    found["log"] = server.log.read_bytes()
    return found


def test_no_words_no_addresses_no_times(server: TestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is in pytest's own environment is no trace of a visit.
    for name in list(os.environ):
        if name not in ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "PYTHONPATH"):
            monkeypatch.delenv(name)
    server.start_intake()
    server.start_couriers()
    began = time.time()
    visit(server)
    ended = time.time()
    found = everything_in(server)
    assert any("store.db" in name for name in found)
    assert any("board.db" in name for name in found)
    for path in (server.folder.board, server.folder.builder):
        for part in (path, *path.rglob("*")):
            assert part.stat().st_mtime % 86_400 == 0, part
    for name, data in found.items():
        for canary in (CANARY, HEADER_CANARY, PATH_CANARY, BODY_CANARY, "203.0.113.77"):
            assert canary.encode() not in data, name
            assert canary.encode("utf-16-le") not in data, name
        assert not _times(data, began, ended), name
    assert found["log"] == b""


def _times(data: bytes, began: float, ended: float) -> list[int | bytes]:
    """The seconds between two moments, in the forms in which programs write them."""
    seconds = range(int(began), int(ended) + 1)
    written: list[int | bytes] = [second for second in seconds if str(second).encode() in data]
    written += [second for second in seconds if second.to_bytes(8, "big") in data]
    written += [second for second in seconds if second.to_bytes(8, "little") in data]
    clock = rb"[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"  # 2026-11-21 20:48:30, 21/Nov/2026 20:48:30, …
    return written + re.findall(clock, data)


def test_the_search_would_find_a_time(tmp_path: Path) -> None:
    now = time.time()
    for trace in (f"{now}", time.strftime("%Y-%m-%d %H:%M:%S"), time.strftime("%Y-%m-%dT%H:%M:%S")):
        assert _times(f"x {trace} x".encode(), now - 1, now + 1)
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE t (at INTEGER)")
        plain.execute("INSERT INTO t VALUES (?)", (int(now) << 16,))  # eight bytes, the time in the middle
        plain.commit()
    assert (int(now)).to_bytes(4, "big") in path.read_bytes()


def test_a_row_is_an_id_a_class_a_length_a_day_and_ciphertext(server: TestServer) -> None:
    server.start_intake()
    server.start_couriers()
    envelopes = {envelope_id(envelope): envelope for envelope in visit(server)}
    with closing(sqlite3.connect(server.folder.store)) as plain:
        query = f"SELECT id, size_class, length, day, {ITS_ENVELOPE} FROM ids"  # noqa: S608
        rows = plain.execute(query).fetchall()
        everything = plain.execute("SELECT * FROM ids").fetchall()
    days = {time.time() // 86_400 + 719_163, (time.time() - 60) // 86_400 + 719_163}  # midnight may pass
    assert len(rows) == len(envelopes)
    assert {len(row) for row in everything} == {5}  # and a place, which is random
    for name, size_class, length, day, envelope in rows:
        assert envelopes[name] == envelope
        assert (size_class, length) == (16_384, len(envelope))
        assert day in days


def test_no_answer_sets_a_cookie(server: TestServer) -> None:
    server.start_intake()
    server.start_couriers()
    for path in (server.folder.intake_socket, server.folder.couriers_socket):
        for method in (b"GET", b"HEAD", b"POST", b"OPTIONS"):
            for target in (
                b"/",
                b"/offer",
                b"/keyset",
                b"/sealed",
                b"/epoch",
                b"/fetch",
                b"/board",
                b"/push",
                b"/nowhere",
            ):
                answer = raw(
                    path, method + b" " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                )
                assert b"set-cookie" not in answer.lower()
                assert b"content-security-policy" in answer.lower()


def test_the_running_servers_cannot_open_or_seal(server: TestServer) -> None:
    """Python itself reports every module that the real processes import, up to the end of their work."""
    env = {"PYTHONPROFILEIMPORTTIME": "1"}
    server.start("serve-intake", env=env)
    server.start("serve-couriers", env=env)
    wait_for("both", lambda: answers(server.folder.intake_socket), seconds=60)
    wait_for("both", lambda: answers(server.folder.couriers_socket, "/epoch"), seconds=60)
    visit(server)
    imported = {
        line.rpartition("|")[2].strip() for line in server.log.read_text().splitlines() if "|" in line
    }
    assert {"offramp.app", "offramp.store.sqlite", "offramp.crypto.keyset", "flask", "apsw"} <= imported
    assert {"offramp.board.builder", "offramp.board.shelf", "offramp.crypto.pack"} <= imported
    for name in imported:
        assert not any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN), name


def test_modes(server: TestServer) -> None:
    server.start_intake()
    server.start_couriers()
    envelope = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    push_and_read(server)
    for path in (server.path, *server.path.rglob("*")):
        assert path.lstat().st_mode & 0o077 == 0, path
