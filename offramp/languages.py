"""The languages of the worker's pages: English stands in the sources, every other language in a catalogue.

A catalogue is `offramp/translations/<language>/LC_MESSAGES/messages.po`; `npm run build` compiles it to
`offramp/static/built/<language>/messages.mo` and builds the scripts with its sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final, Literal

from offramp.crypto.errors import OfframpError

SOURCE: Final = "en"
"""The language of the sources."""

CODE: Final = re.compile(r"[a-z]{2,3}")
"""What a language is called in addresses and folders: ISO 639, without a country."""


class LanguageUnknown(OfframpError):  # noqa: N818  # as in offramp.crypto.errors
    """There is no catalogue for this language; run `npm run build` if there is one in offramp/translations."""


@dataclass(frozen=True, slots=True)
class Language:
    """`name` is what its speakers call it; `catalogue` has the sentences of the templates."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    catalogue: NullTranslations


def read_language(code: str, built: Path) -> Language:
    """The language whose compiled catalogue lies in this folder of built things. Raises LanguageUnknown."""
    catalogue = NullTranslations() if code == SOURCE else _read(built / code / "messages.mo", code)
    direction: Literal["ltr", "rtl"] = "rtl" if catalogue.gettext("ltr") == "rtl" else "ltr"
    return Language(code, catalogue.gettext("English"), direction, catalogue)


def _read(path: Path, code: str) -> GNUTranslations:
    if not CODE.fullmatch(code):
        raise LanguageUnknown(f'"{code}" is not the code of a language, such as "es".')
    try:
        with path.open("rb") as file:
            return GNUTranslations(file)
    except OSError as error:
        raise LanguageUnknown(
            f'There is no catalogue for the language "{code}": '
            f"write offramp/translations/{code}/LC_MESSAGES/messages.po, then run `npm run build`."
        ) from error
