"""Looking once: what every visitor's browser fetches first, then every file that was signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from offramp.crypto.card import CARD_LENGTH, Card, check_card_date, read_card
from offramp.crypto.errors import (
    CardFromTheFuture,
    CardLapsed,
    KeysetExpired,
    KeysetNotYetValid,
    NotACard,
    OfframpError,
    WrongCampaign,
)
from offramp.crypto.keyset import Keyset, read_keyset, verify_keyset
from offramp.crypto.manifest import MAX_MANIFEST, Manifest, read_manifest
from offramp.crypto.words import campaign_code, campaign_words, keyset_words
from offramp.desk.errors import CourierError, ServerBusy, ServerNonsense
from offramp.desk.watch.browser import Ask, Got, Kind
from offramp.desk.watch.comparing import Expected
from offramp.desk.watch.errors import (
    FileNotSeen,
    ManifestMissing,
    ManifestOld,
    NoKeysetThere,
    NotThisCampaign,
    OtherWordsThere,
    RootReplaced,
    SiteClosed,
)
from offramp.desk.watch.files import Comparison, Files, check_words
from offramp.desk.watch.first_page import FirstPage, read_first_page
from offramp.site.signed_files import PATH

_PAGE_LIMIT: Final = 262_144
_KEYSET_LIMIT: Final = 16_384 + CARD_LENGTH

CLOSED: Final = (SiteClosed, KeysetExpired, KeysetNotYetValid, CardLapsed, CardFromTheFuture)
"""What means that the site is the campaign's, and takes no letters now, or that a clock is wrong."""
_NO_ANSWER: Final = Got(0, {}, b"")
_OUTCOMES: Final = ("wrong", "closed", "not seen")

Patiently = Callable[[Callable[[], Got]], Got]


@dataclass(slots=True)
class Found:
    """What was learned of a site. `wrong` is everything that is wrong with it, the gravest first."""

    onion: str
    root: bytes | None = None  # [32], once it is known to be the campaign's
    words: str | None = None
    code: str | None = None
    keyset: Keyset | None = None
    card: Card | None = None
    manifest: Manifest | None = None
    compared: Sequence[Comparison] = ()
    wrong: list[OfframpError] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """`well`, `not seen`, `closed` or `wrong`."""
        return outcome_of(self.wrong[0]) if self.wrong else "well"

    def note(self, error: OfframpError) -> None:
        """Something is wrong."""
        self.wrong.append(error)
        self.wrong.sort(
            key=lambda one: _OUTCOMES.index(outcome_of(one))
        )  # stable: the first of a kind stays first


def outcome_of(error: OfframpError) -> str:
    """What one thing that is wrong makes of a site."""
    if isinstance(error, FileNotSeen):
        return "not seen"
    return "closed" if isinstance(error, CLOSED) else "wrong"


@dataclass(frozen=True, slots=True)
class Looker:
    """`ask` goes to the site `onion`, and `patiently` tries again what may pass; `now` is in seconds since 1970.

    `report` hears of each file that was compared.
    """

    ask: Ask
    patiently: Patiently
    onion: str
    expected: Expected
    now: float
    report: Callable[[Comparison], None] = lambda _: None

    def look(self, *, quick: bool = False) -> Found:
        """Fetch and judge; what is wrong with the site is in what this returns. Raises CourierErrors alone.

        `quick` is without the manifest and what it lists.
        """
        found = Found(self.onion)
        html = self.patiently(self._first_page)
        keyset = self._keyset()
        try:
            page = self._check_page(found, html.body if html.status == HTTPStatus.OK else b"")
        except OfframpError as error:
            found.note(error)
            return found  # by whom anything here should be signed is not known
        try:
            self._check_keyset(found, page, keyset)
        except OfframpError as error:
            found.note(error)
        if not quick:
            self._check_files(found, page, keyset)
        return found

    def _first_page(self) -> Got:
        got = self._answered("/", "page", _PAGE_LIMIT)
        if got.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ServerBusy
        return got

    def _keyset(self) -> Got:
        return self.patiently(lambda: self._answered("/keyset", "data", _KEYSET_LIMIT))

    def _answered(self, path: str, kind: Kind, limit: int) -> Got:
        """Nothing on the way changes what an onion answers: what is no answer was sent so, and is as good as none."""
        try:
            return self.ask(path, kind, limit)
        except ServerNonsense:
            return _NO_ANSWER

    def _check_page(self, found: Found, html: bytes) -> FirstPage:
        """The words that a visitor sees, those of address and root key, and those that were given: all the same."""
        page = read_first_page(html.decode("utf-8", errors="replace"))
        found.words, found.code = campaign_words(self.onion, page.root), campaign_code(self.onion, page.root)
        if not self.expected.fits(self.onion, page.root):
            raise NotThisCampaign
        if (page.words, page.code) != (found.words, found.code):
            raise OtherWordsThere
        if self.expected.campaign not in (None, page.campaign):
            raise WrongCampaign
        if self.expected.noted_root not in (None, page.root):
            raise RootReplaced
        found.root = page.root
        return page

    def _check_keyset(self, found: Found, page: FirstPage, got: Got) -> None:
        """As the page's own script does it (FORMAT.md, 3.4 and 16.2), for a script can be changed."""
        if got.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise SiteClosed
        if got.status != HTTPStatus.OK:
            raise NoKeysetThere
        if len(got.body) <= CARD_LENGTH:
            raise NotACard
        keyset = verify_keyset(
            got.body[:-CARD_LENGTH],
            root=page.root,
            campaign=page.campaign,
            now=int(self.now),
            onion=self.onion,
            minimum_sequence=max(page.sequence, self.expected.sequence),
        )
        found.keyset = keyset
        raw = got.body[-CARD_LENGTH:]
        card = read_card(raw, card_key=keyset.card_key, root=page.root, campaign=page.campaign)
        found.card = card
        limit = page.limit_days if self.expected.limit_days is None else self.expected.limit_days
        check_card_date(card, now=self.now, limit_days=limit)

    def _check_files(self, found: Found, page: FirstPage, keyset: Got) -> None:
        try:
            found.manifest = self._manifest(page)
        except OfframpError as error:
            found.note(error)
            return
        found.compared = Files(self.ask, self.patiently, found.manifest).compared(self.report)
        for each in (error for one in found.compared for error in one.wrong):
            found.note(each)
        for each in check_words(found.compared, self._words(found, page, keyset)):
            found.note(each)

    def _words(self, found: Found, page: FirstPage, before: Got) -> set[str] | None:
        """Those of the keysets from before all files and from after them: a week may have begun. None for no keys."""
        try:
            after = self._keyset()
        except CourierError:  # what was found by now is not forgotten
            found.note(FileNotSeen("/keyset could not be fetched once more."))
            after = _NO_ANSWER
        if not all(one.status == HTTPStatus.OK for one in (before, after)):
            return None
        return _words_of(page, before) | _words_of(page, after)

    def _manifest(self, page: FirstPage) -> Manifest:
        try:
            got = self.patiently(lambda: self._answered(PATH, "page", MAX_MANIFEST))
        except CourierError:
            raise FileNotSeen(f"{PATH} could not be fetched.") from None
        if got.status != HTTPStatus.OK:
            raise ManifestMissing
        manifest = read_manifest(got.body, root=page.root, campaign=page.campaign, onion=self.onion)
        if manifest.number < self.expected.manifest:
            raise ManifestOld(
                f"The site shows manifest number {manifest.number}, and number {self.expected.manifest} was seen "
                "before."
            )
        return manifest


def _words_of(page: FirstPage, got: Got) -> set[str]:
    """The words of the keyset in an answer; none where it is not the campaign's."""
    try:
        keyset = read_keyset(got.body[:-CARD_LENGTH], root=page.root, campaign=page.campaign)
    except OfframpError:
        return set()
    return {keyset_words(keyset.id)}
