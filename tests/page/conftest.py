"""A campaign of the tests' own: its keys, its signed keyset, and the pages that pin its root."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from nacl.signing import SigningKey

from offramp.campaign import default_campaign
from offramp.crypto.card import monday_of, sign_card
from offramp.crypto.keyset import read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import Letter
from offramp.crypto.opening import Opener, OpeningKey
from offramp.site.pages import Page, render_pages
from tests.harness.firefox import Firefox
from tests.harness.lent_firefox import Firefoxes
from tests.page.bundle import make_bundle
from tests.page.page_server import Answer, PageServer

ONION = "a" * 56 + ".onion"
DAY = 86_400
ROOT_SEED = bytes(range(32))
ROOT = bytes(SigningKey(ROOT_SEED).verify_key)
TODAY = datetime.now(UTC).date()
CARD_SEED = bytes(range(1, 33))
CARD_KEY = bytes(SigningKey(CARD_SEED).verify_key)


@dataclass(frozen=True, slots=True)
class Organizer:
    """The one who can open what the page seals."""

    key: OpeningKey

    def keyset(
        self,
        *,
        sequence: int = 1,
        days: tuple[float, float] = (-1, 6),
        seed: bytes = ROOT_SEED,
        campaign_id: str = "",
    ) -> bytes:
        """A signed keyset that is valid from and until so many days from now."""
        now = time.time()
        campaign = default_campaign()
        return sign_keyset(
            seed,
            campaign=campaign_id or campaign.id,
            onion=ONION,
            sequence=sequence,
            previous=bytes(32) if sequence == 1 else bytes(31) + b"\1",
            valid_from=int(now + days[0] * DAY),
            valid_until=int(now + days[1] * DAY),
            card_key=CARD_KEY,
            organizers=[self.key.public],
            slot_count=campaign.slot_count,
        )

    def card(
        self, *, week: int = 0, next_by: int = 7, seed: bytes = CARD_SEED, campaign_id: str = ""
    ) -> bytes:
        """A card that says that somebody read so many weeks from now, and reads again in so many days."""
        return sign_card(
            seed,
            root=ROOT,
            campaign=campaign_id or default_campaign().id,
            week=monday_of(TODAY + timedelta(weeks=week)),
            next_by=TODAY + timedelta(days=next_by),
        ).raw

    def open(self, envelope: bytes, keyset: bytes) -> Letter:
        """The letter in an envelope that was sealed to this keyset."""
        return Opener(read_keyset(keyset, root=ROOT, campaign=default_campaign().id), self.key).open(envelope)


@pytest.fixture(scope="session")
def organizer() -> Organizer:
    """An organizer with fresh keys."""
    return Organizer(OpeningKey.generate())


@pytest.fixture(scope="session")
def pages() -> dict[str, Page]:
    """The shipped campaign's pages, with a bundle made from the sources as they are now."""
    make_bundle()
    return render_pages(default_campaign(), ROOT, 1, ONION)


@pytest.fixture
def keyset(organizer: Organizer) -> bytes:
    """The keyset that the server hands out at first, with a card of this week."""
    return organizer.keyset()


@pytest.fixture
def server(pages: dict[str, Page], keyset: bytes, organizer: Organizer) -> Iterator[PageServer]:
    """The pages on the loopback; nothing but what they should ask for may be asked for."""
    with PageServer(pages, Answer(200, keyset + organizer.card(), "application/octet-stream")) as running:
        yield running
        assert running.strange == []


@pytest.fixture(params=["standard", "safer"])
def browser(request: pytest.FixtureRequest, firefoxes: Firefoxes) -> Iterator[Firefox]:
    """A browser with scripts; nothing in it may fail unseen, or reach for the outside."""
    with firefoxes.lent(request.param) as lent:
        yield lent


@pytest.fixture(params=["standard", "safer"])
def failing(request: pytest.FixtureRequest, firefoxes: Firefoxes) -> Iterator[Firefox]:
    """A browser that may say in its console that a script did not arrive."""
    with firefoxes.lent(request.param, may_complain=True) as lent:
        yield lent


@pytest.fixture
def safest(firefoxes: Firefoxes) -> Iterator[Firefox]:
    """A browser without scripts."""
    with firefoxes.lent("safest", may_complain=True) as lent:
        yield lent
