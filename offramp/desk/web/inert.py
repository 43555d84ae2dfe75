"""Strangers' text on a page: whatever a template prints goes through here, asked for or not."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup, escape

from offramp.desk.visible import on_one_line, visible

MOST_SHOWN: Final = 20_000
"""Characters of one text on a page; longer ones are offered as a file besides."""
_FITS: Final = 400
_FITS_LINES: Final = 12


def finalize(value: object) -> object:
    """Jinja calls this for every expression: no text gets onto a page with what acts or hides in it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def as_typed(value: str) -> Markup:
    """Our own text for a field that it was typed into: escaped, and otherwise to the letter.

    A browser drops the first line end in a textarea, so there is one more.
    """
    return Markup("\n") + escape(value)


def beginning(value: str, width: int = 120) -> str:
    """One line of a text, for lists."""
    return on_one_line(value, width)


def short(value: str) -> str:
    """As much of a text as a page shows."""
    return value[:MOST_SHOWN]


def in_pairs(value: str, behind: str = "") -> tuple[str, str]:
    """For a choice of names: what is sent, and what is shown."""
    return value, value + behind


def is_long(value: str) -> bool:
    """Whether a text may fill more than a window, and gets a place of its own to be scrolled in."""
    return len(value) > _FITS or value.count("\n") > _FITS_LINES
