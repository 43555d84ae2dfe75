"""Couriers' requests: each is taken once, in its epoch, by the server it was meant for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from offramp.crypto.errors import RequestRefused
from offramp.crypto.request import Verifier, sign_request

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
COURIER = bytes(SigningKey(SEED).verify_key)
HOST = "couriers" * 7 + ".onion"
REQUEST: dict[str, Any] = {"method": "POST", "target": "/fetch", "body": b"ids"}


def make(host: str = HOST) -> Verifier:
    return Verifier(host, [COURIER])


def header(verifier: Verifier, counter: int = 1, **changes: Any) -> str:
    values = REQUEST | {"epoch": verifier.epoch, "counter": counter, "host": HOST} | changes
    return sign_request(values.pop("seed", SEED), **values)


def test_a_signed_request_names_its_courier() -> None:
    verifier = make()
    assert verifier.verify(header(verifier), **REQUEST) == COURIER


def test_a_request_is_taken_once() -> None:
    verifier = make()
    once = header(verifier)
    verifier.verify(once, **REQUEST)
    with pytest.raises(RequestRefused):
        verifier.verify(once, **REQUEST)


def test_counters_only_grow() -> None:
    verifier = make()
    for counter in (0, 5, 6, 2**64 - 1):
        assert verifier.verify(header(verifier, counter), **REQUEST) == COURIER
        for earlier in (0, counter - 1, counter):
            if earlier >= 0:
                with pytest.raises(RequestRefused):
                    verifier.verify(header(verifier, earlier), **REQUEST)


def test_a_refused_request_uses_no_counter_up() -> None:
    verifier = make()
    good = header(verifier, 1)
    forged = header(verifier, 2**63).replace('signature="', 'signature="0')[:-2] + '"'
    for _ in range(2):
        with pytest.raises(RequestRefused):
            verifier.verify(forged, **REQUEST)
    assert verifier.verify(good, **REQUEST) == COURIER


def test_a_restarted_server_takes_no_recorded_request() -> None:
    before, after = make(), make()
    assert before.epoch != after.epoch
    with pytest.raises(RequestRefused):
        after.verify(header(before), **REQUEST)


def test_couriers_have_counters_of_their_own() -> None:
    verifier = Verifier(HOST, [COURIER, bytes(SigningKey(OTHER).verify_key)])
    verifier.verify(header(verifier, 9), **REQUEST)
    assert verifier.verify(header(verifier, 1, seed=OTHER), **REQUEST) == bytes(SigningKey(OTHER).verify_key)


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": OTHER},
        {"host": "other" + HOST[5:]},
        {"method": "GET"},
        {"target": "/fetch?"},
        {"body": b""},
        {"epoch": bytes(32)},
    ],
    ids=str,
)
def test_a_request_for_anything_else_is_refused(changes: dict[str, Any]) -> None:
    verifier = make()
    with pytest.raises(RequestRefused):
        verifier.verify(header(verifier, **changes), **REQUEST)


class SlowCounters(dict[bytes, int]):
    """Gives other threads their turn between reading a counter and writing it."""

    def __getitem__(self, courier: bytes) -> int:
        last = super().__getitem__(courier)
        time.sleep(0.01)
        return last


def test_of_many_at_once_with_one_counter_one_is_taken() -> None:
    verifier = make()
    verifier._last = SlowCounters(verifier._last)
    once = header(verifier)

    def taken(_: int) -> bool:
        try:
            verifier.verify(once, **REQUEST)
        except RequestRefused:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(taken, range(32))) == 1


@pytest.mark.parametrize(
    "impossible",
    [{"counter": -1}, {"counter": 2**64}, {"host": "h" * 256}, {"method": "é"}, {"target": "x" * 65_536}],
    ids=str,
)
def test_what_has_no_place_in_the_format_is_not_signed(impossible: dict[str, Any]) -> None:
    with pytest.raises(RequestRefused):
        header(make(), **impossible)


@given(authorization=st.text(max_size=300), target=st.text(max_size=20), body=st.binary(max_size=20))
def test_any_text_is_refused(authorization: str, target: str, body: bytes) -> None:
    with pytest.raises(RequestRefused):
        make().verify(authorization, method="POST", target=target, body=body)


@given(position=st.integers(0, 250), character=st.characters())
def test_no_changed_header_is_taken(position: int, character: str) -> None:
    verifier = make()
    good = header(verifier)
    changed = good[:position] + character + good[position + 1 :]
    if changed != good:
        with pytest.raises(RequestRefused):
            verifier.verify(changed, **REQUEST)
