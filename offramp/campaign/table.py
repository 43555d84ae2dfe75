"""Strict, typed reading of one table of a campaign.toml; every complaint names the key and the cure."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from offramp.crypto.errors import OfframpError

LINE_CHARACTERS = 200
PARAGRAPH_CHARACTERS = 2000


class CampaignError(OfframpError):
    """The campaign file cannot be used; the message names the place and says what to change."""


class CampaignUnreadable(CampaignError):
    """The campaign file is missing, is not UTF-8, or is not TOML."""


class CampaignKeyMissing(CampaignError):
    """The campaign file lacks something that it must have."""


class CampaignKeyUnknown(CampaignError):
    """The campaign file has something that nothing reads, most likely a spelling mistake."""


class CampaignValueWrong(CampaignError):
    """Something in the campaign file has a value that cannot be used."""


class Table:
    """One TOML table and its place in the file; remembers what was read, so that `done` can find the rest."""

    def __init__(self, values: Mapping[str, object], where: str = "") -> None:
        self._values = values
        self._where = where
        self._read: set[str] = set()

    def place(self, key: str) -> str:
        """The key with everything that leads to it, as in `help.fields[2].kind`."""
        return f"{self._where}.{key}" if self._where else key

    def wrong(self, key: str, cure: str) -> CampaignValueWrong:
        """The error for a value that cannot be used, for the caller to raise."""
        return CampaignValueWrong(f"{self.place(key)}: {cure}")

    def line(self, key: str, *, default: str | None = None) -> str:
        """One line of text, 1 to 200 characters. `default` where it is not there."""
        if default is not None and key not in self._values:
            return default
        return self._text(key, self._take(key), LINE_CHARACTERS)

    def flag(self, key: str) -> bool:
        """`true` or `false`; false when it is not there."""
        value = self._take(key) if key in self._values else False
        if not isinstance(value, bool):
            raise self.wrong(key, "write true or false, without quotes")
        return value

    def whole_number(self, key: str, *, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self._take(key) if key in self._values else default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"write a whole number from {low} to {high}, without quotes")
        return value

    def paragraphs(self, key: str) -> tuple[str, ...]:
        """One or more paragraphs of at most 2000 characters each."""
        return self._texts(key, PARAGRAPH_CHARACTERS)

    def lines(self, key: str) -> tuple[str, ...]:
        """One or more lines of at most 200 characters each."""
        return self._texts(key, LINE_CHARACTERS)

    def table(self, key: str) -> Table:
        """The table under this key."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.wrong(key, f"write it as a table that begins with [{self.place(key)}]")
        return Table(value, self.place(key))

    def tables(self, key: str) -> list[Table]:
        """The tables under this key, counted from 1 in what is said about them; at least one."""
        values = self._take(key)
        if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
            raise self.wrong(key, f"write one or more tables that begin with [[{self.place(key)}]]")
        return [Table(value, f"{self.place(key)}[{place}]") for place, value in enumerate(values, start=1)]

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        return key in self._values

    def done(self) -> None:
        """Refuse whatever was not read: a misspelt key must not silently become a default."""
        for key in self._values:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                raise CampaignKeyUnknown(
                    f"{self.place(key)}: nothing has this name; remove it or correct it ({known})"
                )

    def _take(self, key: str) -> object:
        self._read.add(key)
        if key not in self._values:
            raise CampaignKeyMissing(f"{self.place(key)}: it is missing; add it")
        return self._values[key]

    def _texts(self, key: str, most: int) -> tuple[str, ...]:
        values = self._take(key)
        if not isinstance(values, list) or not values:
            raise self.wrong(key, 'write a list of texts: ["first", "second"]')
        return tuple(self._text(f"{key}[{n}]", value, most) for n, value in enumerate(values, start=1))

    def _text(self, key: str, value: object, most: int) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, 'write text between quotes: "like this"')
        if not value.strip() or value != value.strip():
            raise self.wrong(key, "write some text, without spaces or line ends around it")
        if len(value) > most:
            raise self.wrong(key, f"it has {len(value)} characters; {most} are the most")
        if any(unicodedata.category(character) == "Cc" for character in value):
            raise self.wrong(key, "it has a line end or a control character in it; take that out")
        return value
