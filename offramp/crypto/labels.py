"""The labels of FORMAT.md, section 1: every magic and every personalisation of BLAKE2b, 16 bytes each."""

from __future__ import annotations


def _label(text: str) -> bytes:
    return text.encode("ascii").ljust(16, b"\0")


ENVELOPE = _label("offramp/envelope")
SLOT_KEY = _label("offramp/slot-key")
COMMIT = _label("offramp/commit")
BODY_KEY = _label("offramp/body-key")
ENVELOPE_ID = _label("offramp/env-id")
KEYSET = _label("offramp/keyset")
KEYSET_ID = _label("offramp/keysetid")
SECRET = _label("offramp/secret")
FILE_KEY = _label("offramp/file-key")
BUNDLE = _label("offramp/bundle")
FINGERPRINT = _label("offramp/finger")
REQUEST = _label("offramp/request")
REQUEST_BODY = _label("offramp/req-body")
REPLY_KEY = _label("offramp/replykey")
THREAD = _label("offramp/thread")
SHARD = _label("offramp/shard")
REPLY_ID = _label("offramp/replyid")
BOARD = _label("offramp/board")
PARCEL = _label("offramp/parcel")
PARCEL_ID = _label("offramp/parcelid")
PACK = _label("offramp/pack")
VAULT = _label("offramp/vault")
VAULT_KEY = _label("offramp/vaultkey")
VAULT_ROOMS = _label("offramp/roomskey")
VAULT_PLACE = _label("offramp/vaultplc")
EVENT = _label("offramp/event")
EVENT_ID = _label("offramp/event-id")
SIGNING = _label("offramp/signing")
TEAM = _label("offramp/team")
HAND_OFF = _label("offramp/handoff")
HAND_OFF_SLOT = _label("offramp/ho-slot")
HAND_OFF_BODY = _label("offramp/ho-body")
DRAFT = _label("offramp/draft")
DRAFT_ID = _label("offramp/draft-id")
WORDS = _label("offramp/words")
