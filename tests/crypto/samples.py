"""Keys, keysets and letters for the tests of crypto."""

from __future__ import annotations

import hashlib

from hypothesis import strategies as st
from nacl.signing import SigningKey

from offramp.crypto.keyset import Keyset, verify_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import PURPOSES, Attachment, Letter
from offramp.crypto.opening import OpeningKey

NOW = 1_800_000_000
CAMPAIGN = "quit-ice"
ONION = "samples" * 8 + ".onion"
ROOT_SEED = hashlib.sha256(b"root of the samples").digest()
ROOT = bytes(SigningKey(ROOT_SEED).verify_key)
CARD_SEED = hashlib.sha256(b"card of the samples").digest()
CARD_KEY = bytes(SigningKey(CARD_SEED).verify_key)
ANN, BEN = OpeningKey.generate(), OpeningKey.generate()


def make_raw(slot_count: int = 2) -> bytes:
    """A signed keyset with Ann and Ben in it."""
    return sign_keyset(
        ROOT_SEED,
        campaign=CAMPAIGN,
        onion=ONION,
        sequence=1,
        previous=bytes(32),
        valid_from=NOW - 60,
        valid_until=NOW + 60,
        card_key=CARD_KEY,
        organizers=[ANN.public, BEN.public],
        slot_count=slot_count,
    )


RAW = make_raw()
KEYSET: Keyset = verify_keyset(RAW, root=ROOT, campaign=CAMPAIGN, now=NOW)

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
FIELDS = st.lists(
    st.tuples(NAMES, st.lists(st.text(max_size=40), min_size=1, max_size=3)).map(lambda f: (f[0], *f[1])),
    max_size=5,
    unique_by=lambda field: field[0],
).map(tuple)
FILE_NAMES = st.text(min_size=1, max_size=60).filter(lambda name: len(name.encode()) <= 255)
ATTACHMENTS = st.lists(st.builds(Attachment, FILE_NAMES, st.binary(max_size=300)), max_size=3).map(tuple)

LETTERS = st.builds(
    Letter,
    purpose=st.sampled_from(PURPOSES),
    campaign=st.just(CAMPAIGN),
    keyset_id=st.just(KEYSET.id),
    thread=st.none() | st.binary(min_size=16, max_size=16),
    reply_key=st.none() | st.binary(min_size=32, max_size=32),
    fields=FIELDS,
    attachments=ATTACHMENTS,
)

LETTER = Letter("help", CAMPAIGN, KEYSET.id, fields=(("text", "I would like to leave."),))
