"""The files of a site as a manifest lists them (FORMAT.md, 20), and what differs between the two.

On the root laptop they are signed, on the server compared: both render them from the same campaign.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from typing import Final

from offramp.crypto.manifest import File, Headers, Manifest
from offramp.site.pages import ServedFile
from offramp.site.policy import HEADERS

PATH: Final = "/manifest"
"""Where the manifest itself is served."""


def release() -> str:
    """The version of Offramp that runs here."""
    return version("offramp")


def headers_of_all() -> Headers:
    """What every file is served with, as a manifest spells it."""
    return _spelt(HEADERS)


def listed(files: Mapping[str, ServedFile]) -> list[File]:
    """An entry for each of these files, which are named by their paths."""
    return [_entry(path, file) for path, file in files.items()]


def differences(manifest: Manifest, files: Mapping[str, ServedFile]) -> list[str]:
    """A sentence for each way in which these files are not what a manifest lists; none where they are."""
    found = {one.path: one for one in listed(files)}
    return [*_of_headers(manifest.headers), *_of_files({one.path: one for one in manifest.files}, found)]


def _of_headers(signed: Headers) -> Iterator[str]:
    ours, theirs = dict(headers_of_all()), dict(signed)
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            yield f"The header {name} of every file is not the one in the manifest."


def _of_files(signed: Mapping[str, File], found: Mapping[str, File]) -> Iterator[str]:
    for path in sorted(signed.keys() | found.keys()):
        if path not in found:
            yield f"{path} is in the manifest, and not here."
        elif path not in signed:
            yield f"{path} is here, and not in the manifest."
        elif signed[path].digest != found[path].digest:
            yield f"{path} has other bytes than in the manifest."
        elif signed[path] != found[path]:
            yield f"{path} has other headers than in the manifest."


def _entry(path: str, file: ServedFile) -> File:
    digest = sha256(file.body).digest()
    return File(path, file.content_type, len(file.body), digest, _spelt(file.headers))


def _spelt(headers: Headers) -> Headers:
    return tuple(sorted((name.lower(), value) for name, value in headers))
