"""The vectors, and what Python does with each kind of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from offramp.crypto import bundle, keyset, pack, secret_file
from offramp.crypto.answer import Answer, Parcel, read_answer
from offramp.crypto.board import read_descriptor, shard_number
from offramp.crypto.calendar import read_calendar, write_calendar
from offramp.crypto.card import check_card_date, read_card
from offramp.crypto.draft import read_draft
from offramp.crypto.envelope import envelope_id
from offramp.crypto.errors import EventReplayed, OfframpError
from offramp.crypto.event import kept_event, verify_event
from offramp.crypto.former_root import read_former_root
from offramp.crypto.handoff import open_hand_off, read_statement
from offramp.crypto.key_list import read_key_list
from offramp.crypto.keyset import Keyset, read_keyset, verify_keyset
from offramp.crypto.letter import Attachment, Letter, read_content
from offramp.crypto.manifest import read_manifest
from offramp.crypto.opening import Opener, OpeningKey
from offramp.crypto.pack import CardPost, EnvelopePost, ParcelPost, Post, ReplyPost
from offramp.crypto.parcel import parcel_id
from offramp.crypto.parcel_sealing import open_parcel, seal_data
from offramp.crypto.reply import open_reply, open_shard, seal_reply
from offramp.crypto.request import Verifier
from offramp.crypto.sealing import seal
from offramp.crypto.team_list import read_team_list
from offramp.crypto.words import campaign_code, campaign_words, fingerprint_words
from offramp.desk.team.fields import check_event
from tests.crypto.phrase import read_phrase, reply_key_of, thread_of, words_of

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
        "card_key": verified.card_key.hex(),
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
    """The bytes of a bundle or pack: hexadecimal, or so many zeros in the place of what is sealed."""
    return [bytes(part) if isinstance(part, int) else bytes.fromhex(part) for part in vector["parts"]]


def _run_bundle(vector: Vector) -> tuple[object, object]:
    return vector["envelopes"], sum(1 for _ in bundle.read_stream(bundle_parts(vector)))


def shown_post(post: Post) -> list[Any]:
    """A record of a pack in the form in which the vectors show it."""
    said = [post.last_day.isoformat(), post.id.hex()]
    match post:
        case ReplyPost():
            return ["reply", *said, post.shard_number]
        case ParcelPost():
            return ["parcel", *said]
        case EnvelopePost():
            return ["envelope", *said]
        case CardPost():
            return ["card", *said]
        case _:
            return ["taken back", *said]


def _run_pack(vector: Vector) -> tuple[object, object]:
    return vector["read"], [shown_post(post) for post in pack.read_stream(bundle_parts(vector))]


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


def shown_answer(answer: Answer) -> dict[str, Any]:
    """An answer in the form in which the vectors show it."""
    return {
        "number": answer.number,
        "day": answer.day.isoformat(),
        "text": answer.text,
        "parcels": [[one.id.hex(), one.key.hex(), one.name, one.size] for one in answer.parcels],
    }


def answer_from(said: dict[str, Any]) -> Answer:
    """The answer that `shown_answer` shows."""
    parcels = (Parcel(bytes.fromhex(one[0]), bytes.fromhex(one[1]), *one[2:]) for one in said["parcels"])
    return Answer(said["number"], date.fromisoformat(said["day"]), said["text"], tuple(parcels))


def _run_phrase(vector: Vector) -> tuple[object, object]:
    entropy = read_phrase(vector["text"])
    thread = thread_of(entropy)
    return vector.get("read"), {
        "entropy": entropy.hex(),
        "words": " ".join(words_of(entropy)),
        "reply_key": reply_key_of(entropy).hex(),
        "thread": thread.hex(),
        "shard_number": shard_number(thread),
    }


def _run_answer(vector: Vector) -> tuple[object, object]:
    answer = read_answer(base64.b64decode(vector["answer"], validate=True))
    return vector.get("read"), shown_answer(answer)


def _run_reply(vector: Vector) -> tuple[object, object]:
    raw = base64.b64decode(vector["reply"], validate=True)
    answer = open_reply(raw, bytes.fromhex(vector["reply_key"]))
    return vector.get("read"), answer and shown_answer(answer)


def _run_reply_sealing(vector: Vector) -> tuple[object, object]:
    answer, key = answer_from(vector["answer"]), bytes.fromhex(vector["reply_key"])
    return answer, open_reply(seal_reply(answer, key), key)


def _run_shard(vector: Vector) -> tuple[object, object]:
    """The bytes of a shard are base64, or so many zeros in the place of dummies."""
    parts = vector["parts"]
    shard = b"".join(
        bytes(part) if isinstance(part, int) else base64.b64decode(part, validate=True) for part in parts
    )
    reading = open_shard(shard, bytes.fromhex(vector["reply_key"]))
    answers = [shown_answer(answer) for answer in reading.answers]
    return vector.get("read"), {"answers": answers, "malformed": reading.malformed}


def _run_board(vector: Vector) -> tuple[object, object]:
    descriptor = read_descriptor(bytes.fromhex(vector["board"]))
    shard = descriptor.shard_of(shard_number(bytes.fromhex(vector["thread"])))
    return vector.get("read"), {
        "doublings": descriptor.doublings,
        "build": descriptor.build,
        "shard": shard,
    }


def _run_parcel(vector: Vector) -> tuple[object, object]:
    sealed = envelope_of(vector)
    data = open_parcel(sealed, bytes.fromhex(vector["key"]), vector["size"])
    return (vector.get("id"), vector.get("data")), (parcel_id(sealed).hex(), data.hex())


def _run_parcel_sealing(vector: Vector) -> tuple[object, object]:
    key, data = bytes.fromhex(vector["key"]), bytes([vector["fill"]]) * vector["size"]
    sealed = seal_data(data, key)
    return (vector["id"], data), (parcel_id(sealed).hex(), open_parcel(sealed, key, len(data)))


def _run_team_list(vector: Vector) -> tuple[object, object]:
    raw = base64.b64decode(vector["list"], validate=True)
    found = read_team_list(raw, root=bytes.fromhex(vector["root"]), campaign=vector["campaign"])
    return vector.get("read"), {
        "sequence": found.sequence,
        "day": found.day.isoformat(),
        "members": [[one.name, one.ed25519.hex(), one.x25519.hex()] for one in found.members],
    }


def _run_event(vector: Vector) -> tuple[object, object]:
    """All of 13.3; whether an event is known, a desk finds out."""
    last_days = {bytes.fromhex(one): last and date.fromisoformat(last) for one, last in vector["members"]}

    def is_member(author: bytes, day: date | None) -> bool:
        last = last_days.get(author)
        return author in last_days and (last is None or day is None or day <= last)

    raw = base64.b64decode(vector["event"], validate=True)
    event = verify_event(raw, campaign=vector["campaign"], is_member=is_member)
    check_event(event)
    if event.id.hex() in vector["known"]:
        raise EventReplayed
    assert kept_event(raw) == event
    return vector.get("id"), event.id.hex()


def _run_words(vector: Vector) -> tuple[object, object]:
    x25519, signing = (bytes.fromhex(vector[half]) for half in ("x25519", "ed25519"))
    mlkem = base64.b64decode(vector["mlkem768"], validate=True)
    return vector["words"], fingerprint_words(vector["name"], signing, x25519, mlkem)


def _run_card(vector: Vector) -> tuple[object, object]:
    card = read_card(
        bytes.fromhex(vector["card"]),
        card_key=bytes.fromhex(vector["card_key"]),
        root=bytes.fromhex(vector["root"]),
        campaign=vector["campaign"],
    )
    check_card_date(card, now=vector["now"], limit_days=vector["limit_days"])
    return vector.get("read"), {"week": card.week.isoformat(), "next_by": card.next_by.isoformat()}


def _run_key_list(vector: Vector) -> tuple[object, object]:
    found = read_key_list(base64.b64decode(vector["list"], validate=True), campaign=vector["campaign"])
    weeks = [[week.isoformat(), one.x25519.hex(), one.mlkem.hex()[:32]] for week, one in found.weeks.items()]
    return vector.get("read"), {
        "author": found.author.hex(),
        "name": found.name,
        "day": found.day.isoformat(),
        "weeks": weeks,
    }


def _run_calendar(vector: Vector) -> tuple[object, object]:
    root, raw = bytes.fromhex(vector["root"]), envelope_of(vector)
    keysets = read_calendar(raw, root=root, campaign=vector["campaign"])
    assert write_calendar(keysets) == raw
    return vector.get("read"), [[one.sequence, one.id.hex()] for one in keysets]


def _run_campaign_words(vector: Vector) -> tuple[object, object]:
    onion, root = vector["onion"], bytes.fromhex(vector["root"])
    wanted = (vector["words"], vector["code"])
    return wanted, (campaign_words(onion, root), campaign_code(onion, root))


def _run_former_root(vector: Vector) -> tuple[object, object]:
    raw, root = bytes.fromhex(vector["former"]), bytes.fromhex(vector["root"])
    found = read_former_root(raw, root=root, campaign=vector["campaign"])
    return vector.get("read"), {"root": found.root.hex(), "last_sequence": found.last_sequence}


def _run_manifest(vector: Vector) -> tuple[object, object]:
    found = read_manifest(
        base64.b64decode(vector["manifest"], validate=True),
        root=bytes.fromhex(vector["root"]),
        campaign=vector["campaign"],
        onion=vector["onion"],
    )
    return vector.get("read"), {
        "number": found.number,
        "sequence": found.sequence,
        "day": found.day.isoformat(),
        "release": found.release,
        "headers": [list(one) for one in found.headers],
        "files": [
            [one.path, one.content_type, one.length, one.digest.hex(), [list(pair) for pair in one.headers]]
            for one in found.files
        ],
    }


def _run_hand_off(vector: Vector) -> tuple[object, object]:
    signed = open_hand_off(envelope_of(vector), key_of(vector))
    return vector.get("signed"), base64.b64encode(signed).decode()


def _run_hand_off_statement(vector: Vector) -> tuple[object, object]:
    said = read_statement(base64.b64decode(vector["signed"], validate=True))
    return vector.get("read"), {
        "campaign": said.campaign,
        "id": said.id.hex(),
        "author": said.author.hex(),
        "adviser": said.adviser.hex(),
        "day": said.day.isoformat(),
        "last_day": said.last_day.isoformat(),
        "parts": [list(part) for part in said.parts],
        "files": [[one.name, len(one.data)] for one in said.files],
        "keysets": [len(one) for one in said.keysets],
    }


def _run_draft(vector: Vector) -> tuple[object, object]:
    draft = read_draft(base64.b64decode(vector["draft"], validate=True))
    return (vector.get("read"), vector.get("id")), (
        {
            "campaign": draft.campaign,
            "hand_off": draft.hand_off.hex(),
            "day": draft.day.isoformat(),
            "text": draft.text,
            "files": [[one.name, len(one.data)] for one in draft.files],
            "author": draft.author.hex(),
        },
        draft.id.hex(),
    )


RUNNERS: dict[str, Callable[[Vector], tuple[object, object]]] = {
    "envelope": _run_envelope,
    "team_list": _run_team_list,
    "event": _run_event,
    "words": _run_words,
    "card": _run_card,
    "key_list": _run_key_list,
    "calendar": _run_calendar,
    "campaign_words": _run_campaign_words,
    "former_root": _run_former_root,
    "manifest": _run_manifest,
    "hand_off": _run_hand_off,
    "hand_off_statement": _run_hand_off_statement,
    "draft": _run_draft,
    "content": _run_content,
    "keyset": _run_keyset,
    "sealing": _run_sealing,
    "secret_file": _run_secret_file,
    "bundle": _run_bundle,
    "pack": _run_pack,
    "request": _run_request,
    "phrase": _run_phrase,
    "answer": _run_answer,
    "reply": _run_reply,
    "reply_sealing": _run_reply_sealing,
    "shard": _run_shard,
    "board": _run_board,
    "parcel": _run_parcel,
    "parcel_sealing": _run_parcel_sealing,
}


def run(vector: Vector) -> str:
    """The name of our error, or "ok". Any other exception is a bug, and gets out."""
    try:
        wanted, got = RUNNERS[vector["kind"]](vector)
    except OfframpError as error:
        told = {key: value for key, value in vars(error).items() if not key.startswith("_")}
        name = type(error).__name__
        return name if told == vector.get("told", {}) else f"{name} with {told}"
    return "ok" if wanted == got else "another result"
