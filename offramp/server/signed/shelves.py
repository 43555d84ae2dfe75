"""The keysets and the cards of a server's folder, as everything that reads them opens them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from offramp.crypto.keyset import Keyset
from offramp.server.layout import PublicState
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.floor import Floor
from offramp.server.signed.keysets import KeysetShelf

Clock = Callable[[], float]


def shelf_of(state: PublicState, *, clock: Clock = time.time) -> KeysetShelf:
    """The keysets in the folder."""
    return KeysetShelf(
        state.folder.keysets,
        root=state.root,
        campaign=state.campaign.id,
        onion=state.intake_address,
        floor=Floor(state.folder.floor),
        clock=clock,
    )


def cards_of(
    state: PublicState, keysets: Callable[[], Iterable[Keyset]], *, clock: Clock = time.time
) -> CardShelf:
    """The cards in the folder, which were signed with the card keys of *keysets*."""
    return CardShelf(
        state.folder.cards,
        keysets,
        root=state.root,
        campaign=state.campaign.id,
        limit_days=state.campaign.keys.card_limit_days,
        clock=clock,
    )
