"""The manifest, beside its vectors: what a root laptop makes is what everybody reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from offramp.crypto.errors import ManifestError, NotAManifest, UnsupportedVersion
from offramp.crypto.manifest import (
    MAX_FILES,
    MAX_MANIFEST,
    File,
    Manifest,
    read_manifest,
    sign_manifest,
)

SEED = bytes(range(32))
ROOT = bytes(SigningKey(SEED).verify_key)
ONION = f"{'vectors' * 8}.onion"


def a_file(path: str, body: bytes = b"", **others: Any) -> File:
    return File(path, "text/html; charset=utf-8", len(body), sha256(body).digest(), **others)


def signed(*files: File, **others: Any) -> Manifest:
    said: dict[str, Any] = {
        "number": 1,
        "sequence": 1,
        "day": date(2027, 1, 15),
        "release": "1.0",
        "headers": (),
    }
    said |= others
    return sign_manifest(SEED, campaign="quit-ice", onion=ONION, files=files, **said)


def test_what_was_signed_is_read() -> None:
    made = signed(a_file("/b"), a_file("/", b"page", headers=(("refresh", "0"),)), headers=(("a", "1"),))
    read = read_manifest(made.raw, root=ROOT, campaign="quit-ice", onion=ONION)
    assert read == made
    assert [one.path for one in read.files] == ["/", "/b"]
    first = read.file("/")
    assert first
    assert first.has(b"page")
    assert not first.has(b"Page")
    assert read.headers_of(first) == {"a": "1", "refresh": "0", "content-type": "text/html; charset=utf-8"}
    assert read.file("/c") is None


def test_a_files_own_header_takes_the_place_of_that_of_all() -> None:
    made = signed(a_file("/", headers=(("a", "own"),)), headers=(("a", "1"), ("b", "2")))
    assert made.headers_of(made.files[0])["a"] == "own"


def test_what_no_reader_takes_is_not_signed() -> None:
    for files in ([], [a_file("/x?y")], [a_file(f"/{n}") for n in range(MAX_FILES + 1)]):
        with pytest.raises(NotAManifest):
            signed(*files)
    long = [a_file(f"/{n}", headers=(("a", "x" * 4000),)) for n in range(100)]
    with pytest.raises(NotAManifest):
        signed(*long)


def test_one_that_is_too_long_is_not_even_hashed() -> None:
    with pytest.raises(NotAManifest):
        read_manifest(b"offramp/manifest\1" + bytes(MAX_MANIFEST), root=ROOT, campaign=None, onion=None)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_other_bytes_are_refused(junk: bytes, at: int) -> None:
    raw = signed(a_file("/")).raw
    changed = raw[:at] + junk + raw[at + len(junk) :]
    if changed != raw:
        with pytest.raises((ManifestError, UnsupportedVersion)):
            read_manifest(changed, root=ROOT, campaign="quit-ice", onion=ONION)


def test_the_number_is_part_of_what_is_signed() -> None:
    assert replace(signed(a_file("/"), number=2), number=1, raw=b"") == replace(signed(a_file("/")), raw=b"")
    assert signed(a_file("/"), number=2).raw != signed(a_file("/")).raw
