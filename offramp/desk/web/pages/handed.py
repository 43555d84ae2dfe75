"""An adviser's desk: what was handed over to them, and the drafts that they write."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from offramp.crypto.errors import OfframpError
from offramp.crypto.letter import Attachment
from offramp.desk.answers.composing import check_files
from offramp.desk.attachments import harmless_name
from offramp.desk.handing.cards import card_text, key_of, write_card
from offramp.desk.handing.drafting import (
    keyset_for,
    save_unfinished,
    seal_again,
    unfinished,
    write_draft,
    written_drafts,
)
from offramp.desk.handing.errors import NothingInForce
from offramp.desk.handing.handed import destroy, handed, handed_files, receive_hand_off, what_was_handed
from offramp.desk.handing.handing_over import new_file_name
from offramp.desk.showing import size_in_words
from offramp.desk.web.family import Family
from offramp.desk.web.forms import typed
from offramp.desk.web.here import desk, download, go, id_of, named, page, say, session
from offramp.desk.web.job import said

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("handed", __name__)
FAMILY: Final = Family(
    pages, menu=(("Handed to you", "handed.show"), ("Your key", "handed.me")), roles=("adviser",)
)
_FORM: Final = "draft"


@pages.get("/handed")
def show() -> ResponseReturnValue:
    return page("handed.html", "Handed to you", rows=handed(desk()))


@pages.post("/handed")
def receive() -> ResponseReturnValue:
    """Take in the file that an organizer gave."""
    sent = request.files.get("file")
    if not sent or not sent.filename:
        say("Choose the file that an organizer gave you.", bad=True)
        return go("handed.show")
    one = receive_hand_off(desk(), sent.stream.read())
    say("It is in your desk now. You do not need the file any more: delete it.")
    return go("handed.one", name=named(one.id))


@pages.get("/handed/<name>")
def one(name: str) -> ResponseReturnValue:
    return _one(id_of(name))


def _one(hand_off: bytes, text: str | None = None) -> ResponseReturnValue:
    return page(
        "handed_one.html",
        "Handed to you",
        writing=_FORM,
        id=hand_off,
        statement=what_was_handed(desk(), hand_off),
        text=unfinished(desk(), hand_off) if text is None else text,
        files=_files(hand_off),
        written=written_drafts(desk(), hand_off),
        can_seal=_can_seal(hand_off),
        no_keyset=said(NothingInForce()),
        size=size_in_words,
    )


def _can_seal(hand_off: bytes) -> bool:
    try:
        keyset_for(desk(), hand_off)
    except NothingInForce:
        return False
    return True


@pages.get("/handed/<name>/file/<int:number>")
def file(name: str, number: int) -> ResponseReturnValue:
    """A file that was handed over, under a name that is ours."""
    files = handed_files(desk(), id_of(name))
    if not 0 < number <= len(files):
        raise NotFound
    found = files[number - 1]
    return download(found.data, harmless_name(bytes.fromhex(named(id_of(name))), number, found.name))


def _files(hand_off: bytes) -> tuple[Attachment, ...]:
    """The files that go along with what is being written; in memory alone until it is sealed."""
    return cast("tuple[Attachment, ...]", session().memory.get(f"files {hand_off.hex()}", ()))


@pages.post("/handed/<name>/draft")
def keep(name: str) -> ResponseReturnValue:
    """Keep what was typed, whatever comes next."""
    hand_off, text = id_of(name), typed("text")
    try:
        save_unfinished(desk(), hand_off, text)
        _keep_files(hand_off)
    except OfframpError as error:
        say(f"{said(error)} Nothing was sealed.", bad=True)
        return _one(hand_off, text)
    if request.form.get("do") == "look":
        return go("handed.look", name=name)
    say("What you typed is saved in this desk. It was not sent.")
    return go("handed.one", name=name, part="write")


def _keep_files(hand_off: bytes) -> None:
    ticked = request.form.getlist("file")
    kept = [one for number, one in enumerate(_files(hand_off), start=1) if str(number) in ticked]
    for sent in request.files.getlist("files"):
        if sent.filename:
            kept.append(Attachment(sent.filename.replace("\\", "/").rpartition("/")[2], sent.stream.read()))
    check_files(kept)
    session().memory[f"files {hand_off.hex()}"] = tuple(kept)


@pages.get("/handed/<name>/look")
def look(name: str) -> ResponseReturnValue:
    """All that the organizers will get, before it is sealed."""
    hand_off = id_of(name)
    text, files = unfinished(desk(), hand_off), _files(hand_off)
    if not text and not files:
        say("A draft needs some text, or a file.", bad=True)
        return go("handed.one", name=name, part="write")
    digest = _digest(text, files)
    return page(
        "look_draft.html", "Draft", id=hand_off, text=text, files=files, digest=digest, size=size_in_words
    )


def _digest(text: str, files: tuple[Attachment, ...]) -> str:
    """By which it is known whether what is to be sealed is what was looked at."""
    parts = [text.encode(), *(one.name.encode() + b"\0" + one.data for one in files)]
    return hashlib.blake2b(b"".join(hashlib.blake2b(one).digest() for one in parts)).hexdigest()


@pages.post("/handed/<name>/seal")
def seal(name: str) -> ResponseReturnValue:
    """Seal the draft to the organizers; the browser saves the file."""
    hand_off = id_of(name)
    text, files = unfinished(desk(), hand_off), _files(hand_off)
    if request.form.get("digest") != _digest(text, files):
        say("It is not the same any more as what you looked at. Look at it once more.", bad=True)
        return go("handed.one", name=name, part="write")
    sealed = write_draft(desk(), hand_off, text, files)
    session().memory.pop(f"files {hand_off.hex()}", None)
    return download(sealed, new_file_name())


@pages.post("/handed/<name>/again")
def again(name: str) -> ResponseReturnValue:
    """A draft that was sealed before, sealed to the keys of this week."""
    return download(seal_again(desk(), id_of(name), id_of(request.form.get("draft", ""))), new_file_name())


@pages.post("/handed/<name>/destroy")
def destroy_now(name: str) -> ResponseReturnValue:
    destroy(desk(), id_of(name))
    say("It is destroyed, with what you wrote about it.")
    return go("handed.show")


@pages.get("/your-key")
def me() -> ResponseReturnValue:
    key = key_of(desk().me)
    return page("your_key.html", "Your key", words=key.words, name=key.name, text=card_text(key))


@pages.post("/your-key")
def card() -> ResponseReturnValue:
    """The public half of the key, once more."""
    key = key_of(desk().me)
    return download(write_card(key), f"{key.name}.adviser.toml")
