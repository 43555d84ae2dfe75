"""In which language the page was that a letter was written on, so that an answer can be in it too."""

from __future__ import annotations

from typing import Final

from offramp.campaign import LANGUAGE_FIELD
from offramp.desk.answers.wanted import Written

# ISO 639 codes of languages that a page is likely to be in; the names are those of offramp.desk.matching.languages.
_NAMES: Final = {
    "ar": "Arabic",
    "bn": "Bengali",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "ht": "Haitian Creole",
    "hy": "Armenian",
    "it": "Italian",
    "ja": "Japanese",
    "km": "Khmer",
    "ko": "Korean",
    "ne": "Nepali",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "so": "Somali",
    "sq": "Albanian",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def page_language(letter: Written) -> str:
    """What we call that language; "" for a page in the campaign's own, and for what no page of ours says."""
    codes = next((values for name, *values in letter.fields if name == LANGUAGE_FIELD), ())
    return _NAMES.get(codes[0], "") if len(codes) == 1 else ""


def said_of_page(letter: Written) -> str:
    """The same as the end of a sentence, such as ", on the Spanish page"."""
    language = page_language(letter)
    return f", on the {language} page" if language else ""


def other_fields(letter: Written) -> list[tuple[str, ...]]:
    """The fields that are left to show where `page_language` is said already."""
    known = page_language(letter)
    return [field for field in letter.fields if field[0] != LANGUAGE_FIELD or not known]
