"""Reads the HTTP/1 requests back out of recorded bytes."""

from __future__ import annotations

from dataclasses import dataclass

_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """One recorded request. `complete` is false if the connection ended within it."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    complete: bool
    raw: bytes


def parse_requests(stream: bytes) -> list[Request]:
    """The requests in `stream`, in order. Bytes that are no HTTP/1 request end the list."""
    requests = []
    at = 0
    while at < len(stream):
        request = _parse_one(stream, at)
        if request is None:
            break
        requests.append(request)
        at += len(request.raw)
    return requests


def _parse_one(stream: bytes, start: int) -> Request | None:
    end = stream.find(_END_OF_HEAD, start)
    whole_head = end >= 0
    lines = stream[start : end if whole_head else len(stream)].decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
    }
    if not whole_head:
        return Request(words[0], words[1], headers, b"", False, stream[start:])
    body_at = end + len(_END_OF_HEAD)
    body_end = body_at + _body_length(stream, body_at, headers)
    complete = body_end <= len(stream)
    return Request(words[0], words[1], headers, stream[body_at:body_end], complete, stream[start:body_end])


def _body_length(stream: bytes, body_at: int, headers: dict[str, str]) -> int:
    """In bytes; one more than there are, if the end cannot be found."""
    endless = len(stream) - body_at + 1
    if headers.get("transfer-encoding", "").lower() == "chunked":
        last = stream.find(b"\r\n0\r\n\r\n", body_at)
        return endless if last < 0 else last + len(b"\r\n0\r\n\r\n") - body_at
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else endless
