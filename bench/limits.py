"""The sizes to hold, each with the words that a reader of docs/figures.md sees.  A bench hangs them on its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that a result must not be above ("most") or below ("least"), in the result's own unit."""

    words: str
    at: Literal["most", "least"]
    value: float

    def holds(self, value: float) -> bool:
        """Whether a number keeps within it."""
        return value <= self.value if self.at == "most" else value >= self.value

    def used(self, value: float) -> float:
        """How much of the limit a number uses up: above 1 it does not hold, whichever way it points."""
        if self.at == "most":
            return value / self.value
        return self.value / value if value else float("inf")

    def __str__(self) -> str:
        return f"{'≤' if self.at == 'most' else '≥'} {self.value:,g}"


# The first URL to a form that can be typed in, then to one that can seal; then the one click.
FORM_REQUESTS = Limit("first address to a form to type in, requests", "most", 2)
FORM_BYTES = Limit("first address to a form to type in, bytes", "most", 12_000)
READY_REQUESTS = Limit("first address to ready to seal, requests", "most", 4)
READY_BYTES = Limit("first address to ready to seal, bytes", "most", 45_000)
SUBMIT_REQUESTS = Limit("click to received, requests", "most", 1)
SUBMIT_BYTES = Limit("click to received, bytes down", "most", 1_000)
SEALING_MS = Limit("sealing text to 8 slots at Safer, in a fresh page, ms", "most", 1_000)

# The server.
SUBMISSIONS = Limit(
    "durable submissions of 16 KiB a second, 8 at once, where the disk allows", "least", 1_000
)
OF_STORE = Limit("… as a share of what the store alone does", "least", 0.5)
PROCESSOR_MS = Limit("server's processor time a submission, ms", "most", 1.5)
SLOW_P99_MS = Limit("normal visitor under 1,000 slow connections, p99 in ms", "most", 100)
PSS_MIB = Limit("both apps' memory (PSS) without tor, MiB", "most", 90)
FLAT = Limit("cost of one submission at 10⁶ stored, beside 10²", "most", 1.2)

# The desk.
OPENING = Limit("opening at the desk, 16 KiB, 8 slots, a second of one core", "least", 3_000)

SIZES_TO_HOLD: tuple[Limit, ...] = (
    FORM_REQUESTS,
    FORM_BYTES,
    READY_REQUESTS,
    READY_BYTES,
    SUBMIT_REQUESTS,
    SUBMIT_BYTES,
    SEALING_MS,
    SUBMISSIONS,
    OF_STORE,
    PROCESSOR_MS,
    SLOW_P99_MS,
    PSS_MIB,
    OPENING,
    FLAT,
)
