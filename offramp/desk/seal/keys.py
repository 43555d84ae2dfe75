"""This week's keys, from the file that /keyset gives: a keyset with a card behind it (FORMAT.md, 16.1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.crypto.card import CARD_LENGTH, Card, check_card_date, read_card
from offramp.crypto.errors import (
    CardError,
    KeysetError,
    NotACard,
    NotAKeyset,
    OfframpError,
    UnsupportedVersion,
)
from offramp.crypto.keyset import Keyset, verify_keyset
from offramp.crypto.words import campaign_words, keyset_words
from offramp.desk import days
from offramp.desk.campaign_folder import KEYSET_LIMIT, CampaignFolder
from offramp.desk.files import read_whole
from offramp.desk.root.manifests import smallest_sequence
from offramp.desk.seal.errors import NoKeysInIt

_MOST: Final = KEYSET_LIMIT + CARD_LENGTH


@dataclass(frozen=True, slots=True)
class WeeksKeys:
    """Keys that may be sealed to now. `root` [32] is the campaign's."""

    keyset: Keyset
    card: Card
    root: bytes

    @property
    def words(self) -> str:
        """The keyset's ten words."""
        return keyset_words(self.keyset.id)

    @property
    def campaign_words(self) -> str:
        """Those of the address and the root key."""
        return campaign_words(self.keyset.onion, self.root)


def read_weeks_keys(path: Path, folder: CampaignFolder, onion: str | None) -> WeeksKeys:
    """What is in a file, after all checks that a page makes, for the time that the laptop's clock says.

    Raises NoKeysInIt, a KeysetError or CardError with the file's name, MissingFile, and what is wrong with the folder.
    """
    raw, root, campaign = read_whole(path, limit=_MOST), folder.root(), folder.campaign()
    try:
        keyset = verify_keyset(
            raw[:-CARD_LENGTH],
            root=root,
            campaign=campaign.id,
            now=int(days.now()),
            onion=onion,
            minimum_sequence=smallest_sequence(folder),
        )
        card = read_card(raw[-CARD_LENGTH:], card_key=keyset.card_key, root=root, campaign=campaign.id)
        check_card_date(card, now=days.now(), limit_days=campaign.keys.card_limit_days)
    except (NotAKeyset, NotACard, UnsupportedVersion):
        raise NoKeysInIt(f"{path}: {NoKeysInIt.__doc__}") from None
    except (KeysetError, CardError) as error:
        raise _named(error, path) from None
    return WeeksKeys(keyset, card, root)


def _named(error: OfframpError, path: Path) -> OfframpError:
    return type(error)(f"{path}: {error}")
