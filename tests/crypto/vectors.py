"""The vectors, and what Python does with each kind of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from offramp.crypto import bundle, keyset, secret_file
from offramp.crypto.envelope import envelope_id
from offramp.crypto.errors import OfframpError
from offramp.crypto.keyset import Keyset, read_keyset, verify_keyset
from offramp.crypto.letter import Attachment, Letter, read_content
from offramp.crypto.opening import Opener, OpeningKey
from offramp.crypto.request import Verifier
from offramp.crypto.sealing import seal

FOLDER = Path(keyset.__file__).parent / "vectors"

Vector = dict[str, Any]


def load_all() -> dict[str, Vector]:
    """Every vector by its name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


VECTORS = load_all()


def envelope_of(vector: Vector) -> bytes:
    """The bytes of a vector's envelope, which may be told as another one's with edits."""
    said = vector["envelope"]
    if isinstance(said, str):
        return base64.b64decode(said, validate=True)
    raw = bytearray(envelope_of(VECTORS[said["of"]]))
    for edit in said["edits"]:
        _edit(raw, **edit)
    return bytes(raw)


def _edit(
    raw: bytearray,
    at: int = 0,
    xor: str = "",
    put: str = "",
    insert: str = "",
    cut: int | None = None,
    swap: tuple[int, int, int] | None = None,
) -> None:
    for offset, byte in enumerate(bytes.fromhex(xor), at):
        raw[offset] ^= byte
    raw[at : at + len(put) // 2] = bytes.fromhex(put)
    raw[at:at] = bytes.fromhex(insert)
    if cut is not None:
        del raw[cut:]
    if swap is not None:
        one, other, length = swap
        first, second = raw[one : one + length], raw[other : other + length]
        raw[one : one + length], raw[other : other + length] = second, first


def shown(letter: Letter) -> dict[str, Any]:
    """A letter in the form in which the vectors show it."""
    return {
        "purpose": letter.purpose,
        "campaign": letter.campaign,
        "keyset_id": letter.keyset_id.hex(),
        "thread": letter.thread and letter.thread.hex(),
        "reply_key": letter.reply_key and letter.reply_key.hex(),
        "fields": [list(field) for field in letter.fields],
        "attachments": [
            [one.name, len(one.data), blake2b(one.data, digest_size=32).hexdigest()]
            for one in letter.attachments
        ],
    }


def trusted(vector: Vector) -> Keyset:
    """The keyset of a vector that is not about keysets."""
    raw = base64.b64decode(vector["keyset"], validate=True)
    return read_keyset(raw, root=bytes.fromhex(vector["root"]), campaign=vector["campaign"])


def key_of(vector: Vector) -> OpeningKey:
    """The private halves of a vector's reader."""
    return OpeningKey(*(bytes.fromhex(vector["key"][half]) for half in ("x25519", "mlkem_seed")))


def _run_envelope(vector: Vector) -> tuple[object, object]:
    envelope = envelope_of(vector)
    letter = Opener(trusted(vector), key_of(vector)).open(envelope)
    name = envelope_id(envelope).hex() if "id" in vector else None
    return (vector.get("letter"), vector.get("id")), (shown(letter), name)


def _run_content(vector: Vector) -> tuple[object, object]:
    letter = read_content(base64.b64decode(vector["content"], validate=True))
    return vector.get("letter"), shown(letter)


def _run_keyset(vector: Vector) -> tuple[object, object]:
    verified = verify_keyset(
        base64.b64decode(vector["keyset"], validate=True),
        root=bytes.fromhex(vector["root"]),
        campaign=vector["campaign"],
        now=vector["now"],
        onion=vector["onion"],
        minimum_sequence=vector["minimum_sequence"],
    )
    return vector.get("read"), {
        "id": verified.id.hex(),
        "campaign": verified.campaign,
        "onion": verified.onion,
        "sequence": verified.sequence,
        "previous": verified.previous.hex(),
        "valid_from": verified.valid_from,
        "valid_until": verified.valid_until,
        "recipients": verified.slot_count,
        "last_x25519": verified.recipients[-1].x25519.hex(),
    }


def _run_sealing(vector: Vector) -> tuple[object, object]:
    said = vector["letter"]
    letter = Letter(
        purpose=said["purpose"],
        campaign=said["campaign"],
        keyset_id=bytes.fromhex(said["keyset_id"]),
        fields=tuple(tuple(field) for field in said["fields"]),
        attachments=tuple(Attachment(name, bytes(size)) for name, size, _ in said["attachments"]),
    )
    seal(letter, trusted(vector))
    return None, None


def _run_secret_file(vector: Vector) -> tuple[object, object]:
    kind = secret_file.SecretKind(vector["secret_kind"])
    raw = base64.b64decode(vector["file"], validate=True)
    return vector.get("payload"), secret_file.read_secret(raw, vector["passphrase"], kind).hex()


def bundle_parts(vector: Vector) -> list[bytes]:
    """The bytes of a bundle: hexadecimal, or so many zeros in the place of an envelope."""
    return [bytes(part) if isinstance(part, int) else bytes.fromhex(part) for part in vector["parts"]]


def _run_bundle(vector: Vector) -> tuple[object, object]:
    return vector["envelopes"], sum(1 for _ in bundle.read_stream(bundle_parts(vector)))


def _run_request(vector: Vector) -> tuple[object, object]:
    couriers = [bytes.fromhex(courier) for courier in vector["couriers"]]
    verifier = Verifier(vector["host"], couriers)
    verifier.epoch = bytes.fromhex(vector["epoch"])
    courier = verifier.verify(
        vector["authorization"],
        method=vector["method"],
        target=vector["target"],
        body=bytes.fromhex(vector["body"]),
    )
    return couriers[0], courier


RUNNERS: dict[str, Callable[[Vector], tuple[object, object]]] = {
    "envelope": _run_envelope,
    "content": _run_content,
    "keyset": _run_keyset,
    "sealing": _run_sealing,
    "secret_file": _run_secret_file,
    "bundle": _run_bundle,
    "request": _run_request,
}


def run(vector: Vector) -> str:
    """The name of our error, or "ok". Any other exception is a bug, and gets out."""
    try:
        wanted, got = RUNNERS[vector["kind"]](vector)
    except OfframpError as error:
        return type(error).__name__
    return "ok" if wanted == got else "another result"
