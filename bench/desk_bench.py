"""An organizer's desk with 10,000 submissions: importing, unlocking, every page, and searching.

    python -m bench desk

All of it through the real code: a bundle of sealed letters, the real vault with the real Argon2id, and the pages
through the real guard and app, without a browser. Importing stands beside what PyNaCl alone needs to open boxes of
the same size, and beside writing as many bytes as the vault has to the same disk.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from mnemonic import Mnemonic
from nacl.public import PrivateKey, SealedBox

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
IMPORT_TO_HOLD, PAGE_TO_HOLD, SEARCH_TO_HOLD = 1_000, 0.3, 0.2
ROUNDS = 5
CLASS = 16_384

_WORDS = Mnemonic("english").wordlist
_TROLL = "Hello, my name is NAME and I can offer NUMBER jobs in a coal mine for all of you, come and get one."
T = TypeVar("T")


def main() -> None:
    """Print what a desk of that size takes, beside what is to hold."""
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), make_team(), SUBMISSIONS)


def measure(folder: Path, team: Team, number: int) -> None:
    team.write(folder)
    place = place_at(folder / "alice", folder / "campaign")
    print(f"sealing {number:,} submissions, which takes a while and is not measured", flush=True)
    write_bundle(place.bundle, *_envelopes(team.first, number))
    desk = new_desk(place.vault, place.campaign, "alice", team.alice)
    _importing(desk, place.bundle, number)
    _searching(desk)
    _keeping(desk, folder)
    desk.lock()
    seconds, desk = _timed(lambda: Desk.unlock(place.vault, PASSPHRASE, place.campaign))
    desk.lock()
    stretching, _ = _timed(lambda: seal_vault_key(bytes(32), PASSPHRASE))
    _say("unlocking", f"{seconds:.2f} s, of which the passphrase's Argon2id takes {stretching:.2f}")
    visit = Visit(place)
    visit.open()
    _pages(visit)
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


def _importing(desk: Desk, bundle: Path, number: int) -> None:
    before = time.process_time()
    seconds, found = _timed(lambda: import_bundle(desk, bundle))
    processor = time.process_time() - before
    if found.letters != number:
        raise SystemExit(f"{found.letters} letters of {number} came in")
    rate, plain = number / seconds, _boxes_per_second(number)
    size = desk.vault.path.stat().st_size + desk.vault.path.with_name("vault-wal").stat().st_size
    disk = _seconds_to_write(desk.vault.path.with_name("plain"), size)
    _say(
        "importing",
        f"{seconds:.1f} s, {rate:,.0f} a second, {number / processor:,.0f} for a second of CPU "
        f"(to hold: {IMPORT_TO_HOLD:,}); PyNaCl alone opens {plain:,.0f} "
        f"({rate / plain:.2f} of that); the disk takes the vault's {size / 1e6:.0f} MB in {disk:.2f} s",
    )
    seconds, again = _timed(lambda: import_bundle(desk, bundle))
    _say("importing again", f"{seconds:.2f} s for {again.known:,} known ones")
    seconds, found_groups = _timed(lambda: groups(desk))
    _say("similar texts", f"{seconds:.2f} s; the largest group has {max(one.size for one in found_groups):,}")


def _boxes_per_second(number: int) -> float:
    private = PrivateKey.generate()
    box = SealedBox(private.public_key).encrypt(bytes(CLASS))
    opening = SealedBox(private)
    count = min(number, 2_000)
    seconds, _ = _timed(lambda: [opening.decrypt(box) for _ in range(count)])
    return count / seconds


def _seconds_to_write(path: Path, size: int) -> float:
    def write() -> None:
        with path.open("wb") as file:
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())

    seconds, _ = _timed(write)
    path.unlink()
    return seconds


def _searching(desk: Desk) -> None:
    """Words that many texts have, few, several at once, and none."""
    listing(desk)
    words = ("of", "ocean", "ocean winter", "coal mine", "résumé", "no such words anywhere")
    for typed in words:
        median, worst, found = _several(lambda typed=typed: listing(desk, Filter(words=typed)))  # type: ignore[misc]
        _say(
            f"searching '{typed}'",
            f"{_milliseconds(median, worst, SEARCH_TO_HOLD)}, {len(found.rows):,} found",
        )


def _keeping(desk: Desk, folder: Path) -> None:
    seconds, found = _timed(lambda: check(desk.vault))
    _say("looking whether the vault is whole", f"{seconds:.2f} s for {found.records:,} records")
    seconds, _ = _timed(lambda: back_up(desk.vault, folder / "backup", days.today()))
    _say("a backup, checked before", f"{seconds:.2f} s")


def _pages(visit: Visit) -> None:
    """Every page that links lead to; of those that are only another hundred of the same list, the last one."""
    lasts = {path.partition("?")[0]: path for path, _ in every_page(visit)}
    times = {}
    for path in sorted({*lasts, *lasts.values()}):
        times[path], worst, _ = _several(lambda path=path: _asked(visit, path))  # type: ignore[misc]
        _say(f"page {path.removeprefix(visit.root)}", _milliseconds(times[path], worst, PAGE_TO_HOLD))
    slowest = max(times, key=lambda path: times[path])
    _say(
        f"the slowest of {len(times)} pages",
        f"{1000 * times[slowest]:.0f} ms: {slowest.removeprefix(visit.root)}",
    )


def _asked(visit: Visit, path: str) -> int:
    path = path if path.startswith(visit.root) else f"{visit.root}{path}"
    answer = visit.client.get(
        path, base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True, buffered=True
    )
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return len(answer.data)


def _several(work: Callable[[], T]) -> tuple[float, float, T]:
    """Seconds, the median of some rounds; those of the slowest; and what came of it."""
    rounds = sorted((_timed(work) for _ in range(ROUNDS)), key=lambda one: one[0])
    return rounds[ROUNDS // 2][0], rounds[-1][0], rounds[-1][1]


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def _milliseconds(median: float, worst: float, to_hold: float) -> str:
    return f"{1000 * median:.0f} ms, once {1000 * worst:.0f} (to hold: {1000 * to_hold:.0f})"


def _say(what: str, found: str) -> None:
    print(f"{what:<40} {found}", flush=True)
