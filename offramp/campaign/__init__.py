"""What a campaign says, asks and is called: `campaign.toml`, read once and checked strictly.

The server renders its pages from it; the desk takes labels from it.
It is plain text throughout: no markup is ever interpreted, and the pages escape all of it.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import Final

from offramp.campaign.model import (
    About,
    Answers,
    Campaign,
    Field,
    Form,
    Keys,
    Kind,
    Promises,
    Section,
    Statement,
)
from offramp.campaign.reading import CAMPAIGN_FILE_BYTES, FOLLOW_UP_FIELDS, LANGUAGE_FIELD, read_campaign
from offramp.campaign.table import CampaignError, CampaignUnreadable
from offramp.campaign.translation import as_translation
from offramp.languages import CODE

__all__ = [
    "DEFAULT_CAMPAIGN",
    "FOLLOW_UP_FIELDS",
    "LANGUAGE_FIELD",
    "About",
    "Answers",
    "Campaign",
    "CampaignError",
    "Field",
    "Form",
    "Keys",
    "Kind",
    "Promises",
    "Section",
    "Statement",
    "default_campaign",
    "load_campaign",
    "read_campaign",
    "translation_beside",
    "translations_of",
]

DEFAULT_CAMPAIGN: Final = Path(__file__).parent / "campaign.toml"
"""The campaign that is shipped; `offramp server init` copies it into a new server's folder."""


def load_campaign(path: Path) -> Campaign:
    """The campaign in this file, with its translations beside it: `campaign.es.toml` beside `campaign.toml`.

    Raises CampaignError, with the file's name, the key and the cure in it.
    """
    campaign = _load_one(path)
    found = translations_of(path)
    return replace(
        campaign, translations=tuple(_load_translation(found[code], code, campaign) for code in found)
    )


def translations_of(path: Path) -> dict[str, Path]:
    """The files beside a campaign's that have it in other languages, by their codes, in order."""
    beside = sorted(path.parent.glob(f"{path.stem}.*.toml"))
    found = {one.name.removeprefix(f"{path.stem}.").removesuffix(".toml"): one for one in beside}
    return {code: one for code, one in found.items() if CODE.fullmatch(code)}


def translation_beside(path: Path, code: str) -> Path:
    """Where the campaign of this file is in another language."""
    return path.with_name(f"{path.stem}.{code}.toml")


def _load_translation(path: Path, code: str, own: Campaign) -> Campaign:
    translated = _load_one(path)
    try:
        return as_translation(translated, own, code)
    except CampaignError as error:
        raise type(error)(f"{path}: {error}") from error


def _load_one(path: Path) -> Campaign:
    try:
        with path.open("rb") as file:
            raw = file.read(CAMPAIGN_FILE_BYTES + 1)
    except OSError as error:
        raise CampaignUnreadable(
            f"{path}: cannot be read ({error.strerror}); check its name and rights"
        ) from error
    try:
        return _read_once(raw)
    except CampaignError as error:
        raise type(error)(f"{path}: {error}") from error


@functools.lru_cache(maxsize=16)
def _read_once(raw: bytes) -> Campaign:
    """A desk asks for it with each file of a campaign's folder, and reading it anew takes 10 ms."""
    return read_campaign(raw)


def default_campaign() -> Campaign:
    """The campaign that is shipped."""
    return load_campaign(DEFAULT_CAMPAIGN)
