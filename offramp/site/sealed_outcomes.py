"""What can become of a file that was sent with the plain form; for each there is a page."""

from __future__ import annotations

import enum


class Outcome(enum.Enum):
    """The name by which the template has its words, and the answer's HTTP status."""

    RECEIVED = "received", 201
    NOT_SEALED = "not_sealed", 422
    NO_FILE = "no_file", 400
    OTHER_KEYS = "other_keys", 409
    TOO_LARGE = "too_large", 413
    CLOSED = "closed", 503
    PAUSED = "paused", 503
    BUSY = "busy", 503
    QUOTA = "quota", 507
    FULL = "full", 507
    BROKEN = "broken", 400
    ELSEWHERE = "elsewhere", 403

    @property
    def label(self) -> str:
        """By it the template has the words."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        return self.value[1]
