"""Opening a bundle with an organizer's key and the keysets that its envelopes name. Needs no network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from offramp.crypto.bundle import read_bundle
from offramp.crypto.envelope import envelope_id, read_header
from offramp.crypto.errors import (
    BundleTruncated,
    EnvelopeError,
    KeyDestroyed,
    KeysetError,
    NotForThisKey,
    OfframpError,
    UnknownKeyset,
    UnsupportedVersion,
)
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Letter
from offramp.crypto.opening import Opener, OpeningKey
from offramp.desk.campaign_folder import KEYSET_LIMIT
from offramp.desk.files import read_whole
from offramp.desk.trust import Trust


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
    """All keysets of a campaign with one organizer's keys, each of which opens for a week."""

    def __init__(
        self, keysets: Iterable[Keyset], keys: Iterable[OpeningKey], destroyed: Collection[bytes] = ()
    ) -> None:
        """`destroyed` are the X25519 public keys [32] of this organizer's keys that are gone."""
        mine = {key.public: key for key in keys}
        self._openers: dict[bytes, Opener | type[KeysetError]] = {}
        for keyset in keysets:
            found = next((mine[one] for one in keyset.recipients if one in mine), None)
            if found is not None:
                self._openers[keyset.id] = Opener(keyset, found)
            elif any(one.x25519 in destroyed for one in keyset.recipients):
                self._openers[keyset.id] = KeyDestroyed
            else:
                self._openers[keyset.id] = NotForThisKey

    def open(self, envelope: bytes, name: bytes) -> Submission | Unopened:
        """What is in one envelope, whose id is `name`."""
        try:
            return Submission(name, self._opener(read_header(envelope).keyset_id).open(envelope))
        except (EnvelopeError, KeysetError, UnsupportedVersion) as reason:
            return Unopened(name, reason)

    def _opener(self, keyset_id: bytes) -> Opener:
        if keyset_id not in self._openers:
            raise UnknownKeyset(
                "It was sealed to a keyset that this copy of the campaign does not have. Get a newer copy."
            )
        opener = self._openers[keyset_id]
        if isinstance(opener, Opener):
            return opener
        if opener is NotForThisKey:
            raise NotForThisKey(
                "It was sealed to a keyset that this organizer is not in. Another organizer can open it."
            )
        raise opener


def load_keysets(place: Path, trust: Trust) -> list[Keyset]:
    """The keyset in a file, or all in a folder, if any yet; a KeysetError with the file's name."""
    paths = sorted(place.glob("*.keyset")) if place.is_dir() else [place]
    return [_load_keyset(path, trust) for path in paths]


def _load_keyset(path: Path, trust: Trust) -> Keyset:
    raw = read_whole(path, limit=KEYSET_LIMIT)
    try:
        return trust.keyset(raw)
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
