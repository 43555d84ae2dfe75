"""What a person has to compare a site with: ten words, a code, or a campaign's folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from offramp.crypto.keyset import TOLERANCE
from offramp.crypto.words import COUNT, campaign_code, campaign_words, english_words
from offramp.desk.campaign_folder import KEYSET_LIMIT, CampaignFolder
from offramp.desk.files import read_whole
from offramp.desk.root.manifests import last_manifest
from offramp.desk.watch.errors import CodeMistyped, WordsMistyped

_CODE: Final = re.compile(r"[A-Z2-7]{24}")


@dataclass(frozen=True, slots=True)
class Expected:
    """All that was given; what is None was not.

    `noted_root` [32] is the root key that was seen before.
    `sequence` is the smallest of a keyset that may still be served, `manifest` the smallest number of a manifest.
    """

    words: str | None = None
    code: str | None = None
    root: bytes | None = None
    noted_root: bytes | None = None
    campaign: str | None = None
    limit_days: int | None = None
    sequence: int = 1
    manifest: int = 0

    @classmethod
    def of(cls, words: str | None, code: str | None, folder: Path | None, *, now: float) -> Self:
        """As typed, and from the campaign's folder. Raises a Mistyped, or what is wrong with the folder."""
        typed = cls(
            words=None if words is None else spelt_words(words),
            code=None if code is None else spelt_code(code),
        )
        return typed if folder is None else typed._with(CampaignFolder(folder), now)

    def _with(self, folder: CampaignFolder, now: float) -> Self:
        campaign = folder.campaign()
        return replace(
            self,
            root=folder.root(),
            campaign=campaign.id,
            limit_days=campaign.keys.card_limit_days,
            sequence=_begun(folder, now),
            manifest=newest.number if (newest := last_manifest(folder)) else 0,
        )

    def fits(self, onion: str, root: bytes) -> bool:
        """Whether an address with this root key [32] behind it is what was given."""
        return (
            self.words in (None, campaign_words(onion, root))
            and self.code in (None, campaign_code(onion, root))
            and self.root in (None, root)
        )

    @property
    def is_nothing(self) -> bool:
        return self.words is None and self.code is None and self.root is None


def spelt_words(typed: str) -> str:
    """Ten words with single spaces. `WordsMistyped`, which names a word that is in no list."""
    words = typed.lower().split()
    strange = [word for word in words if word not in english_words()]
    if strange:
        raise WordsMistyped(f"'{strange[0]}' is none of the words that these are drawn from. Look again.")
    if len(words) != COUNT:
        raise WordsMistyped(f"A campaign has {COUNT} words, and these are {len(words)}.")
    return " ".join(words)


def spelt_code(typed: str) -> str:
    """Six groups of four. `CodeMistyped`."""
    code = re.sub(r"[\s-]", "", typed).upper()
    if not _CODE.fullmatch(code):
        raise CodeMistyped
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _begun(folder: CampaignFolder, now: float) -> int:
    """The sequence of the newest keyset of a folder that has begun by every clock that counts."""
    trust = folder.trust()
    found = [trust.keyset(read_whole(path, limit=KEYSET_LIMIT)) for path in folder.keysets.glob("*.keyset")]
    return max((one.sequence for one in found if one.valid_from + TOLERANCE <= now), default=1)
