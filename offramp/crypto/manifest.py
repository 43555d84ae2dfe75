"""The manifest (FORMAT.md, section 20): what a campaign's site serves, file by file, signed by the root key.

A server reads it, and whoever watches one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from struct import Struct
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.errors import (
    ManifestForged,
    ManifestOfAnotherSite,
    NotAManifest,
    UnsupportedVersion,
)
from offramp.crypto.keyset import CAMPAIGN_ID

VERSION: Final = 1
MAX_MANIFEST: Final = 262_144
MAX_FILES: Final = 1000
MAX_FILE: Final = 8_388_608

_HEADER: Final = Struct(">16sB")  # magic, version
_SIGNATURE: Final = 64
_MAX_NUMBER: Final = 2**32 - 1
_ONION: Final = re.compile(r"[a-z2-7]{56}\.onion")
_RELEASE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")
_PATH: Final = re.compile(r"(?=.{1,200}\Z)/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/|\Z))*")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_VALUE: Final = re.compile(r"[!-~](?:[ -~]{0,4094}[!-~])?")

Headers = tuple[tuple[str, str], ...]
"""Names in lower case, in ascending order, none twice, and their values."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a site. `headers` are those that it has beside its content type, or otherwise than all others."""

    path: str
    content_type: str
    length: int  # bytes
    digest: bytes  # SHA-256 [32]
    headers: Headers = ()

    def has(self, body: bytes) -> bool:
        """Whether these are its bytes."""
        return len(body) == self.length and sha256(body).digest() == self.digest


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest whose signature was checked. `files` are in the order of their paths, `headers` those of all."""

    campaign: str
    onion: str
    number: int
    sequence: int
    day: date
    release: str
    headers: Headers
    files: tuple[File, ...]
    raw: bytes = field(repr=False, compare=False, default=b"")

    def file(self, path: str) -> File | None:
        """The file at a path."""
        return next((one for one in self.files if one.path == path), None)

    def headers_of(self, file: File) -> dict[str, str]:
        """All headers of a file, by their names in lower case."""
        return {**dict(self.headers), **dict(file.headers), "content-type": file.content_type}


def sign_manifest(
    root_seed: bytes,
    *,
    campaign: str,
    onion: str,
    number: int,
    sequence: int,
    day: date,
    release: str,
    headers: Headers,
    files: Iterable[File],
) -> Manifest:
    """A new manifest, signed with the root's Ed25519 seed [32]. Raises NotAManifest."""
    key, ordered = SigningKey(root_seed), tuple(sorted(files, key=lambda one: one.path))
    made = Manifest(campaign, onion, number, sequence, day, release, headers, ordered)
    signed = _HEADER.pack(labels.MANIFEST, VERSION) + _canonical(made).encode()
    raw = signed + key.sign(signed).signature
    return read_manifest(raw, root=bytes(key.verify_key), campaign=campaign, onion=onion)


def read_manifest(raw: bytes, *, root: bytes, campaign: str | None, onion: str | None) -> Manifest:
    """The manifest that `raw` says, after all checks of 20.2.

    `root` [32] is the campaign's; `campaign` and `onion` are None for a reader who knows neither.
    Raises UnsupportedVersion or a ManifestError.
    """
    if not _HEADER.size + _SIGNATURE < len(raw) <= MAX_MANIFEST or raw[:16] != labels.MANIFEST:
        raise NotAManifest
    if raw[16] != VERSION:
        raise UnsupportedVersion
    try:
        VerifyKey(root).verify(raw[:-_SIGNATURE], raw[-_SIGNATURE:])
    except BadSignatureError:
        raise ManifestForged from None
    text, parsed = parse_json(raw[_HEADER.size : -_SIGNATURE], NotAManifest)
    found = _manifest_of(parsed, raw)
    _check(found)
    if _canonical(found) != text:
        raise NotAManifest
    if campaign not in (None, found.campaign) or onion not in (None, found.onion):
        raise ManifestOfAnotherSite
    return found


def _manifest_of(parsed: object, raw: bytes) -> Manifest:
    match parsed:
        case {
            "campaign": str(campaign),
            "onion": str(onion),
            "number": int(number),
            "sequence": int(sequence),
            "day": str(day),
            "release": str(release),
            "headers": list(headers),
            "files": list(files),
        } if not isinstance(number, bool) and not isinstance(sequence, bool):
            said = tuple(map(_file_of, files))
            return Manifest(
                campaign, onion, number, sequence, _day(day), release, _headers_of(headers), said, raw
            )
    raise NotAManifest


def _file_of(parsed: object) -> File:
    match parsed:
        case [str(path), str(kind), int(length), str(digest), list(headers)] if not isinstance(length, bool):
            return File(path, kind, length, bytes_of_hex(digest, NotAManifest), _headers_of(headers))
    raise NotAManifest


def _headers_of(parsed: Sequence[object]) -> Headers:
    found = []
    for one in parsed:
        match one:
            case [str(name), str(value)]:
                found.append((name, value))
            case _:
                raise NotAManifest
    return tuple(found)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAManifest from None


def _check(found: Manifest) -> None:
    """The ranges of 20.1."""
    paths = [one.path for one in found.files]
    if (
        not CAMPAIGN_ID.fullmatch(found.campaign)
        or not _ONION.fullmatch(found.onion)
        or not 1 <= found.number <= _MAX_NUMBER
        or not 1 <= found.sequence <= _MAX_NUMBER
        or not _RELEASE.fullmatch(found.release)
        or not _are_headers(found.headers)
        or not 1 <= len(paths) <= MAX_FILES
        or paths != sorted(set(paths))
        or not all(map(_is_file, found.files))
    ):
        raise NotAManifest


def _is_file(file: File) -> bool:
    return (
        _PATH.fullmatch(file.path) is not None
        and _VALUE.fullmatch(file.content_type) is not None
        and 0 <= file.length <= MAX_FILE
        and len(file.digest) == 32
        and _are_headers(file.headers)
    )


def _are_headers(headers: Headers) -> bool:
    names = [name for name, _ in headers]
    return (
        names == sorted(set(names))
        and "content-type" not in names
        and all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in headers)
    )


def _canonical(found: Manifest) -> str:
    """The one spelling: compact JSON, the members in the order of 20.1."""
    return to_json(
        {
            "campaign": found.campaign,
            "onion": found.onion,
            "number": found.number,
            "sequence": found.sequence,
            "day": found.day.isoformat(),
            "release": found.release,
            "headers": found.headers,
            "files": [
                (one.path, one.content_type, one.length, one.digest.hex(), one.headers) for one in found.files
            ],
        }
    )
