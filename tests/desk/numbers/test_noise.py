"""What a public number tells somebody who knows all but one true count, and sends in as many as they like."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from offramp.desk.numbers import noise
from offramp.desk.numbers.noise import ROUNDING, amount, chances, shown

THRESHOLDS = (5, 8, 20)
SECRET = bytes(range(32))


def amounts(threshold: int) -> Iterator[tuple[int, float]]:
    """Every amount that there is, and how likely it is."""
    for step, chance in enumerate(chances(threshold)):
        yield threshold - step, chance / 2**64


def outcomes(count: int, threshold: int, monkeypatch: pytest.MonkeyPatch) -> dict[int | None, float]:
    """What is shown for a true count, by how likely that is, over all secrets."""
    found: dict[int | None, float] = defaultdict(float)
    for value, chance in amounts(threshold):
        monkeypatch.setattr(noise, "amount", lambda *_, value=value: value)
        found[shown(count, SECRET, "", threshold)] += chance
    return found


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_a_count_below_the_threshold_is_never_shown(threshold: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for count in range(threshold):
        assert set(outcomes(count, threshold, monkeypatch)) == {None}


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_what_is_shown_is_rounded_and_near_the_truth(threshold: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = outcomes(1000, threshold, monkeypatch)
    assert all(one is not None and one % ROUNDING == 0 for one in found)
    near = sum(chance for one, chance in found.items() if one and abs(one - 1000) <= threshold + ROUNDING)
    assert near > 0.95


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_one_person_more_or_less_hardly_changes_what_is_seen_whatever_is_sent_in(
    threshold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attacker sends in `injected`, and wants to know whether there are `true` others or one more.

    Whatever they see is at most e times likelier (for 5; less for more) in one case than in the other, but for
    what has a chance below 1 in 200 to be seen at all.
    """
    factor = math.exp(5 / threshold) * 1.0001
    for together in range(4 * threshold + 3 * ROUNDING):  # injected and true
        fewer, more = (outcomes(one, threshold, monkeypatch) for one in (together, together + 1))
        for this, that in ((fewer, more), (more, fewer)):
            told = sum(max(0, chance - factor * that.get(seen, 0)) for seen, chance in this.items())
            assert told < 0.005


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_hidden_never_proves_that_there_are_few(threshold: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for count in range(6 * threshold):
        assert outcomes(count, threshold, monkeypatch)[None] > 0


def test_deterministic_rounding_alone_would_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack that the amounts are there for, with the amounts taken out."""
    monkeypatch.setattr(noise, "amount", lambda *_: 0)
    nobody, somebody = (shown(9 + true, SECRET, "", 5) for true in (0, 1))
    assert nobody is None
    assert somebody == 10


def test_an_amount_is_the_same_for_ever_and_another_in_each_place() -> None:
    places = [str(one) for one in range(4000)]
    found = [amount(SECRET, place, 5) for place in places]
    assert found == [amount(SECRET, place, 5) for place in places]
    assert found != [amount(SECRET[::-1], place, 5) for place in places]
    often = Counter(found)
    for value, chance in amounts(5):
        expected = chance * len(places)
        assert abs(often[value] - expected) < 6 * math.sqrt(expected) + 1
    assert max(found) <= 5
