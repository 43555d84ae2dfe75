"""Requests that are all wrong in some way, from a seed: the same seed, the same requests."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from offramp.crypto.envelope import ENVELOPE_LENGTHS
from tests.hostile.attackers import head
from tests.server.running import BINARY

SHORT: Final = min(ENVELOPE_LENGTHS)
PATHS: Final = (
    "/sealed",
    "/sealed-file",
    "/es/sealed-file",
    "/",
    "/board",
    "/keyset",
    "/parcel/x",
    "/..",
    "/%00",
)
METHODS: Final = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "POSTPOST", "P\x01T", "")
LENGTHS: Final = (
    "-1",
    "+5",
    "0x10",
    "1_0",
    "",
    " ",
    "5, 5",
    "1e3",
    "٣",
    "9" * 30,
    "8402581",
    "1",
    str(SHORT - 1),
)
KINDS: Final = ("", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", f"{BINARY};x=y")
CODINGS: Final = ("chunked", "chunked, chunked", "gzip", "identity", "gzip, chunked", "x", "\x0bchunked")
BREAKS: Final = (b"\n", b"\r", b"\r\r\n", b"\0", b"\x85", b"\r\n ", b"\x1c")

Make = Callable[[random.Random, bytes], bytes]


def line(r: random.Random, _: bytes) -> bytes:
    """A request line that is none."""
    parts = [
        r.choice(METHODS),
        r.choice(PATHS),
        r.choice(("HTTP/9.9", "HTTP/1.1 x", "HTTP/0.9", "", "ICY/1.1")),
    ]
    return f"{' '.join(parts)}\r\nHost: x\r\n\r\n".encode("latin-1", "replace")


def method(r: random.Random, _: bytes) -> bytes:
    """A method that nothing here takes."""
    body = r.randbytes(r.randrange(50))
    return head(r.choice(METHODS[:6]), r.choice(PATHS), f"Content-Length: {len(body)}") + body


def header(r: random.Random, _: bytes) -> bytes:
    """A header that is none, or too much of it."""
    bad = r.choice(
        (
            b"no colon",
            b": no name",
            b"Sp ace: x",
            b"X: " + r.choice((b"\0", b"\x01", b"\x7f")) + b"y\n",
            b"X: " + b"y" * r.randrange(2050, 9000),
            b"X-Y: z\r\n" * r.randrange(45, 400) + b"Z: z",
            b"Content-Length: 5\r\nContent-Length: 6",
            b"X_Forwarded_For: 1",
            b" folded: x",
        )
    )
    return b"GET / HTTP/1.1\r\nHost: x\r\n" + bad + b"\r\n\r\n"


def length(r: random.Random, _: bytes) -> bytes:
    """A length that is none, or that no envelope has."""
    lines = (f"Content-Type: {BINARY}", f"Content-Length: {r.choice(LENGTHS)}")
    return head("POST", "/sealed", *lines) + r.randbytes(r.randrange(20))


def kind(r: random.Random, envelope: bytes) -> bytes:
    """A sealed envelope as what it is not, or from elsewhere."""
    wrong = r.choice(
        [(f"Content-Type: {kind}",) for kind in KINDS]
        + [
            (f"Content-Type: {BINARY}", f"Sec-Fetch-Site: {site}")
            for site in ("cross-site", "none", "same-site")
        ]
        + [(f"Content-Type: {BINARY}", f"Content-Encoding: {coding}") for coding in ("gzip", "", "identity")]
    )
    return head("POST", "/sealed", *wrong, f"Content-Length: {len(envelope)}") + envelope


def coding(r: random.Random, envelope: bytes) -> bytes:
    """Chunks, well formed or not."""
    size = r.choice((f"{len(envelope):x}", "-1", "0x5", "ffffffffffffffffff", "", "5;x=y"))
    lines = [f"Content-Type: {BINARY}", f"Transfer-Encoding: {r.choice(CODINGS)}"]
    lines += [f"Content-Length: {len(envelope)}"] * r.randrange(2)
    return head("POST", "/sealed", *lines) + f"{size}\r\n".encode() + envelope + b"\r\n0\r\n\r\n"


def damaged(r: random.Random, envelope: bytes) -> bytes:
    """An envelope of the right length that is none: a changed magic, version, count, slot length or keyset."""
    changed = bytearray(envelope)
    changed[r.randrange(52)] ^= 1 << r.randrange(8)
    lines = (f"Content-Type: {BINARY}", f"Content-Length: {len(changed)}")
    return head("POST", "/sealed", *lines) + changed


def noise(r: random.Random, envelope: bytes) -> bytes:
    """Random bytes of an envelope's length."""
    lines = (f"Content-Type: {BINARY}", f"Content-Length: {len(envelope)}")
    return head("POST", "/sealed", *lines) + r.randbytes(64) + bytes(len(envelope) - 64)


def cut(r: random.Random, envelope: bytes) -> bytes:
    """A whole request that breaks off somewhere; never at its end."""
    lines = (f"Content-Type: {BINARY}", f"Content-Length: {len(envelope)}")
    whole = head("POST", "/sealed", *lines) + envelope
    return whole[: r.randrange(1, len(whole))]


def form(r: random.Random, envelope: bytes) -> bytes:
    """A plain form with something wrong in it."""
    part = r.choice(
        (
            b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n',
            b'--b\r\nContent-Disposition: form-data; name="sealed"; filename="a"\r\n\r\nplain',
            b"--b\r\n\r\n",
            b"--c\r\n",
            b'--b\r\nContent-Disposition: form-data; name="sealed"; filename="a\r\n\r\n',
            b"",
        )
    )
    body = part + (envelope if r.randrange(2) and b"name=" not in part else b"plain") + b"\r\n--b--\r\n"
    boundary = r.choice(("b", "c", '"b', "b" * 300, "\x01"))
    lines = (f"Content-Type: multipart/form-data; boundary={boundary}", f"Content-Length: {len(body)}")
    return head("POST", r.choice(("/sealed-file", "/es/sealed-file", "/sealed")), *lines) + body


def broken_line_end(r: random.Random, envelope: bytes) -> bytes:
    """A good request with one line end that is none."""
    lines = (f"Content-Type: {BINARY}", f"Content-Length: {len(envelope)}")
    good = head("POST", "/sealed", *lines)
    ends = [at for at in range(len(good) - 2) if good[at : at + 2] == b"\r\n"]
    at = r.choice(ends[:-1])
    return good[:at] + r.choice(BREAKS) + good[at + 2 :] + envelope


def bytes_(r: random.Random, _: bytes) -> bytes:
    """Anything."""
    return r.randbytes(r.randrange(1, 300)) + r.choice((b"", b"\r\n\r\n"))


KINDS_OF_WRONG: Final[tuple[Make, ...]] = (
    line, method, header, length, kind, coding, damaged, noise, cut, form, broken_line_end, bytes_,
)  # fmt: skip


def malformed(seed: int, envelope: bytes) -> bytes:
    """One of them."""
    r = random.Random(seed)
    return r.choice(KINDS_OF_WRONG)(r, envelope)
