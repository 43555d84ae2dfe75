"""Opening at the desk, beside plain PyNaCl; sealing in Node, with and without its JIT."""

from __future__ import annotations

import base64
import json
import secrets
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

from bench import limits
from bench.results import BenchError, Beside, Result
from offramp.crypto.keyset import Keyset, verify_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import Letter
from offramp.crypto.opening import Opener, OpeningKey
from offramp.crypto.sealing import seal

ENVELOPES = 400
ROUNDS = 7
SEALINGS = 3
SCRIPT = Path(__file__).with_name("crypto_seal.mjs")
STEPS = {
    "verify": "verifying the keyset",
    "first": "sealing the first text to 8 slots",
    "second": "sealing the second",
    "megabyte": "sealing an attachment of 1 MB",
}
ONION = "benches2" * 7 + ".onion"


def main(quick: bool = False) -> Iterator[Result]:
    """Opening for a second of the processor, and sealing in fresh processes."""
    root_seed = secrets.token_bytes(32)
    root = bytes(SigningKey(root_seed).verify_key)
    key = OpeningKey.generate()
    now = int(time.time())
    raw = sign_keyset(
        root_seed,
        campaign="bench",
        onion=ONION,
        sequence=1,
        previous=bytes(32),
        valid_from=now - 60,
        valid_until=now + 3600,
        card_key=root,
        organizers=[key.public],
        slot_count=8,
    )
    keyset = verify_keyset(raw, root=root, campaign="bench", now=now)
    yield from measure_opening(keyset, key, *((10, 1) if quick else (ENVELOPES, ROUNDS)))
    yield from measure_sealing(raw, root, now, 1 if quick else SEALINGS)


def measure_opening(keyset: Keyset, key: OpeningKey, count: int, rounds: int) -> Iterator[Result]:
    """Rounds of both take turns, so that whatever else the machine does hits both."""
    fields = (("agency", "ICE"), ("region", "Midwest"), ("text", "I would like to leave. " * 80))
    letter = Letter("help", "bench", keyset.id, None, secrets.token_bytes(32), fields)
    opener, private = Opener(keyset, key), PrivateKey.generate()
    plain_box, sealing_box = SealedBox(private), SealedBox(private.public_key)
    envelopes = [seal(letter, keyset) for _ in range(count)]
    boxes = [sealing_box.encrypt(secrets.token_bytes(16_384)) for _ in range(count)]
    ours, plain = [], []
    for _ in range(rounds):
        ours.append(_per_second(opener.open, envelopes))
        plain.append(_per_second(plain_box.decrypt, boxes))
    yield Result(
        "opening in one process, 16 KiB class, 8 slots, for a second of CPU",
        statistics.median(ours),
        "/s",
        beside=(Beside("PyNaCl's SealedBox alone", statistics.median(plain)),),
        limit=limits.OPENING,
        note=f"the best of {rounds} rounds: {max(ours):,.0f}/s, PyNaCl alone {max(plain):,.0f}/s",
    )


def _per_second(work: Callable[[bytes], object], items: Sequence[bytes]) -> float:
    start = time.process_time()
    for item in items:
        work(item)
    return len(items) / (time.process_time() - start)


def measure_sealing(raw: bytes, root: bytes, now: int, processes: int) -> Iterator[Result]:
    """The best of a few fresh processes."""
    request = json.dumps(
        {
            "keyset": base64.b64encode(raw).decode(),
            "root": base64.b64encode(root).decode(),
            "campaign": "bench",
            "now": now,
            "onion": ONION,
        }
    )
    for how, options in (("with JIT", []), ("without JIT, as at Safer", ["--jitless"])):
        times = [_seal_once(options, request) for _ in range(processes)]
        for what, words in STEPS.items():
            yield Result(f"in Node, {how}: {words}", min(one[what] for one in times), "ms")


def _seal_once(options: list[str], request: str) -> dict[str, float]:
    done = subprocess.run(
        ["node", *options, SCRIPT], input=request, capture_output=True, text=True, timeout=120
    )
    if done.returncode != 0:
        raise BenchError(f"node: {done.stderr[-300:]}")
    result: dict[str, float] = json.loads(done.stdout)
    return result
