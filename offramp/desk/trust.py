"""Whose signature makes a keyset or a team list one of the campaign's: its root key's, or a former one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offramp.crypto.errors import BadSignature, TeamListForged
from offramp.crypto.former_root import FormerRoot
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.team_list import TeamList, read_team_list


@dataclass(frozen=True, slots=True)
class Trust:
    """What a desk needs to know: the root's public key [32], the campaign's id, and the root keys before."""

    root: bytes
    campaign: str
    former: Sequence[FormerRoot] = ()

    def keyset(self, raw: bytes) -> Keyset:
        """A keyset of any date (FORMAT.md, 3.4 and 17.2). Raises UnsupportedVersion or a KeysetError."""
        try:
            return read_keyset(raw, root=self.root, campaign=self.campaign)
        except BadSignature:
            for one in self.former:
                found = self._by_former(raw, one)
                if found is not None:
                    return found
            raise

    def team_list(self, raw: bytes) -> TeamList:
        """A team list (FORMAT.md, 13.1 and 17.2). Raises UnsupportedVersion or a TeamListError."""
        try:
            return read_team_list(raw, root=self.root, campaign=self.campaign)
        except TeamListForged:
            for one in self.former:
                found = self._list_by_former(raw, one)
                if found is not None:
                    return found
            raise

    def _by_former(self, raw: bytes, former: FormerRoot) -> Keyset | None:
        try:
            found = read_keyset(raw, root=former.root, campaign=self.campaign)
        except BadSignature:
            return None
        return found if found.sequence <= former.last_sequence else None

    def _list_by_former(self, raw: bytes, former: FormerRoot) -> TeamList | None:
        try:
            found = read_team_list(raw, root=former.root, campaign=self.campaign)
        except TeamListForged:
            return None
        return found if found.sequence <= former.last_sequence else None
