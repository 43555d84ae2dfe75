"""Canonical JSON (FORMAT.md, 2.4): one spelling for each value, in letters and in answers."""

from __future__ import annotations

import json
from typing import Final

from offramp.crypto.errors import OfframpError

# Made once: json.dumps would build one for each text.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: object) -> str:
    """The one spelling of a value whose members stand in the order of the format."""
    return _ENCODER.encode(value)


def parse_json(raw: bytes, malformed: type[OfframpError]) -> tuple[str, object]:
    """The text that `raw` holds in UTF-8, and what it says as JSON. Raises `malformed`.

    The caller makes a value of its own from what was said and compares `to_json` of it with the text.
    That one comparison finds white space, other escapes, numbers spelt otherwise, and members that are
    unknown, in another order or there twice.
    """
    try:
        text = raw.decode()
        return text, json.loads(text)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, too many digits, nested too deeply
        raise malformed from None


def bytes_of_hex(digits: str, malformed: type[OfframpError]) -> bytes:
    """The bytes of hexadecimal digits. Raises `malformed`, but not for upper case: the comparison finds it."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise malformed from None
