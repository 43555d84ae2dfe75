"""A site to look at: the campaign's own, on a unix socket, of which a test can change anything."""

from __future__ import annotations

from pathlib import Path

from nacl.signing import SigningKey

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.keyset import Keyset
from offramp.crypto.words import campaign_code, campaign_words
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.courier.dialling import to_unix_socket
from offramp.desk.courier.wire import Patience, Wire
from offramp.desk.keys import RootKey
from offramp.desk.watch.comparing import Expected
from offramp.desk.watch.looking import Found, look
from tests.app.campaign import TestCampaign
from tests.desk.fake_server import FakeServer, ok

PAGE = """<!doctype html><title>Get help</title>
<form id="form" data-campaign="{campaign}" data-root="{root}" data-sequence="{sequence}" data-wait="14"></form>
<footer><p>Our ten words are <b id="campaign-words">{words}</b>, our code is <b id="campaign-code">{code}</b>.</p>
"""


class Site:
    """Its parts can be set before `look`."""

    def __init__(self, place: Path) -> None:
        self.campaign = TestCampaign()
        self.server = FakeServer(place / "site")
        self.keyset = self.campaign.keyset(3)
        self.card = self.campaign.card().raw
        self.html = self.page()
        self.server.answers["/"] = lambda _: ok(self.html.encode())
        self.server.answers["/keyset"] = lambda _: ok(self.keyset.raw + self.card)

    @property
    def words(self) -> str:
        return campaign_words(self.campaign.onion, self.campaign.root)

    @property
    def code(self) -> str:
        return campaign_code(self.campaign.onion, self.campaign.root)

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

    def look(self, expected: Expected | None = None, *, days_later: float = 0) -> Found:
        now = days.now() + days_later * 86_400
        with to_unix_socket(self.server.path) as dial, Wire(dial, self.campaign.onion, Patience()) as wire:
            return look(wire, self.campaign.onion, expected or Expected(), now=now)


def other_root() -> bytes:
    return bytes(SigningKey.generate().verify_key)
