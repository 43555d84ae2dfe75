"""What stands between a true count and the number that everybody sees.

Rounding alone does not protect: whoever sends in requests of their own moves a count to where it tips over, and
then one true request decides what is shown. So each count gets a secret amount on top or off, one for each place
where a number can stand, and the same for ever: asking again shows nothing new. The amounts follow from a
secret that the team's desks share. They are *geometric*: one more or one less is always a little less likely, by
the same factor, so that any number that is shown can come of several counts that lie beside each other.

Upwards they end at the threshold. So what is shown is never made of a count below the threshold. Downwards they
do not end, so what is hidden, or small, never proves that a count was below anything.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
from typing import Final

SECRET_LENGTH: Final = 32
ROUNDING: Final = 5
"""What is shown is a multiple of this."""

_STEPS: Final = 5
"""How many times the likelihood falls by a factor e on the way up to the threshold."""
_RANGE: Final = 2**64


def shown(count: int, secret: bytes, place: str, threshold: int) -> int | None:
    """The number to show for a true count in a place that has a name of its own; None for: too few to say."""
    moved = count + amount(secret, place, threshold)
    if moved < 2 * threshold:  # then `count` can be below the threshold
        return None
    return (moved + ROUNDING // 2) // ROUNDING * ROUNDING


def amount(secret: bytes, place: str, threshold: int) -> int:
    """What is added in this place: from far below 0 up to the threshold."""
    drawn = int.from_bytes(hashlib.blake2b(place.encode(), key=secret, digest_size=8).digest(), "big")
    for value, chance in zip(itertools.count(threshold, -1), chances(threshold), strict=False):
        drawn -= chance
        if drawn < 0:
            return value
    return -len(chances(threshold))


@functools.lru_cache(maxsize=64)
def chances(threshold: int) -> tuple[int, ...]:
    """In 2**64ths, how likely each amount is: the threshold first, then one less each time."""
    factor = math.exp(-_STEPS / threshold)
    weights = [factor ** abs(value) for value in range(threshold, -40 * threshold, -1)]
    return tuple(int(weight / sum(weights) * _RANGE) for weight in weights)
