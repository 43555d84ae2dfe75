"""Opening at the desk, beside plain PyNaCl; sealing in Node, with and without its JIT."""

from __future__ import annotations

import base64
import json
import secrets
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

from offramp.crypto.keyset import Keyset, verify_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import Letter
from offramp.crypto.opening import Opener, OpeningKey
from offramp.crypto.sealing import seal

ENVELOPES = 400
ROUNDS = 7
SEALINGS = 3
SCRIPT = Path(__file__).with_name("crypto_seal.mjs")
ONION = "benches2" * 7 + ".onion"


def main() -> None:
    """Prints everything that this measures."""
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
    measure_opening(keyset, key)
    measure_sealing(raw, root, now)


def measure_opening(keyset: Keyset, key: OpeningKey) -> None:
    """Rounds of both take turns, so that whatever else the machine does hits both."""
    fields = (("agency", "ICE"), ("region", "Midwest"), ("text", "I would like to leave. " * 80))
    letter = Letter("help", "bench", keyset.id, None, secrets.token_bytes(32), fields)
    opener, private = Opener(keyset, key), PrivateKey.generate()
    plain_box, sealing_box = SealedBox(private), SealedBox(private.public_key)
    envelopes = [seal(letter, keyset) for _ in range(ENVELOPES)]
    boxes = [sealing_box.encrypt(secrets.token_bytes(16_384)) for _ in range(ENVELOPES)]
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(_per_second(opener.open, envelopes))
        plain.append(_per_second(plain_box.decrypt, boxes))
    print("opening in one process, 16 KiB class, 8 slots, for a second of CPU (to hold: 3,000):")
    print(f"  best of {ROUNDS} rounds {max(ours):,.0f}, median {statistics.median(ours):,.0f}")
    print(f"  PyNaCl's SealedBox alone: best {max(plain):,.0f}, median {statistics.median(plain):,.0f}")
    ratio = statistics.median(one / other for one, other in zip(ours, plain, strict=True))
    print(f"  ratio, median of the rounds: {ratio:.2f}")


def _per_second(work: Callable[[bytes], object], items: Iterable[bytes]) -> float:
    start = time.process_time()
    for item in items:
        work(item)
    return ENVELOPES / (time.process_time() - start)


def measure_sealing(raw: bytes, root: bytes, now: int) -> None:
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
    print("sealing in Node to 8 slots, milliseconds, best of fresh processes:")
    for name, options in (("with JIT", []), ("without JIT, as at Safer", ["--jitless"])):
        times = [_seal_once(options, request) for _ in range(SEALINGS)]
        best = {what: min(one[what] for one in times) for what in times[0]}
        print(
            f"  {name}: keyset verified {best['verify']:.0f}, first text {best['first']:.0f}, "
            f"second {best['second']:.0f}, 1 MB attachment {best['megabyte']:.0f}"
        )


def _seal_once(options: list[str], request: str) -> dict[str, float]:
    done = subprocess.run(
        ["node", *options, SCRIPT], input=request, capture_output=True, text=True, check=True, timeout=120
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    main()
