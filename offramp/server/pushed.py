"""What couriers push, one pack at a time: posts for the board, envelopes for the desks, and cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from offramp.crypto.envelope import read_header
from offramp.crypto.pack import BoardPost, CardPost, EnvelopePost, read_stream
from offramp.server.http.bodies import pieces_of
from offramp.store import Store, StoreUnavailable


class Posts(Protocol):
    """What couriers put onto the board."""

    def missing(self, ids: Sequence[bytes]) -> list[bytes]: ...
    def keep(self, posts: Iterable[BoardPost]) -> int: ...


class CardsKept(Protocol):
    """The cards that couriers brought."""

    def check(self, raw: bytes) -> object: ...
    def keep(self, raw: bytes) -> bool: ...
    def has(self, name: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where the parts of a pack go."""

    store: Store
    board: Posts
    cards: CardsKept

    def missing(self, ids: Sequence[bytes]) -> list[bytes]:
        """What is neither on the board nor among the envelopes and the cards.

        An envelope that every courier has fetched is gone, and so is a card after which a later one came.
        """
        absent = self.board.missing(ids)
        return [name for name in absent if not self.store.has(name) and not self.cards.has(name)]

    def keep(self, pack: bytes, today: date) -> int:
        """Keep a pack, on the disk when this returns; how many parts of it the server has now.

        Raises PackError, UnsupportedVersion, EnvelopeError, CardError, StoreError, KeptTooLong, ShardFull.
        """
        kept = self.board.keep(self._for_the_board(pack))
        return kept + self._keep_envelopes(pack, today) + self._keep_cards(pack, today)

    def _for_the_board(self, pack: bytes) -> Iterator[BoardPost]:
        """The posts of a pack but for envelopes and cards, which are only looked at here (FORMAT 2.3, step 1; 16.2).

        So a pack with anything wrong in it leaves nothing: all of it is read before any of it is kept.
        """
        for post in read_stream(pieces_of(pack)):
            match post:
                case EnvelopePost():
                    read_header(post.envelope)
                case CardPost():
                    self.cards.check(post.card)
                case _:
                    yield post

    def _keep_envelopes(self, pack: bytes, today: date) -> int:
        """Keep a pack's envelopes, each as if it had been sent to the intake; how many the server has now."""
        kept = 0
        for post in read_stream(pieces_of(pack)):
            if isinstance(post, EnvelopePost) and post.last_day >= today:
                header = read_header(post.envelope)
                self.store.add(post.envelope, envelope_id=post.id, size_class=header.size_class, day=today)
                kept += 1
        return kept

    def _keep_cards(self, pack: bytes, today: date) -> int:
        posts = (post for post in read_stream(pieces_of(pack)) if isinstance(post, CardPost))
        try:
            return sum(self.cards.keep(post.card) for post in posts if post.last_day >= today)
        except OSError:
            raise StoreUnavailable from None
