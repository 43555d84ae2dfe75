"""Which of many keysets is in force when: a calendar reaches weeks ahead, and a newer one may replace its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from offramp.crypto.keyset import TOLERANCE, Keyset


def in_force(keysets: Iterable[Keyset], now: float) -> Keyset | None:
    """The keyset to which is sealed at this time, in seconds since 1970-01-01 UTC; None where there is none.

    That is the one with the highest sequence that has begun (FORMAT.md, 15.2), as long as it has not ended.
    """
    begun = [one for one in keysets if one.valid_from <= now]
    newest = max(begun, key=lambda one: one.sequence, default=None)
    return newest if newest is not None and now < newest.valid_until else None


def about_now(keysets: Sequence[Keyset], now: float) -> Keyset | None:
    """The keyset in force, on a laptop whose clock may be wrong by up to two days on either side."""
    moments = (now, now + TOLERANCE, now - TOLERANCE)
    return next((found for one in moments if (found := in_force(keysets, one))), None)


def to_come(keysets: Sequence[Keyset], now: float, until: float) -> list[Keyset]:
    """Those that are in force at some time from now until then, in the order of their weeks."""
    found = [
        one
        for one in keysets
        if now < one.valid_until and one.valid_from < until and not _is_replaced(one, keysets, now)
    ]
    return sorted(found, key=lambda one: one.valid_from)


def _is_replaced(one: Keyset, keysets: Iterable[Keyset], now: float) -> bool:
    """Whether a keyset with a higher sequence has begun by the time at which this one would be in force."""
    begins = max(one.valid_from, now)
    return any(other.sequence > one.sequence and other.valid_from <= begins for other in keysets)
