"""Opening a bundle with an organizer's key and the keysets that its envelopes name. Needs no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from offramp.crypto.bundle import read_bundle
from offramp.crypto.envelope import envelope_id, read_header
from offramp.crypto.errors import (
    BundleTruncated,
    EnvelopeError,
    KeysetError,
    NotForThisKey,
    OfframpError,
    UnknownKeyset,
    UnsupportedVersion,
)
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.letter import Letter
from offramp.crypto.opening import Opener, OpeningKey
from offramp.desk.campaign_folder import KEYSET_LIMIT
from offramp.desk.errors import NoKeysets
from offramp.desk.files import read_whole


@dataclass(frozen=True, slots=True)
class Submission:
    """An envelope that opened."""

    id: bytes
    letter: Letter


@dataclass(frozen=True, slots=True)
class Unopened:
    """An envelope that did not open, and why."""

    id: bytes
    reason: OfframpError


class Inbox:
    """All keysets of a campaign with one organizer's key."""

    def __init__(self, keysets: Iterable[Keyset], key: OpeningKey) -> None:
        self._openers: dict[bytes, Opener | None] = {}
        for keyset in keysets:
            try:
                self._openers[keyset.id] = Opener(keyset, key)
            except NotForThisKey:
                self._openers[keyset.id] = None

    def open(self, envelope: bytes, name: bytes) -> Submission | Unopened:
        """What is in one envelope, whose id is `name`."""
        try:
            return Submission(name, self._opener(read_header(envelope).keyset_id).open(envelope))
        except (EnvelopeError, KeysetError, UnsupportedVersion) as reason:
            return Unopened(name, reason)

    def _opener(self, keyset_id: bytes) -> Opener:
        if keyset_id not in self._openers:
            raise UnknownKeyset(
                "It was sealed to a keyset that is not here. Get the campaign's newer keysets."
            )
        opener = self._openers[keyset_id]
        if opener is None:
            raise NotForThisKey(
                "It was sealed to a keyset that this organizer is not in. Another organizer can open it."
            )
        return opener


def load_keysets(place: Path, *, root: bytes, campaign: str) -> list[Keyset]:
    """The keyset in a file, or all in a folder; `NoKeysets`, or a KeysetError with the file's name."""
    paths = sorted(place.glob("*.keyset")) if place.is_dir() else [place]
    if not paths:
        raise NoKeysets(f"There is no keyset in {place}.")
    return [_load_keyset(path, root, campaign) for path in paths]


def _load_keyset(path: Path, root: bytes, campaign: str) -> Keyset:
    raw = read_whole(path, limit=KEYSET_LIMIT)
    try:
        return read_keyset(raw, root=root, campaign=campaign)
    except (KeysetError, UnsupportedVersion) as error:
        raise type(error)(f"{path}: {error}") from None


def envelopes(bundle: Path, truncated: Callable[[], None]) -> Iterator[tuple[bytes, bytes]]:
    """Id and bytes of each envelope, each once; calls `truncated` where the last one is incomplete."""
    seen: set[bytes] = set()
    try:
        for envelope in read_bundle(bundle):
            name = envelope_id(envelope)
            if name not in seen:
                seen.add(name)
                yield name, envelope
    except BundleTruncated:
        truncated()
