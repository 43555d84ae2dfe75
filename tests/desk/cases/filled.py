"""Offers and floods, and a desk that other people's decisions come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from offramp.crypto.envelope import envelope_id
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Letter
from offramp.crypto.sealing import seal
from offramp.desk.cases.importing import Imported, import_bundle
from offramp.desk.desk import Desk, event_record
from tests.desk.team import letter, write_bundle


def offer(keyset: Keyset, message: str, **fields: str) -> Letter:
    """An offer to help."""
    made = (("message", message), *((name, value) for name, value in fields.items()))
    return replace(letter(keyset), purpose="offer", fields=made)


def sealed_offer(keyset: Keyset, message: str, **fields: str) -> bytes:
    return seal(offer(keyset, message, **fields), keyset)


def take_in(desk: Desk, *envelopes: bytes) -> Imported:
    """Carry these to the desk, over what was carried before, and import."""
    return import_bundle(desk, write_bundle(bundle_of(desk), *envelopes))


def bundle_of(desk: Desk) -> Path:
    return desk.vault.path.with_name("inbox.bundle")


def ids(envelopes: list[bytes]) -> list[bytes]:
    """The ids of letters without a thread, which are those of their cases."""
    return [envelope_id(one) for one in envelopes]


def exchange(*desks: Desk) -> None:
    """Every desk gets what the others decided."""
    for desk in desks:
        for event in [event for other in desks if other is not desk for event in other.events.values()]:
            if event.id not in desk.events:
                with desk.vault.writing() as writing:
                    writing.put(event_record(event))
                desk.take_event(event)


def flood(base: str, number: int) -> Iterator[str]:
    """The same text again and again, changed as trolls change it."""
    names = ("John Smith", "Mary Poppins", "Bob", "Zoë Ødegård", "Anna-Lena K.")
    for n in range(number):
        text = base.replace("NAME", names[n % len(names)]).replace("NUMBER", str(n * 37))
        yield _EDITS[n % len(_EDITS)](text)


_EDITS = (
    lambda text: text,
    str.upper,
    lambda text: text.replace("a", "а").replace("e", "е").replace("o", "ο"),  # Cyrillic and Greek
    lambda text: f"😀 {text} 😀😀",
    lambda text: text.replace(" ", "  ").replace("i", "i\u200b"),
    lambda text: text + " Thank you!!!",
    lambda text: text.replace(",", " -").replace(".", " ..."),
)
