"""Another root key for a campaign, for one that was lost or may be in wrong hands (FORMAT.md, 17.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from offramp.crypto.former_root import FormerRoot, sign_former_root
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, written_root
from offramp.desk.keys import RootKey
from offramp.desk.root.calendars import Plan, plan
from offramp.desk.root.changes import anew
from offramp.desk.root.errors import NothingToSign
from offramp.desk.root.keeping import keep_root
from offramp.desk.root.shares import Split


@dataclass(frozen=True, slots=True)
class Renewal:
    """A new root key that nobody has yet, and the calendar that it will sign: None where there is nothing to sign."""

    folder: CampaignFolder
    root: RootKey
    plan: Plan | None
    unsigned: NothingToSign | None = None
    """Why there is no calendar, though there was one before."""

    def carry_out(self, split: Split | None, passphrases: Sequence[str]) -> None:
        """Put the new key, the calendar and what is said about the former key into the folder: all, or nothing.

        The key before it is gone from the folder then. Raises a KeysetError, NotATeamList, OSError.
        """
        signed = replace(self.plan, root=self.root.public).sign(self.root) if self.plan else []
        also = {"root.pub": written_root(self.root.public), **self._former(), **anew(self.folder, signed)}
        keep_root(self.folder, self.root, split, passphrases, also=also, gone=["calendar"])

    def _former(self) -> Mapping[str, bytes]:
        """What the new key says about all before it, by the places of the files."""
        trust, newest = self.folder.trust(), self.folder.newest_keyset()
        before = [(one.root, one.last_sequence) for one in trust.former]
        # One that signed nothing is nobody's business.
        if newest and newest.sequence > max((last for _, last in before), default=0):
            before.append((trust.root, newest.sequence))
        made = (self._says(root, last) for root, last in before)
        return {f"former/{one.last_sequence:06d}.former": one.raw for one in made}

    def _says(self, former: bytes, last_sequence: int) -> FormerRoot:
        return sign_former_root(
            self.root.seed,
            campaign=self.folder.campaign().id,
            former=former,
            last_sequence=last_sequence,
        )


def renewal(folder: CampaignFolder) -> Renewal:
    """A new root key, with a calendar from this week on. The one before is not needed: it may be lost.

    Raises what `plan` does, but for keys that are missing: then the calendar is to be signed later.
    """
    root = RootKey.generate()
    if folder.newest_keyset() is None:
        return Renewal(folder, root, None)
    try:
        return Renewal(folder, root, plan(folder, onion=None, first=days.today()))
    except NothingToSign as reason:
        return Renewal(folder, root, None, reason)
