"""Shares of a root key (FORMAT.md, 18): of any so many of them, and of no fewer, the key can be put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Final, Self

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from offramp.desk.keys import RootKey
from offramp.desk.root.errors import BadSplit, NotAShare, SharesDiffer, SharesNeeded

WORDS: Final = 33
FEWEST, MOST = 2, 16
_PAYLOAD: Final = Struct(f">{WORDS}H")
_SEED: Final = 32


@dataclass(frozen=True, slots=True)
class RootShare:
    """One share. `number` counts from 1; `needed` of one `splitting`, together, are the key."""

    words: tuple[str, ...] = field(repr=False)
    number: int
    needed: int
    splitting: int

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """The share that these 33 words are; NotAShare."""
        if len(words) != WORDS:
            raise NotAShare(f"These are {len(words)} words, and a share has {WORDS}.")
        try:
            found = Share.from_mnemonic(" ".join(words))
        except MnemonicError:
            raise NotAShare from None
        # Words of other programs may be of several groups, or under a passphrase: nobody here made such.
        ours = (found.extendable, found.iteration_exponent, found.group_count, len(found.value))
        if ours != (True, 0, 1, _SEED) or found.member_threshold < FEWEST:
            raise NotAShare
        return cls(tuple(words), found.index + 1, found.member_threshold, found.identifier)

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """As it lies in a secret file (FORMAT.md, 4); NotAShare."""
        if len(payload) != _PAYLOAD.size:
            raise NotAShare
        places = _PAYLOAD.unpack(payload)
        if max(places) >= len(WORDLIST):
            raise NotAShare
        return cls.of([WORDLIST[place] for place in places])

    def to_bytes(self) -> bytes:
        return _PAYLOAD.pack(*(WORD_INDEX_MAP[word] for word in self.words))


@dataclass(frozen=True, slots=True)
class Split:
    """Into how many shares a root key is split, and any how many of them sign."""

    needed: int
    made: int

    def __post_init__(self) -> None:
        # One share that signs alone would be the key itself, several times over.
        if not FEWEST <= self.needed <= self.made <= MOST:
            raise BadSplit


USUAL: Final = Split(2, 3)


def split_root(root: RootKey, split: Split) -> list[RootShare]:
    """New shares of a root key, which have nothing in common with any that were made of it before."""
    # No passphrase of SLIP-39: each share lies under one of its holder's own, or on paper.
    (made,) = generate_mnemonics(1, [(split.needed, split.made)], root.seed, iteration_exponent=0)
    return [RootShare.of(words.split()) for words in made]


def join_shares(shares: Iterable[RootShare]) -> RootKey:
    """The root key of which these are shares. Raises SharesNeeded, SharesDiffer."""
    several = {(one.splitting, one.needed, one.number): one for one in shares}
    needed = max((one.needed for one in several.values()), default=FEWEST)
    if len({key[:2] for key in several}) > 1:
        raise SharesDiffer
    if len(several) < needed:
        raise SharesNeeded(f"{needed} different shares are needed to sign. This is {len(several)}.")
    chosen = list(several.values())[:needed]
    try:
        return RootKey(combine_mnemonics(" ".join(one.words) for one in chosen))
    except MnemonicError:  # of two splittings that got the same number by chance, one in 32 768
        raise SharesDiffer from None
