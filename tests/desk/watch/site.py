"""A site to look at: the campaign's own, on a unix socket, of which a test can change anything."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.keyset import Keyset
from offramp.crypto.manifest import File, Manifest, sign_manifest
from offramp.crypto.words import campaign_code, campaign_words, keyset_words
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.courier.dialling import to_unix_socket
from offramp.desk.courier.retrying import Retrier
from offramp.desk.keys import RootKey
from offramp.desk.watch.browser import asking
from offramp.desk.watch.comparing import Expected
from offramp.desk.watch.looking import Found, Looker
from offramp.site.keyset_slot import fill_keyset_slot
from tests.app.campaign import TestCampaign
from tests.desk.fake_server import FakeServer

PAGE = """<!doctype html><title>Get help</title><link rel="stylesheet" href="/static/style.css">
<form id="form" data-campaign="{campaign}" data-root="{root}" data-sequence="{sequence}" data-wait="14"></form>
<p>The keys of this week: <b id="keyset-words"></b> <a href="/about#words">Why</a></p>
<footer><p>Our ten words are <b id="campaign-words">{words}</b>, our code is <b id="campaign-code">{code}</b>.</p>
"""
HTML = "text/html; charset=utf-8"
HEADERS = {"cache-control": "no-store", "content-security-policy": "default-src 'none'"}


@dataclass
class Served:
    """What a path gets: a page with its place for words empty, which is filled as it is sent."""

    body: bytes
    content_type: str = HTML
    own_headers: tuple[tuple[str, str], ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        return {**HEADERS, **dict(self.own_headers), "content-type": self.content_type}


def answer(body: bytes, headers: dict[str, str]) -> bytes:
    """A whole answer, packed as browsers want it."""
    packed = gzip.compress(body)
    told = {**headers, "server": "a-test", "content-encoding": "gzip", "content-length": str(len(packed))}
    head = "".join(f"{name.title()}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + packed


class Site:
    """Its parts can be set before `look`. What is signed is what it was at the beginning, or at `sign`."""

    def __init__(self, place: Path) -> None:
        self.campaign = TestCampaign()
        self.server = FakeServer(place / "site")
        self.keyset = self.campaign.keyset(3)
        self.shown: Keyset | None = self.keyset
        self.card = self.campaign.card().raw
        self.html = self.page()
        self.files = {
            "/": Served(b""),
            "/about": Served(b"<p>About us. <b id='other'></b></p>"),
            "/leave": Served(b"", own_headers=(("clear-site-data", '"cookies"'),)),
            "/static/style.css": Served(b"b{}", "text/css; charset=utf-8"),
            "/static/en/form.js": Served(bytes(range(256)) * 80, "text/javascript; charset=utf-8"),
        }
        self.manifest: bytes = b""
        self.sign()
        for path in self.files:
            self.serve(path)
        self.server.answers["/"] = lambda _: self.sent("/", self.html.encode())
        self.server.answers["/keyset"] = lambda _: answer(self.keyset.raw + self.card, HEADERS)
        self.server.answers["/manifest"] = lambda _: answer(self.manifest, HEADERS)

    def serve(self, path: str) -> None:
        self.server.answers[path] = lambda _: self.sent(path, self.files[path].body)

    def sent(self, path: str, body: bytes) -> bytes:
        filled = fill_keyset_slot(body, self.shown.id) if self.shown else body
        return answer(filled, self.files[path].headers)

    def sign(self, **changed: Any) -> Manifest:
        """From now on the site shows a manifest of what its files are now."""
        bodies = {path: one.body for path, one in self.files.items()} | {"/": self.html.encode()}
        files = [
            File(path, one.content_type, len(bodies[path]), sha256(bodies[path]).digest(), one.own_headers)
            for path, one in self.files.items()
        ]
        said: dict[str, Any] = {
            "campaign": self.campaign.id,
            "onion": self.campaign.onion,
            "number": 7,
            "sequence": 1,
            "day": date(2026, 11, 16),
            "release": "1.0",
            "headers": tuple(sorted(HEADERS.items())),
            "files": files,
        }
        made = sign_manifest(**({"root_seed": self.campaign.root_seed} | said | changed))
        self.manifest = made.raw
        return made

    @property
    def words(self) -> str:
        return campaign_words(self.campaign.onion, self.campaign.root)

    @property
    def code(self) -> str:
        return campaign_code(self.campaign.onion, self.campaign.root)

    @property
    def keyset_words(self) -> str:
        return keyset_words(self.keyset.id)

    def page(self, **changed: str) -> str:
        honest = {
            "campaign": self.campaign.id,
            "root": self.campaign.root.hex(),
            "sequence": "1",
            "words": self.words,
            "code": self.code,
        }
        return PAGE.format(**(honest | changed))

    def folder(self, place: Path, *keysets: Keyset) -> Path:
        """A campaign's folder, as organizers have it."""
        path = place / "copy"
        path.mkdir()
        root = RootKey(self.campaign.root_seed)
        made: CampaignFolder = make_campaign_folder(path, DEFAULT_CAMPAIGN.read_bytes(), root)
        for keyset in keysets:
            made.add_keyset(keyset)
        return path

    def look(
        self, expected: Expected | None = None, *, days_later: float = 0, quick: bool = False, tries: int = 1
    ) -> Found:
        """Of what fails in a way that may pass, only a few tries, and no pauses."""
        now = days.now() + days_later * 86_400
        retrier = Retrier(_Silent(), sleep=lambda _: None)
        with to_unix_socket(self.server.path) as dial:
            ask = asking(dial, self.campaign.onion)
            patiently = retrier.patiently if tries > 1 else lambda step: step()
            looker = Looker(ask, patiently, self.campaign.onion, expected or Expected(), now)
            return looker.look(quick=quick)


class _Silent:
    def found(self, count: int, size: int) -> None: ...
    def got(self, size: int) -> None: ...
    def retrying(self, error: Exception, pause: float) -> None: ...


def other_root() -> bytes:
    return bytes(SigningKey.generate().verify_key)
