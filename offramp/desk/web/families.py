"""All families of pages, in the menu's order. One more page family is one more line here."""

from __future__ import annotations

from typing import Final

from offramp.desk.web.family import Family
from offramp.desk.web.pages import (
    advisers,
    answering,
    case,
    drafts,
    groups,
    handed,
    handing,
    held,
    importing,
    inbox,
    keys,
    lock,
    matches,
    numbers,
    outbox,
    team,
    triage,
)

FAMILIES: Final[tuple[Family, ...]] = (
    inbox.FAMILY,
    groups.FAMILY,
    case.FAMILY,
    answering.FAMILY,
    advisers.FAMILY,
    matches.FAMILY,
    handing.FAMILY,
    drafts.FAMILY,
    outbox.FAMILY,
    numbers.FAMILY,
    keys.FAMILY,
    team.FAMILY,
    held.FAMILY,
    triage.FAMILY,
    importing.FAMILY,
    handed.FAMILY,
    lock.FAMILY,
)
