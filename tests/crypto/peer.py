"""The page's cryptography, in a Node process beside the tests."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from offramp.crypto.letter import Attachment, Letter
from tests.crypto.samples import CAMPAIGN, NOW, ONION, RAW, ROOT

SCRIPT = Path(__file__).with_name("node_peer.mjs")


def text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Peer:
    """Asks the process one thing at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, call: str, **request: Any) -> dict[str, Any]:
        """`{"result": …}`, or `{"error": name}` with one of our errors; anything else fails here."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"call": call, **request}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "bug" not in answer, answer
        return answer

    def verify(self, raw: bytes, **changes: Any) -> dict[str, Any]:
        """The page's verdict on a keyset: its id in hexadecimal."""
        return self.ask("verify", **(trust(raw) | changes))


def trust(raw: bytes = RAW) -> dict[str, Any]:
    """What a page knows and is given of a keyset."""
    return {"keyset": text(raw), "root": text(ROOT), "campaign": CAMPAIGN, "now": NOW, "onion": ONION}


@contextmanager
def start_peer() -> Iterator[Peer]:
    """A process that ends with the block: it reads until its input ends."""
    with subprocess.Popen(
        ["node", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield Peer(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


def letter_out(letter: Letter) -> dict[str, Any]:
    """A letter as it goes to the peer."""
    return {
        "purpose": letter.purpose,
        "campaign": letter.campaign,
        "keyset_id": letter.keyset_id.hex(),
        "thread": letter.thread and letter.thread.hex(),
        "reply_key": letter.reply_key and letter.reply_key.hex(),
        "fields": letter.fields,
        "attachments": [(one.name, text(one.data)) for one in letter.attachments],
    }


def letter_in(said: dict[str, Any]) -> Letter:
    """A letter as it comes from the peer."""

    def optional(digits: str | None) -> bytes | None:
        return None if digits is None else bytes.fromhex(digits)

    return Letter(
        said["purpose"],
        said["campaign"],
        bytes.fromhex(said["keyset_id"]),
        optional(said["thread"]),
        optional(said["reply_key"]),
        tuple(tuple(field) for field in said["fields"]),
        tuple(Attachment(name, base64.b64decode(data)) for name, data in said["attachments"]),
    )
