"""Boards and phrases for the tests of the page of answers, made by the Python side of the formats."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from offramp.crypto.answer import Answer, Parcel
from offramp.crypto.board import Descriptor, make_shard, shard_number, write_descriptor
from offramp.crypto.parcel_sealing import seal_parcel
from offramp.crypto.reply import seal_reply
from tests.crypto.phrase import read_phrase, reply_key_of, thread_of, words_of
from tests.page.page_server import PageServer

DAY = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with twelve words."""

    entropy: bytes

    @classmethod
    def numbered(cls, number: int) -> Person:
        """The same words for the same number."""
        return cls(random.Random(number).randbytes(16))

    @classmethod
    def whose_words(cls, text: str) -> Person:
        """Whoever has these words."""
        return cls(read_phrase(text))

    @property
    def words(self) -> list[str]:
        return words_of(self.entropy)

    @property
    def phrase(self) -> str:
        return " ".join(self.words)

    @property
    def reply_key(self) -> bytes:
        return reply_key_of(self.entropy)

    @property
    def thread(self) -> bytes:
        return thread_of(self.entropy)


@dataclass
class TestBoard:
    """What is on a server: replies by their shard numbers, and parcels."""

    __test__ = False

    doublings: int = 0
    build: int = 1
    replies: dict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    parcels: dict[bytes, bytes] = field(default_factory=dict)

    def answer(self, person: Person, text: str, *parcels: Parcel, number: int = 1, day: date = DAY) -> None:
        """Puts an answer there."""
        self.add(person, seal_reply(Answer(number, day, text, parcels), person.reply_key))

    def add(self, person: Person, reply: bytes) -> None:
        """Puts any 4096 bytes where this person looks."""
        self.replies[shard_number(person.thread)].append(reply)

    def parcel(self, data: bytes, name: str) -> Parcel:
        """Puts a file there; an answer must point to it."""
        sealed, entry = seal_parcel(data, name)
        self.parcels[entry.id] = sealed
        return entry

    @property
    def descriptor(self) -> Descriptor:
        return Descriptor(self.doublings, self.build)

    def path_for(self, person: Person) -> str:
        """Where the person's shard is."""
        return f"/board/{self.build}/{self.descriptor.shard_of(shard_number(person.thread))}"

    def files(self) -> dict[str, bytes]:
        """Everything by its path."""
        shards: dict[int, list[bytes]] = defaultdict(list)
        for number, replies in self.replies.items():
            shards[self.descriptor.shard_of(number)] += replies
        found = {"/board": write_descriptor(self.descriptor)}
        for index in range(self.descriptor.shard_count):
            found[f"/board/{self.build}/{index}"] = make_shard(shards[index])
        return found | {f"/parcel/{name.hex()}": sealed for name, sealed in self.parcels.items()}

    def put_on(self, server: PageServer) -> None:
        """Has the page server show it."""
        server.files = self.files()
