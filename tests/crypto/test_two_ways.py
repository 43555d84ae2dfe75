"""What one language seals the other opens, and both refuse the same things by the same names."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from offramp.crypto import labels
from offramp.crypto.errors import OfframpError
from offramp.crypto.keyset import FIXED_STATEMENT, TOLERANCE, VERSION, verify_keyset
from offramp.crypto.letter import Letter, read_content, write_content
from offramp.crypto.opening import Opener
from offramp.crypto.sealing import seal
from tests.crypto.peer import Peer, letter_in, letter_out, start_peer, text, trust
from tests.crypto.samples import (
    ANN,
    BEN,
    CAMPAIGN,
    CARD_KEY,
    KEYSET,
    LETTERS,
    NOW,
    ONION,
    RAW,
    ROOT,
    ROOT_SEED,
)

# The peer is one process for all examples of a test, and keeps nothing between them.
SHARED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with start_peer() as process:
        yield process


@given(letter=LETTERS)
@settings(SHARED, max_examples=40)
def test_the_page_seals_and_python_opens(peer: Peer, letter: Letter) -> None:
    envelope = base64.b64decode(peer.ask("seal", letter=letter_out(letter), **trust())["result"])
    assert Opener(KEYSET, ANN).open(envelope) == letter
    assert Opener(KEYSET, BEN).open(envelope) == letter


@given(letter=LETTERS)
@settings(SHARED, max_examples=40)
def test_python_seals_and_the_page_opens(peer: Peer, letter: Letter) -> None:
    envelope = text(seal(letter, KEYSET))
    for key in (ANN, BEN):
        halves = {"x25519": text(key.x25519), "mlkem_seed": text(key.mlkem_seed)}
        answer = peer.ask("open", envelope=envelope, **halves, **trust())
        assert letter_in(answer["result"]) == letter


def assert_same_letter(peer: Peer, content: bytes) -> None:
    answer = peer.ask("read", content=text(content))
    expected: dict[str, Any]
    try:
        expected = {"result": letter_out(read_content(content))}
    except OfframpError as error:
        expected = {"error": type(error).__name__}
    assert answer == json.loads(json.dumps(expected))


def content_of(said: str, rest: bytes = b"") -> bytes:
    raw = said.encode(errors="surrogatepass")
    return len(raw).to_bytes(4, "big") + raw + rest


# Pieces that are legal somewhere, near-legal, or read differently by careless readers.
PIECES = st.sampled_from(
    [
        *("", " ", "\n", "\ufeff", "\x00", "\x7f", "\u2028", "\ud83d", "\U0001f6d1", '"', "'", "/*"),
        *("\\", "\\n", "\\u000a", "\\u000A", "\\/", "\\ud83d", "\\uded1", "\\u0000"),
        *(",", ":", "[", "]", "{", "}", "true", "null", "NaN", "Infinity"),
        *("0", "-0", "1", "01", "1.0", "1e0", "1e999", "٣"),
        *('["a",0]', '["a",1]', '"text"', '"__proto__":1'),
    ]
)


@given(letter=LETTERS, data=st.data())
@settings(SHARED, max_examples=400)
def test_both_read_the_same_letters(peer: Peer, letter: Letter, data: st.DataObject) -> None:
    """A letter with one piece put in the place of another: almost all are malformed, and some are not."""
    content = write_content(letter)
    end = 4 + int.from_bytes(content[:4], "big")
    said = content[4:end].decode()
    start = data.draw(st.integers(0, len(said)))
    stop = data.draw(st.integers(start, min(start + 6, len(said))))
    changed = said[:start] + data.draw(PIECES) + said[stop:]
    assert_same_letter(peer, content_of(changed, content[end:]))


NUMBERS = st.sampled_from(
    [0, 1, -1, 1.0, 1.5, 2**53, 2**64, 1e300, True, False, None, "1", 8_388_608, 8_388_609]
)
VALUES = (
    st.none()
    | st.booleans()
    | NUMBERS
    | st.text(max_size=4)
    | st.lists(NUMBERS | st.text(max_size=4), max_size=3)
)
MEMBERS = ("purpose", "campaign", "keyset", "thread", "reply_key", "fields", "attachments")


@given(letter=LETTERS, member=st.sampled_from(MEMBERS), value=VALUES | st.lists(VALUES, max_size=3))
@settings(SHARED, max_examples=300)
def test_both_take_the_same_values(peer: Peer, letter: Letter, member: str, value: Any) -> None:
    content = write_content(letter)
    end = 4 + int.from_bytes(content[:4], "big")
    said = json.loads(content[4:end]) | {member: value}
    compact = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    assert_same_letter(peer, content_of(compact, content[end:]))


YEAR = 366 * 86_400
EDGES = st.sampled_from(
    [
        *(0, 1, 2, 10, 11, 255, NOW - 1, NOW, NOW + 1, NOW + YEAR, NOW + YEAR + 1),
        *(NOW + TOLERANCE * sign + second for sign in (-1, 1) for second in (-1, 0, 1)),
        *(2**32 - 1, 2**40 - 1, 2**40, 2**53, 2**53 + 1, 2**64 - 1),
    ]
)
ONIONS = st.sampled_from(
    [ONION, ONION.upper(), ONION[:-1] + "\n", "other" * 11 + "a.onion", ONION.replace("s", "1")]
)
CAMPAIGNS = st.sampled_from(
    [CAMPAIGN, "another", "a", "", "-a", "a-", "a--b", "A", "a" * 32, "a" * 33, "a\n", "é"]
)


RECIPIENTS = RAW[165 + len(CAMPAIGN) : -64]
GOOD: dict[str, Any] = {
    "slots": 2,
    "sequence": 1,
    "previous": bytes(32),
    "valid_from": NOW,
    "valid_until": NOW + 60,
    "card_key": CARD_KEY,
    "onion": ONION,
    "campaign": CAMPAIGN,
    "recipients": RECIPIENTS,
}
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "slots": st.sampled_from([0, 1, 3, 11]),
        "sequence": EDGES.filter(lambda number: number < 2**32),
        "previous": st.just(ROOT),
        "valid_from": EDGES,
        "valid_until": EDGES,
        "card_key": st.binary(min_size=32, max_size=32),
        "onion": ONIONS,
        "campaign": CAMPAIGNS,
        "recipients": st.sampled_from(
            [RECIPIENTS[:1216] * 2, RECIPIENTS[:1216], bytes(2432), RECIPIENTS + b"x"]
        ),
    },
)


def signed(said: dict[str, Any]) -> bytes:
    """A keyset with these values, whatever they are, and a good signature."""
    name = said["campaign"].encode()
    numbers = (said["slots"], said["sequence"], said["previous"], said["valid_from"], said["valid_until"])
    names = (said["card_key"], said["onion"].encode(), len(name))
    fixed = FIXED_STATEMENT.pack(labels.KEYSET, VERSION, *numbers, *names)
    statement: bytes = fixed + name + said["recipients"]
    return statement + bytes(SigningKey(ROOT_SEED).sign(statement).signature)


@given(changes=CHANGES, minimum=st.sampled_from([1, 1, 2]))
@example(changes={}, minimum=1)
@example(changes={"sequence": 2, "previous": ROOT}, minimum=2)
@example(changes={"valid_from": NOW + TOLERANCE, "valid_until": NOW + YEAR}, minimum=1)
@example(changes={"valid_from": NOW + TOLERANCE + 1, "valid_until": NOW + YEAR}, minimum=1)
@example(changes={"valid_from": 1, "valid_until": NOW - TOLERANCE}, minimum=1)
@settings(SHARED, max_examples=300)
def test_both_verify_the_same_keysets(peer: Peer, changes: dict[str, Any], minimum: int) -> None:
    """Statements with edges of every range, all of them properly signed."""
    raw = signed(GOOD | changes)
    answer = peer.verify(raw, minimum_sequence=minimum)
    try:
        keyset = verify_keyset(
            raw, root=ROOT, campaign=CAMPAIGN, now=NOW, onion=ONION, minimum_sequence=minimum
        )
        expected = {"result": keyset.id.hex()}
    except OfframpError as error:
        expected = {"error": type(error).__name__}
    assert answer == expected


@given(bit=st.integers(0, 8 * len(RAW) - 1))
@settings(SHARED)
def test_both_refuse_the_same_broken_keysets(peer: Peer, bit: int) -> None:
    changed = bytearray(RAW)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(OfframpError) as refusal:
        verify_keyset(bytes(changed), root=ROOT, campaign=CAMPAIGN, now=NOW, onion=ONION)
    assert peer.verify(bytes(changed)) == {"error": type(refusal.value).__name__}
