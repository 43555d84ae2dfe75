"""What one language makes of answers the other reads, and both refuse the same things by the same names."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offramp.crypto.answer import Answer, read_answer, write_answer
from offramp.crypto.board import REPLY_LENGTH, make_shard, read_descriptor, shard_number
from offramp.crypto.errors import OfframpError
from offramp.crypto.parcel import parcel_id
from offramp.crypto.parcel_sealing import open_parcel, seal_data, seal_parcel
from offramp.crypto.reply import MAX_ANSWER_LENGTH, open_reply, open_shard, seal_reply
from tests.crypto.answer_samples import ANSWER, ANSWERS, KEYS, OTHER_KEY, REPLY_KEY
from tests.crypto.peer import Peer, start_peer, text
from tests.crypto.phrase import WORDS, read_phrase, reply_key_of, thread_of, words_of
from tests.crypto.vectors import shown_answer

# The peer is one process for all examples of a test, and keeps nothing between them.
SHARED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
SHORT = ANSWERS.filter(lambda answer: len(write_answer(answer)) <= MAX_ANSWER_LENGTH)


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with start_peer() as process:
        yield process


def verdict(make: Callable[[], object]) -> dict[str, Any]:
    """What the peer must answer."""
    try:
        return {"result": make()}
    except OfframpError as error:
        told = {name: value for name, value in vars(error).items() if name in PHRASE_TELLS}
        return {"error": type(error).__name__, **told}


PHRASE_TELLS = ("count", "place", "suggestions")


@given(answer=SHORT)
@settings(SHARED, max_examples=40)
def test_the_page_seals_a_reply_and_python_opens(peer: Peer, answer: Answer) -> None:
    reply = peer.ask("seal_reply", answer=shown_answer(answer), reply_key=text(REPLY_KEY))["result"]
    assert open_reply(base64.b64decode(reply), REPLY_KEY) == answer


@given(answers=st.lists(SHORT, max_size=5))
@settings(SHARED, max_examples=30)
def test_python_makes_a_shard_and_the_page_reads_it(peer: Peer, answers: list[Answer]) -> None:
    """The same answers in the same order, with numbers that occur twice among them."""
    replies = [seal_reply(answer, REPLY_KEY) for answer in [*answers, *answers[:1]]]
    shard = make_shard([*replies, *(seal_reply(answer, OTHER_KEY) for answer in answers)])
    found = [shown_answer(answer) for answer in open_shard(shard, REPLY_KEY).answers]
    assert len(found) == len(set(answers))
    got = peer.ask("open_shard", shard=text(shard), reply_key=text(REPLY_KEY))
    assert got == {"result": {"answers": found, "malformed": 0}}


SHARD = make_shard([seal_reply(ANSWER, REPLY_KEY)])


@given(data=st.data())
@settings(SHARED, max_examples=40)
def test_both_refuse_the_same_broken_shards(peer: Peer, data: st.DataObject) -> None:
    changed = bytearray(SHARD)
    match data.draw(st.sampled_from(["flip", "cut", "append", "swap"])):
        case "flip":
            bit = data.draw(st.integers(0, 8 * len(changed) - 1))
            changed[bit // 8] ^= 1 << bit % 8
        case "cut":
            del changed[data.draw(st.integers(0, len(changed) - 1) | st.just(REPLY_LENGTH * 64)) :]
        case "append":
            changed += bytes(data.draw(st.integers(1, 5000)))
        case "swap":
            changed[: 2 * REPLY_LENGTH] = changed[REPLY_LENGTH : 2 * REPLY_LENGTH] + changed[:REPLY_LENGTH]
    expected = verdict(lambda: open_shard(bytes(changed), REPLY_KEY))
    assert set(expected) == {"error"}
    assert peer.ask("open_shard", shard=text(bytes(changed)), reply_key=text(REPLY_KEY)) == expected


PIECES = st.sampled_from(
    [
        *("", " ", "\n", "\ufeff", "\x00", "\x7f", "\u2028", "\U0001f6d1", '"', "\\", "\\n", "\\u000a"),
        *("\\/", "\\ud83d", ",", ":", "[", "]", "{", "}", "true", "null", "NaN", "Infinity"),
        *("0", "-0", "1", "01", "1.0", "1e0", "1e999", "٣", "0000", "-02-29", "-11-31", "2024"),
    ]
)


@given(answer=ANSWERS, data=st.data())
@settings(SHARED, max_examples=300)
def test_both_read_the_same_answers(peer: Peer, answer: Answer, data: st.DataObject) -> None:
    """An answer with one piece put in the place of another: almost all are malformed, and some are not."""
    said = write_answer(answer).decode()
    start = data.draw(st.integers(0, len(said)))
    stop = data.draw(st.integers(start, min(start + 6, len(said))))
    changed = (said[:start] + data.draw(PIECES) + said[stop:]).encode()
    expected = verdict(lambda: shown_answer(read_answer(changed)))
    assert peer.ask("read_answer", answer=text(changed)) == expected


NUMBERS = st.sampled_from(
    [0, 1, -1, 1.5, 2**32 - 1, 2**32, 2**53, 1e300, True, None, "1", 8_388_604, 8_388_605]
)
DAYS = st.from_regex(r"(0000|0001|1900|2000|2026|2028|9999)-[01][0-9]-[0-3][0-9]\n?", fullmatch=True)
VALUES = NUMBERS | DAYS | st.text(max_size=4) | st.lists(NUMBERS | st.text(max_size=4), max_size=4)
MEMBERS = ("number", "day", "text", "parcels")


@given(answer=ANSWERS, member=st.sampled_from(MEMBERS), value=VALUES | st.lists(VALUES, max_size=2))
@settings(SHARED, max_examples=300)
def test_both_take_the_same_values(peer: Peer, answer: Answer, member: str, value: Any) -> None:
    said = json.loads(write_answer(answer)) | {member: value}
    raw = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    expected = verdict(lambda: shown_answer(read_answer(raw)))
    assert peer.ask("read_answer", answer=text(raw)) == expected


@given(data=st.binary(max_size=100) | st.integers(16_000, 140_000).map(lambda size: b"\7" * size), key=KEYS)
@settings(SHARED, max_examples=25)
def test_both_make_the_same_parcels(peer: Peer, data: bytes, key: bytes) -> None:
    """Given the key, a parcel has one form."""
    sealed = seal_data(data, key)
    made = peer.ask("seal_data", data=text(data), key=text(key))["result"]
    assert made == {"sealed": text(sealed), "id": parcel_id(sealed).hex()}
    opened = peer.ask("open_parcel", sealed=text(sealed), key=text(key), size=len(data))
    assert opened == {"result": text(data)}


PARCEL, ENTRY = seal_parcel(bytes(150_000), "a")
SEALED_CHUNK = 65_552


@given(data=st.data())
@settings(SHARED, max_examples=40)
def test_both_refuse_the_same_broken_parcels(peer: Peer, data: st.DataObject) -> None:
    changed = bytearray(PARCEL)
    match data.draw(st.sampled_from(["flip", "cut", "swap", "size"])):
        case "flip":
            bit = data.draw(st.integers(0, 8 * len(changed) - 1))
            changed[bit // 8] ^= 1 << bit % 8
        case "cut":
            del changed[data.draw(st.integers(0, len(changed) - 1)) :]
        case "swap":
            changed[: 2 * SEALED_CHUNK] = changed[SEALED_CHUNK : 2 * SEALED_CHUNK] + changed[:SEALED_CHUNK]
    size = data.draw(st.sampled_from([ENTRY.size, ENTRY.size, 0, 149_999, 150_001, 9_000_000]))
    expected = verdict(lambda: text(open_parcel(bytes(changed), ENTRY.key, size)))
    answer = peer.ask("open_parcel", sealed=text(bytes(changed)), key=text(ENTRY.key), size=size)
    assert answer == expected


@given(
    raw=st.binary(max_size=40)
    | st.tuples(st.integers(0, 2), st.integers(0, 255), st.integers(0, 2**64 - 1)).map(
        lambda parts: b"offramp/board\0\0\0" + bytes(parts[:2]) + parts[2].to_bytes(8, "big")
    )
)
@settings(SHARED, max_examples=200)
def test_both_read_the_same_descriptors(peer: Peer, raw: bytes) -> None:
    def read() -> object:
        descriptor = read_descriptor(raw)
        return {"doublings": descriptor.doublings, "build": descriptor.build}

    assert peer.ask("read_descriptor", board=text(raw)) == verdict(read)


def phrase_read(typed: str) -> object:
    entropy = read_phrase(typed)
    thread = thread_of(entropy)
    return {
        "words": words_of(entropy),
        "reply_key": text(reply_key_of(entropy)),
        "thread": text(thread),
        "shard_number": shard_number(thread),
    }


@given(entropy=st.binary(min_size=16, max_size=16))
@settings(SHARED)
def test_both_make_the_same_of_a_phrase(peer: Peer, entropy: bytes) -> None:
    phrase = " ".join(words_of(entropy))
    assert peer.ask("read_phrase", text=phrase) == {"result": phrase_read(phrase)}


# Fixed characters, for the two may know different editions of Unicode.
TYPED = st.sampled_from(
    [
        *(" ", "\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u00ad", ".", ",", "-", "1", "٣", "①", "²"),
        *("a", "e", "z", "A", "Z", "é", "e\u0301", "ﬁ", "ａ"),
        *("İ", "ß", "Σ", "ſ", "\u212a", "あ", "\U00010400"),
    ]
)


@given(words=st.lists(st.sampled_from(WORDS), min_size=12, max_size=12), data=st.data())
@settings(SHARED, max_examples=300)
def test_both_understand_the_same_of_what_is_typed(peer: Peer, words: list[str], data: st.DataObject) -> None:
    typed = " ".join(words)
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, len(typed)))
        stop = data.draw(st.integers(start, min(start + 2, len(typed))))
        typed = typed[:start] + data.draw(TYPED) + typed[stop:]
    assert peer.ask("read_phrase", text=typed) == verdict(lambda: phrase_read(typed))
