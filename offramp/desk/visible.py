"""Showing a stranger's text on a terminal so that it can neither act nor pretend.

Escape sequences, other controls, marks that turn the direction of reading, and characters that cannot be
seen are shown by their number, as in ⟨U+202E⟩. Everything else stays as it was written.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator
from typing import Final

# Control, format (direction, zero width, tags), surrogate, private use, unassigned, line and paragraph end
_HIDDEN_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# Blank, though Unicode counts them as letters, marks or symbols
_BLANKS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MOST_MARKS: Final = 4
"""More combining marks on one letter would be painted over the lines above and below."""


def visible(text: str) -> str:
    """`text` with everything shown that acts or hides; only line ends are left as they are."""
    plain = text.replace("\r\n", "\n").replace("\t", "    ")
    return "\n".join(line if _is_harmless(line) else _line_shown(line) for line in plain.split("\n"))


def _is_harmless(line: str) -> bool:
    """Printable ASCII needs no closer look. Most lines are, and an inbox has many."""
    return line.isascii() and line.isprintable()


def _line_shown(line: str) -> str:
    shown, marks = [], 0
    for character in line:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in _HIDDEN_CATEGORIES or character in _BLANKS or marks > _MOST_MARKS:
            shown.append(f"⟨U+{ord(character):04X}⟩")
        else:
            shown.append(character)
    return "".join(shown)


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of `visible(text)`, none wider than `width` columns: a terminal must not wrap them itself."""
    for line in visible(text).split("\n"):
        yield from _wrapped_line(line, width)


def on_one_line(text: str, width: int) -> str:
    """The beginning of `text` in at most `width` columns."""
    line = " ".join(visible(text[: 20 * width]).split())
    if _fitting(line, 0, width) == len(line):
        return line
    return line[: _fitting(line, 0, width - 1)] + "…"


def _wrapped_line(line: str, width: int) -> Iterator[str]:
    """Goes by places and cuts nothing off, for one line may have eight million characters."""
    start = 0
    while (end := _fitting(line, start, width)) < len(line):
        space = line.rfind(" ", start + 1, end + 1)
        if space > 0:
            yield line[start:space]
            start = space + 1
        else:
            yield line[start:end]
            start = end
    yield line[start:]


def _fitting(line: str, start: int, width: int) -> int:
    """Up to which place `line` fits from `start` on; one character at least, so that wrapping ends."""
    if line.isascii():
        return min(start + max(width, 1), len(line))
    used = 0
    for place in range(start, len(line)):
        used += _columns(line[place])
        if used > width and place > start:
            return place
    return len(line)


@functools.lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
