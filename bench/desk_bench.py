"""An organizer's desk with 10,000 submissions: importing, unlocking, every page, and searching.

    python -m bench desk

All of it through the real code: a bundle of sealed letters, the real vault with the real Argon2id, and the pages
through the real guard and app, without a browser. Importing stands beside what PyNaCl alone needs to open boxes of
the same size, and beside writing as many bytes as the vault has to the same disk.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from mnemonic import Mnemonic
from nacl.public import PrivateKey, SealedBox

from bench.limits import Limit
from bench.measuring import seconds_to_write, timed
from bench.results import BenchError, Beside, Result
from offramp.campaign import Field, default_campaign
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Letter
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.cases.importing import import_bundle
from offramp.desk.cases.listing import Filter, listing
from offramp.desk.cases.similar import groups
from offramp.desk.desk import Desk
from offramp.desk.vault.sealing import seal_vault_key
from offramp.desk.vault.upkeep import back_up, check
from tests.desk.cases.filled import flood
from tests.desk.team import PASSPHRASE, Team, Worker, letter, make_team, new_desk, write_bundle
from tests.desk.web.visiting import ORIGIN, Visit, every_page, place_at

SUBMISSIONS = 10_000
REQUESTS_IN = 100  # one in so many is a request
FLOOD_IN = 10  # one in so many is of a flood of similar texts
IMPORT_TO_HOLD = Limit("importing at the desk, a second of one core", "least", 1_000)
PAGE_TO_HOLD = Limit("any page of the desk, ms", "most", 300)
SEARCH_TO_HOLD = Limit("searching at the desk, ms", "most", 200)
ROUNDS = 5
CLASS = 16_384

_WORDS = Mnemonic("english").wordlist
_TROLL = "Hello, my name is NAME and I can offer NUMBER jobs in a coal mine for all of you, come and get one."
T = TypeVar("T")
_ID = re.compile(r"\b[0-9a-f]{16}\b")


def main(quick: bool = False) -> Iterator[Result]:
    """What a desk of that size takes, beside what is to hold."""
    with tempfile.TemporaryDirectory() as folder:
        yield from measure(Path(folder), make_team(), 30 if quick else SUBMISSIONS)


def measure(folder: Path, team: Team, number: int) -> Iterator[Result]:
    """Sealing as many comes first; it takes a while, and is not measured."""
    team.write(folder)
    place = place_at(folder / "alice", folder / "campaign")
    write_bundle(place.bundle, *_envelopes(team.first, number))
    desk = new_desk(place.vault, place.campaign, "alice", team.alice)
    yield from _importing(desk, place.bundle, number)
    yield from _searching(desk)
    yield from _keeping(desk, folder)
    desk.lock()
    seconds, desk = timed(lambda: Desk.unlock(place.vault, PASSPHRASE, place.campaign))
    desk.lock()
    stretching, _ = timed(lambda: seal_vault_key(bytes(32), PASSPHRASE))
    yield Result("unlocking", seconds, "s", beside=(Beside("the passphrase's Argon2id alone", stretching),))
    visit = Visit(place)
    visit.open()
    yield from _pages(visit)
    visit.keeper.end()


def _envelopes(keyset: Keyset, number: int) -> Iterator[bytes]:
    draw = random.Random(number)  # noqa: S311  # the same desk in each run
    campaign = default_campaign()
    texts = flood(_TROLL, number // FLOOD_IN)
    for count in range(number):
        if count % REQUESTS_IN == 0:
            fields = _fields(draw, campaign.help.fields, _text(draw))
            yield Worker.new().sends(_letter(keyset, "help", fields), keyset)
        else:
            text = next(texts, None) if count % FLOOD_IN == 1 else None
            fields = _fields(draw, campaign.offer.fields, text or _text(draw))
            yield seal(_letter(keyset, "offer", fields), keyset)


def _letter(keyset: Keyset, purpose: str, fields: tuple[tuple[str, ...], ...]) -> Letter:
    return replace(letter(keyset), purpose=purpose, fields=fields)


def _fields(draw: random.Random, fields: tuple[Field, ...], text: str) -> tuple[tuple[str, ...], ...]:
    """What somebody might choose and type in a form; the longest text is theirs."""
    return tuple(
        (one.id, draw.choice(one.options)) if one.options else (one.id, _typed(draw, one.id, text))
        for one in fields
        if one.kind != "files"
    )


def _typed(draw: random.Random, name: str, text: str) -> str:
    return text if name == "message" else " ".join(draw.sample(_WORDS, 3))


def _text(draw: random.Random) -> str:
    return " ".join(draw.choices(_WORDS, k=draw.randint(30, 200))).capitalize() + "."


def _importing(desk: Desk, bundle: Path, number: int) -> Iterator[Result]:
    before = time.process_time()
    seconds, found = timed(lambda: import_bundle(desk, bundle))
    processor = time.process_time() - before
    if found.letters != number:
        raise BenchError(f"{found.letters} letters of {number} came in")
    size = desk.vault.path.stat().st_size + desk.vault.path.with_name("vault-wal").stat().st_size
    disk = seconds_to_write(desk.vault.path.with_name("plain"), size)
    opened = Beside("PyNaCl alone opens", _boxes_per_second(number))
    yield Result(
        f"importing {number:,}, for a second of CPU", number / processor, "/s", (opened,), IMPORT_TO_HOLD
    )
    on_disk = Beside(f"the disk, for the vault's {size / 1e6:.0f} MB", disk)
    yield Result("importing, by the clock", seconds, "s", beside=(on_disk,))
    seconds, again = timed(lambda: import_bundle(desk, bundle))
    yield Result(f"importing {again.known:,} known ones again", seconds, "s")
    seconds, found_groups = timed(lambda: groups(desk))
    largest = max((one.size for one in found_groups), default=0)
    yield Result("looking for similar texts", seconds, "s", note=f"the largest group has {largest:,}")


def _boxes_per_second(number: int) -> float:
    private = PrivateKey.generate()
    box = SealedBox(private.public_key).encrypt(bytes(CLASS))
    opening = SealedBox(private)
    count = min(number, 2_000)
    before = time.process_time()
    for _ in range(count):
        opening.decrypt(box)
    return count / (time.process_time() - before)


def _searching(desk: Desk) -> Iterator[Result]:
    """Words that many texts have, few, several at once, and none."""
    listing(desk)
    words = ("of", "ocean", "ocean winter", "coal mine", "résumé", "no such words anywhere")
    for typed in words:
        median, worst, found = _several(lambda typed=typed: listing(desk, Filter(words=typed)))  # type: ignore[misc]
        note = f"once {worst:.0f} ms; {len(found.rows):,} found"
        yield Result(f"searching “{typed}”", median, "ms", limit=SEARCH_TO_HOLD, note=note)


def _keeping(desk: Desk, folder: Path) -> Iterator[Result]:
    seconds, found = timed(lambda: check(desk.vault))
    yield Result("looking whether the vault is whole", seconds, "s", note=f"{found.records:,} records")
    seconds, _ = timed(lambda: back_up(desk.vault, folder / "backup", days.today()))
    yield Result("a backup, checked before", seconds, "s")


def _pages(visit: Visit) -> Iterator[Result]:
    """Every page that links lead to; of those that are only another hundred of the same list, the last one."""
    lasts = {path.partition("?")[0]: path for path, _ in every_page(visit)}
    times: dict[str, float] = {}
    for path in sorted({*lasts, *lasts.values()}):
        times[path], worst, _ = _several(lambda path=path: _asked(visit, path))  # type: ignore[misc]
        page = f"page {_ID.sub('ID', path.removeprefix(visit.root))}"
        yield Result(page, times[path], "ms", limit=PAGE_TO_HOLD, note=f"once {worst:.0f} ms")
    slowest = max(times, key=lambda path: times[path])
    yield Result(
        f"the slowest of {len(times)} pages",
        times[slowest],
        "ms",
        limit=PAGE_TO_HOLD,
        note=_ID.sub("ID", slowest.removeprefix(visit.root)),
    )


def _asked(visit: Visit, path: str) -> int:
    path = path if path.startswith(visit.root) else f"{visit.root}{path}"
    answer = visit.client.get(
        path, base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True, buffered=True
    )
    if answer.status_code != 200:
        raise BenchError(f"{path}: {answer.status_code}")
    return len(answer.data)


def _several(work: Callable[[], T]) -> tuple[float, float, T]:
    """Milliseconds, the median of some rounds; those of the slowest; and what came of it."""
    rounds = sorted((timed(work) for _ in range(ROUNDS)), key=lambda one: one[0])
    return 1000 * rounds[ROUNDS // 2][0], 1000 * rounds[-1][0], rounds[-1][1]
