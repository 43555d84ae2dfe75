"""Who the organizers are, as the root signed it: whose decisions count, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from offramp.crypto.errors import TeamListError, UnsupportedVersion
from offramp.crypto.keyset import Keyset
from offramp.crypto.team_list import MAX_TEAM_LIST, Member, TeamList
from offramp.desk.files import read_whole
from offramp.desk.trust import Trust


class Team:
    """All team lists of a campaign together. Without one, a desk knows only whoever sits at it."""

    def __init__(self, lists: Iterable[TeamList], me: Member | None = None) -> None:
        """`me` is the organizer at this desk, whose own decisions always count here; None for an adviser."""
        self.lists: Sequence[TeamList] = sorted(lists, key=lambda one: (one.sequence, one.day))
        self.me = me
        self.members: tuple[Member, ...] = self._members()
        """Who is an organizer by the newest list."""
        now = {one.ed25519 for one in self.members}
        self.former: tuple[Member, ...] = tuple(
            sorted((one for one in self._ever().values() if one.ed25519 not in now), key=_name)
        )
        """Who was one by an earlier list."""
        self._names = {one.ed25519: one.name for one in (*self.former, *self.members)}
        self._until = {one.ed25519: self._last_day(one.ed25519) for one in self.former}

    @property
    def others(self) -> tuple[Member, ...]:
        """The members without whoever sits at this desk."""
        return tuple(one for one in self.members if self.me is None or one.ed25519 != self.me.ed25519)

    def name_of(self, author: bytes) -> str:
        """What the team calls the owner of an Ed25519 public key [32]."""
        return self._names.get(author, f"somebody unknown ({author.hex()[:8]})")

    def by_name(self, name: str) -> Member | None:
        """The member of that name."""
        return next((one for one in self.members if one.name == name), None)

    def reached_by(self, keyset: Keyset) -> frozenset[bytes]:
        """Whose desks can open what is sealed to a keyset: their Ed25519 public keys [32]."""
        there = {one.x25519 for one in keyset.recipients}
        named = (one for each in self.lists for one in each.members)
        return frozenset(one.ed25519 for one in named if one.x25519 in there)

    def has(self, author: bytes, day: date | None = None) -> bool:
        """Whether this Ed25519 public key [32] was an organizer's on a day; or ever, without one.

        Somebody who was removed could write an earlier day; what they do is shown under their name.
        """
        if author not in self._names:
            return False
        last = self._until.get(author)
        return last is None or day is None or day <= last

    def _members(self) -> tuple[Member, ...]:
        if not self.lists:
            return (self.me,) if self.me else ()
        return self.lists[-1].members

    def _ever(self) -> dict[bytes, Member]:
        mine = {self.me.ed25519: self.me} if self.me else {}
        return mine | {one.ed25519: one for each in self.lists for one in each.members}

    def _last_day(self, author: bytes) -> date | None:
        """The day on which the first list without them was signed; None where nobody took them off."""
        if self.me is not None and author == self.me.ed25519:
            return None
        was_there = [any(one.ed25519 == author for one in each.members) for each in self.lists]
        last = len(was_there) - 1 - was_there[::-1].index(True)
        return self.lists[last + 1].day


def load_team_lists(folder: Path, trust: Trust) -> list[TeamList]:
    """All lists in a campaign's folder `team/`; none where there is none.

    Raises a TeamListError or UnsupportedVersion with the file's name.
    """
    found = []
    for path in sorted(folder.glob("*.team")):
        try:
            found.append(trust.team_list(read_whole(path, limit=MAX_TEAM_LIST)))
        except (TeamListError, UnsupportedVersion) as error:
            raise type(error)(f"{path}: {error}") from None
    return found


def _name(member: Member) -> str:
    return member.name
