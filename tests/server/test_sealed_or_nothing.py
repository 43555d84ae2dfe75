"""Promise 1, through real gunicorn: no route takes plaintext, however it is sent, and nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness.children import wait_for
from tests.server.running import BINARY, TestServer, ask, is_receipt, raw, status_of, submit, worker_of

PLAINTEXT = b"canary-in-plaintext: I work at the agency and want to leave"
FORM = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data; boundary=b"
ROUTES = [
    "/",
    "/offer",
    "/about",
    "/statement",
    "/promises",
    "/keyset",
    "/static/en/form.js",
    "/sealed",
    "/sealed-file",
    "/es/sealed-file",
    "/sealer.html",
    "/nowhere",
]
COURIERS_ROUTES = ["/epoch", "/envelopes", "/fetch", "/acknowledge", "/"]
METHODS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post", "X" * 30]


@pytest.fixture(autouse=True)
def _nothing_is_kept(running: TestServer) -> Iterator[None]:
    """Every test here must leave the store, the folder for temporary files and the log empty."""
    yield
    assert running.stored() == set()
    assert list((running.path.parent / "tmp").iterdir()) == []
    assert running.log.read_bytes() == b""


def head(method: str, target: str, **headers: object) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: x"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def refused(path: Path, data: bytes, *, then_close: bool = True) -> bytes:
    """Send it; the answer must be a refusal that repeats nothing."""
    answer = raw(path, data, then_close=then_close)
    assert 400 <= status_of(answer) < 500, answer[:200]
    assert b"canary" not in answer
    assert b"Set-Cookie" not in answer
    return answer


@pytest.mark.parametrize("method", METHODS)
def test_every_route_and_method_refuses_plaintext(running: TestServer, method: str) -> None:
    folder = running.folder
    for path, routes in ((folder.intake_socket, ROUTES), (folder.couriers_socket, COURIERS_ROUTES)):
        for target in routes:
            for kind in (BINARY, FORM.decode(), "text/plain"):
                headers = {"Content_Type": kind, "Content_Length": len(PLAINTEXT), "Connection": "close"}
                refused(path, head(method, target, **headers) + PLAINTEXT)


def test_forms_are_refused_and_spool_nothing(running: TestServer) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="canary"\r\n\r\n'
    forms = [part % name + PLAINTEXT * 20_000 + b"\r\n--b--\r\n" for name in (b"f", b"sealed")]
    bodies = [(MULTIPART, form) for form in forms] + [(FORM, b"text=" + PLAINTEXT * 20_000)]
    for kind, body in bodies:
        for target in ("/sealed", "/sealed-file", "/es/sealed-file", "/", "/offer"):
            headers = {"Content_Type": kind.decode(), "Content_Length": len(body), "Connection": "close"}
            refused(running.folder.intake_socket, head("POST", target, **headers) + body)


@pytest.mark.parametrize("framing", ["good", "bad", "endless", "both", "twice"])
def test_chunked_bodies_are_refused(running: TestServer, framing: str) -> None:
    envelope = running.envelope()
    chunked = f"{len(envelope):x}\r\n".encode() + envelope + b"\r\n0\r\n\r\n"
    headers: dict[str, object] = {
        "Content_Type": BINARY,
        "Transfer_Encoding": "chunked",
        "Connection": "close",
    }
    if framing == "bad":
        chunked = b"canary\r\n" + chunked
    if framing == "endless":
        chunked = b"1\r\n"
    if framing == "both":
        headers["Content_Length"] = len(envelope)
    if framing == "twice":
        headers["Transfer_Encoding"] = "chunked, chunked"
    answer = raw(running.folder.intake_socket, head("POST", "/sealed", **headers) + chunked)
    # gunicorn answers 501 for a transfer coding that it does not know; here it is a refusal like any other.
    assert 400 <= status_of(answer) < 500


@pytest.mark.parametrize("difference", [-1, 1, 1000])
def test_a_length_that_lies(running: TestServer, difference: int) -> None:
    envelope = running.envelope()
    announced = len(envelope) + difference
    headers = {"Content_Type": BINARY, "Content_Length": announced, "Connection": "close"}
    refused(running.folder.intake_socket, head("POST", "/sealed", **headers) + envelope)


def test_an_envelope_that_breaks_off(running: TestServer) -> None:
    envelope = running.envelope()
    headers = {"Content_Type": BINARY, "Content_Length": len(envelope), "Connection": "close"}
    for length in (0, 1, 84, len(envelope) - 1):
        answer = raw(running.folder.intake_socket, head("POST", "/sealed", **headers) + envelope[:length])
        assert status_of(answer) == 400


@pytest.mark.parametrize(
    "length", ["", "-5", "0x10", "1_0", "5, 5", "5 5", "99999999999999999999999", "canary"]
)
def test_a_length_that_is_none(running: TestServer, length: str) -> None:
    headers = {"Content_Type": BINARY, "Content_Length": length, "Connection": "close"}
    refused(running.folder.intake_socket, head("POST", "/sealed", **headers) + PLAINTEXT)


def test_too_large_is_answered_before_it_is_sent(running: TestServer) -> None:
    headers = {"Content_Type": BINARY, "Content_Length": 8_402_581, "Connection": "close"}
    answer = refused(running.folder.intake_socket, head("POST", "/sealed", **headers), then_close=False)
    assert status_of(answer) == 413


def test_from_another_site(running: TestServer) -> None:
    status, _ = ask(
        running.folder.intake_socket, "POST", "/sealed", running.envelope(), Content_Type=BINARY,
        Sec_Fetch_Site="cross-site",
    )  # fmt: skip
    assert status == 403


@pytest.mark.parametrize(
    "data",
    [
        b"canary\r\n\r\n",
        b"\0\1\2canary\xff\xfe\r\n\r\n",
        b"GET /canary HTTP/9.9\r\n\r\n",
        b"GET /canary\r\n\r\n",
        b"GET /\xff\xfecanary HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad header canary\r\n\r\n",
        b"GET / HTTP/1.1\r\nCanary Name: x\r\n\r\n",
        b"GET /" + b"canary" * 1000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"canary" * 5000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-Canary: 1\r\n" * 500 + b"\r\n",
        b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /canary HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /sealed HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\ncanary",
        b"POST /sealed HTTP/1.1\r\nHost: x\r\nExpect: canary\r\nContent-Length: 6\r\n\r\ncanary",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03canary\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_without_an_echo(running: TestServer, data: bytes) -> None:
    for path in (running.folder.intake_socket, running.folder.couriers_socket):
        refused(path, data)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.binary(min_size=1, max_size=300))
def test_noise(running: TestServer, data: bytes) -> None:
    answer = raw(running.folder.intake_socket, data)
    assert answer == b"" or 400 <= status_of(answer) < 500


def test_forwarding_headers_change_nothing(running: TestServer) -> None:
    lines = (
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 1.2.3.4\r\n"
        b"Script-Name: /canary\r\nPath-Info: /canary\r\nRemote-User: canary\r\nConnection: close\r\n\r\n"
    )
    answer = raw(running.folder.intake_socket, lines)
    assert status_of(answer) == 200
    assert b"canary" not in answer


def test_the_worker_is_the_one_that_was_started(running: TestServer) -> None:
    """All that noise ends no process."""
    for master in running.children:
        assert master.poll() is None
        assert os.path.exists(f"/proc/{worker_of(master)}")  # noqa: PTH110 - a process, no file


def test_after_all_that_an_envelope_is_taken(server: TestServer) -> None:
    server.start_intake()
    for data in (
        b"canary\r\n\r\n",
        head("POST", "/sealed", Content_Type=BINARY, Content_Length=5) + b"plain",
    ):
        raw(server.folder.intake_socket, data)
    envelope = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    wait_for("it", lambda: len(server.stored()) == 1, seconds=1)
