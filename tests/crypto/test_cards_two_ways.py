"""Cards: what Python takes the page takes, and both refuse the same ones by the same names."""

from __future__ import annotations

from collections.abc import Iterator
from struct import pack
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from offramp.crypto import labels
from offramp.crypto.card import check_card_date, read_card
from offramp.crypto.errors import OfframpError
from tests.crypto.peer import Peer, start_peer, text
from tests.crypto.samples import CAMPAIGN, CARD_KEY, CARD_SEED, ROOT

SHARED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
DAY = 86_400
MONDAY = 20_829  # 2027-01-11, in days since 1970-01-01
LAST = 2_932_896  # 9999-12-31
WEEKS = st.sampled_from([0, 4, 5, MONDAY, MONDAY + 1, MONDAY + 7, LAST - 4, LAST + 3, 2**32 - 4, 2**32 - 1])
PAUSES = st.sampled_from([-1, 0, 1, 7, 14, 61, 62, 63, 1000])
SECONDS = st.sampled_from([-1, 0, 1])


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with start_peer() as process:
        yield process


def card(week: int, next_by: int, version: int = 1) -> bytes:
    """A card with these values, whatever they are, and a good signature."""
    said = pack(">16sBII", labels.CARD, version, week % 2**32, next_by % 2**32)
    signature: bytes = SigningKey(CARD_SEED).sign(said + ROOT + CAMPAIGN.encode()).signature
    return said + signature


def verdict(raw: bytes, now: int, limit_days: int) -> dict[str, Any]:
    """What Python makes of a card, as the peer would say it."""
    try:
        found = read_card(raw, card_key=CARD_KEY, root=ROOT, campaign=CAMPAIGN)
        check_card_date(found, now=now, limit_days=limit_days)
    except OfframpError as error:
        return {"error": type(error).__name__}
    return {"result": list(_days(raw))}


def _days(raw: bytes) -> tuple[int, int]:
    return int.from_bytes(raw[17:21], "big"), int.from_bytes(raw[21:25], "big")


def ask(peer: Peer, raw: bytes, now: int, limit_days: int) -> dict[str, Any]:
    keys = {"card": text(raw), "card_key": text(CARD_KEY), "root": text(ROOT), "campaign": CAMPAIGN}
    return peer.ask("card", **keys, now=now, limit_days=limit_days)


@given(week=WEEKS, pause=PAUSES, version=st.sampled_from([1, 1, 1, 0, 2]), edge=st.booleans(), second=SECONDS)
@example(week=MONDAY, pause=14, version=1, edge=False, second=0)
@example(week=MONDAY, pause=14, version=1, edge=False, second=-1)
@example(week=MONDAY, pause=14, version=1, edge=True, second=0)
@example(week=LAST - 4, pause=4, version=1, edge=True, second=-1)
@settings(SHARED, max_examples=300)
def test_both_judge_the_same_cards(
    peer: Peer, week: int, pause: int, version: int, edge: bool, second: int
) -> None:
    """Around the first and the last second at which they count."""
    raw = card(week, week + pause, version)
    now = (week + pause + 15) * DAY + 2 * DAY + second if edge else week * DAY - 2 * DAY + second
    assert ask(peer, raw, now, 14) == verdict(raw, now, 14)


@given(bit=st.integers(0, 8 * 89 - 1), cut=st.integers(80, 100))
@settings(SHARED)
def test_both_refuse_the_same_broken_cards(peer: Peer, bit: int, cut: int) -> None:
    changed = bytearray(card(MONDAY, MONDAY + 7))
    changed[bit // 8] ^= 1 << bit % 8
    for raw in (bytes(changed), bytes(changed[:cut])):
        now = MONDAY * DAY
        said = verdict(raw, now, 14)
        assert "error" in said
        assert ask(peer, raw, now, 14) == said
