"""Reading forms: what a browser makes of typed text is made plain text again."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from flask import request

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def typed(name: str) -> str:
    """A text of several lines. Nothing of it is refused: a character that is no text becomes U+FFFD."""
    text = request.form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join("\ufffd" if _is_no_text(one) else one for one in text)


def one_line(name: str) -> str:
    """A text of one line."""
    return " ".join(typed(name).split())


def _is_no_text(one: str) -> bool:
    return (unicodedata.category(one) == "Cc" and one not in "\n\t") or bool(_SURROGATE.match(one))
