"""What was decided, and what went wrong with it, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from offramp.crypto import errors
from offramp.crypto.event import Json
from offramp.desk.team.chains import Fork, Missing

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

FIELDS: Final[Mapping[str, str]] = {
    "status": "status",
    "assignee": "who takes care of it",
    "same_as": "which case it is shown as one with",
    "vetting": "whether they are vetted",
    "adviser_key": "the adviser's key",
    "profile": "what the adviser can do",
    "asks": "what they ask for",
}
"""What people call the fields about which two organizers can disagree."""

_NOTHING: Final = {
    "assignee": "nobody",
    "same_as": "none",
    "adviser_key": "ended",
    "profile": "as the offer says",
    "asks": "as the form says",
}


def value_in_words(field: str, value: Json) -> str:
    """A value in a few words. It may hold an organizer's or a stranger's text: show it as text, on one line."""
    match value:
        case None | "":
            return _NOTHING.get(field, "nothing")
        case {"is": str(word)}:
            return word
        case {"ed25519": str(key)}:
            return f"the key {key[:8]}"
        case {"name": str(name)}:
            return name
        case {"help": list(what), "languages": list(languages), "near": list(near), "away": list(away)}:
            parts = (", ".join(map(str, part)) for part in (what, languages, near, away))
            return "; ".join(filter(None, parts)) or "nothing"
        case str() if field == "same_as":
            return value[:8]
        case _:
            return str(value)


def missing_in_words(desk: Desk, one: Missing) -> str:
    """Whose decisions are not here, and what to do about it."""
    name = desk.team.name_of(one.author)
    what = "1 decision" if one.count == 1 else f"{one.count} decisions"
    return (
        f"{what} of {name}'s {'is' if one.count == 1 else 'are'} not here yet. Fetch and import again; if that "
        f"does not help, ask {name} to push."
    )


def fork_in_words(desk: Desk, one: Fork) -> str:
    """What two decisions with one number mean, and what to do about it."""
    name = desk.team.name_of(one.author)
    if one.author == desk.me.public:
        return (
            f"Your key has signed {len(one.ids)} decisions as number {one.number}. If this desk was brought "
            "back from a backup, that is why. If it was not, somebody else has your key: tell the others."
        )
    return (
        f"{name}'s key has signed {len(one.ids)} decisions as number {one.number}. Ask {name} over a call "
        f"whether their desk was brought back from a backup. If it was not, somebody else has {name}'s key."
    )


def refused_in_words(name: str, count: int) -> str:
    """Why decisions were not taken in; `name` is that of the error."""
    kind = getattr(errors, name, errors.EventError)
    said = (kind.__doc__ or "").replace("This event", "The decision").replace("an event", "a decision")
    return f"{count} {'was' if count == 1 else 'were'} not taken in: {said} ({name})"


def waiting_in_words(count: int) -> str:
    """How many decisions others cannot have yet, and what to do about it."""
    if count == 1:
        return "1 decision has not gone out to the other organizers, or has not come back: pack and push."
    return (
        f"{count} decisions have not gone out to the other organizers, or have not come back: pack and push."
    )
