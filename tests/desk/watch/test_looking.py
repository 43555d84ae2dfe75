"""What a watcher finds out, and what it calls it. Each way in which a site can be wrong is one test."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from offramp.crypto import errors as crypto
from offramp.crypto.card import monday_of
from offramp.desk import days
from offramp.desk.errors import ServerBusy
from offramp.desk.watch import errors
from offramp.desk.watch.comparing import Expected, spelt_code, spelt_words
from offramp.desk.watch.looking import Found
from offramp.tor.onion import OnionKey
from tests.app.campaign import DAY
from tests.desk.fake_server import ok, status
from tests.desk.watch.site import Site, other_root


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    yield one
    one.server.close()


def first(found: Found) -> object:
    """The gravest thing that is wrong with a site."""
    return found.wrong[0] if found.wrong else None


def test_all_is_well(site: Site) -> None:
    found = site.look(quick=True)
    assert (found.wrong, found.outcome) == ([], "well")
    assert (found.words, found.code) == (site.words, site.code)
    assert found.card
    assert found.card.week == monday_of(days.today())
    assert [path for path, _ in site.server.seen] == ["/", "/keyset"]


@pytest.mark.parametrize("given", ["words", "code", "folder", "all"])
def test_what_was_given_fits(site: Site, tmp_path: Path, given: str) -> None:
    words = site.words.upper().replace(" ", "  ") if given in ("words", "all") else None
    code = site.code.lower().replace("-", " ") if given in ("code", "all") else None
    folder = site.folder(tmp_path, site.keyset) if given in ("folder", "all") else None
    expected = Expected.of(words, code, folder, now=days.now())
    assert site.look(expected, quick=True).outcome == "well"


@pytest.mark.parametrize("given", ["words", "code", "root"])
def test_another_campaigns_site_is_not_ours(site: Site, tmp_path: Path, given: str) -> None:
    """It agrees with itself, and only what was given tells."""
    (tmp_path / "other").mkdir()
    other = Site(tmp_path / "other")
    expected = {
        "words": Expected(words=other.words),
        "code": Expected(code=other.code),
        "root": Expected(root=other.campaign.root),
    }
    found = site.look(expected[given], quick=True)
    assert (type(first(found)), found.outcome) == (errors.NotThisCampaign, "wrong")
    other.server.close()


def test_the_same_page_on_another_address_is_found_out(site: Site) -> None:
    """Somebody who copies all of our site has its words, and not its address."""
    expected = Expected(words=site.words)
    site.campaign.onion = OnionKey.generate().address
    assert isinstance(first(site.look(expected, quick=True)), errors.NotThisCampaign)
    assert isinstance(first(site.look(quick=True)), errors.OtherWordsThere)


def test_a_page_with_a_root_key_of_its_own_is_found_out(site: Site) -> None:
    """A server that was taken over can pin another root; then the words on it or the words given differ."""
    site.html = site.page(root=other_root().hex())
    assert isinstance(first(site.look(quick=True)), errors.OtherWordsThere)
    assert isinstance(first(site.look(Expected(words=site.words), quick=True)), errors.NotThisCampaign)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id="campaign-words"', 'id="words"', errors.NoWordsThere),
        ('id="campaign-code"', 'id="code"', errors.NoWordsThere),
        ("<footer>", '<footer><b id="campaign-words" hidden>other</b>', errors.NoWordsThere),
        ("<footer>", "<footer><form data-root='x'></form>", errors.NoKeyPinned),
        ("data-root", "data-r", errors.NoKeyPinned),
        ("data-campaign", "data-c", errors.NoKeyPinned),
        ("data-sequence", "data-s", errors.NoKeyPinned),
        ("data-wait", "data-w", errors.NoKeyPinned),
        ('data-wait="14"', 'data-wait="-1"', errors.NoKeyPinned),
        ('data-wait="14"', 'data-wait="²"', errors.NoKeyPinned),
        ('data-campaign="quit-ice"', 'data-campaign="Quit ICE"', errors.NoKeyPinned),
    ],
)
def test_a_page_that_says_too_little_or_two_things(
    site: Site, old: str, new: str, reason: type[Exception]
) -> None:
    assert old in site.html
    site.html = site.html.replace(old, new)
    assert type(first(site.look(quick=True))) is reason


def test_of_a_root_key_that_is_pinned_twice_the_one_counts_that_a_browser_takes(site: Site) -> None:
    site.html = site.html.replace("data-root", f'data-root="{other_root().hex()}" data-root')
    assert isinstance(first(site.look(Expected(words=site.words), quick=True)), errors.NotThisCampaign)


@pytest.mark.parametrize("name", ["words", "code"])
def test_other_words_on_the_page(site: Site, name: str) -> None:
    shown = {"words": site.words.rsplit(" ", 1)[0] + " abandon", "code": "AAAA" + site.code[4:]}
    site.html = site.page(**{name: shown[name]})
    assert isinstance(first(site.look(quick=True)), errors.OtherWordsThere)


def test_any_bytes_for_a_page_end_in_a_finding(site: Site) -> None:
    for junk in (
        "",
        "<",
        "<b id=campaign-words",
        "\0" * 100,
        "<b id='campaign-words'>" * 1000,
        "<!--",
        "&#0;",
    ):
        site.html = junk
        assert isinstance(first(site.look(quick=True)), errors.NoWordsThere), junk
    site.server.answers["/"] = lambda _: ok(secrets.token_bytes(10_000))
    assert site.look(quick=True).outcome == "wrong"


def _old(site: Site) -> None:
    site.keyset = site.campaign.keyset(valid_from=-21 * DAY, valid_until=-14 * DAY)


def _future(site: Site) -> None:
    site.keyset = site.campaign.keyset(valid_from=30 * DAY, valid_until=37 * DAY)


def _forged(site: Site) -> None:
    site.keyset = replace(site.keyset, raw=site.keyset.raw[:-1] + bytes([site.keyset.raw[-1] ^ 1]))


def _other_onion(site: Site) -> None:
    site.keyset = site.campaign.keyset(onion="a" * 56 + ".onion")


def _back(site: Site) -> None:
    site.html = site.page(sequence="4")


def _other_campaign(site: Site) -> None:
    site.html = site.page(campaign="another")


def _cut(site: Site) -> None:
    site.keyset = replace(site.keyset, raw=b"")


def _lapsed(site: Site) -> None:
    week = monday_of(days.today()) - timedelta(weeks=6)
    site.card = site.campaign.card(week=week, next_by=week + timedelta(weeks=1)).raw


def _card_of_the_future(site: Site) -> None:
    week = monday_of(days.today()) + timedelta(weeks=3)
    site.card = site.campaign.card(week=week, next_by=week).raw


def _card_forged(site: Site) -> None:
    site.card = site.card[:-1] + bytes([site.card[-1] ^ 1])


def _card_of_another(site: Site) -> None:
    site.campaign.card_seed = secrets.token_bytes(32)
    site.card = site.campaign.card().raw


@pytest.mark.parametrize(
    ("change", "reason", "outcome"),
    [
        (_old, crypto.KeysetExpired, "closed"),
        (_future, crypto.KeysetNotYetValid, "closed"),
        (_forged, crypto.BadSignature, "wrong"),
        (_other_onion, crypto.WrongOnion, "wrong"),
        (_back, crypto.SequenceWentBack, "wrong"),
        (_other_campaign, crypto.WrongCampaign, "wrong"),
        (_cut, crypto.NotACard, "wrong"),
        (_lapsed, crypto.CardLapsed, "closed"),
        (_card_of_the_future, crypto.CardFromTheFuture, "closed"),
        (_card_forged, crypto.CardForged, "wrong"),
        (_card_of_another, crypto.CardForged, "wrong"),
    ],
)
def test_keys_and_card_are_checked_as_the_page_does_it(
    site: Site, change: Callable[[Site], None], reason: type[Exception], outcome: str
) -> None:
    change(site)
    found = site.look(quick=True)
    assert (type(first(found)), found.outcome) == (reason, outcome)


@pytest.mark.parametrize("days_later", [-1, 1])
def test_a_clock_that_is_a_day_wrong_finds_nothing(site: Site, days_later: int) -> None:
    site.keyset = site.campaign.keyset(3, valid_from=-10, valid_until=7 * DAY - 10)
    assert site.look(days_later=days_later, quick=True).outcome == "well"


@pytest.mark.parametrize("days_later", [-31, 62])
def test_a_clock_that_is_a_month_wrong_is_no_alarm(site: Site, days_later: int) -> None:
    assert site.look(days_later=days_later, quick=True).outcome == "closed"


def test_a_keyset_that_a_newer_one_replaced_is_not_taken(site: Site, tmp_path: Path) -> None:
    """The server goes back to keys of an organizer who left; a copy of the campaign knows better."""
    newer = site.campaign.keyset(4, valid_from=-3 * DAY)
    expected = Expected.of(None, None, site.folder(tmp_path, site.keyset, newer), now=days.now())
    assert isinstance(first(site.look(expected, quick=True)), crypto.SequenceWentBack)
    site.keyset = newer
    assert site.look(expected, quick=True).outcome == "well"


def test_another_campaign_under_the_same_root_key_is_not_ours(site: Site) -> None:
    expected = Expected(root=site.campaign.root, campaign="another")
    assert isinstance(first(site.look(expected, quick=True)), crypto.WrongCampaign)


def test_a_folders_limit_counts_and_not_the_pages(site: Site, tmp_path: Path) -> None:
    expected = Expected.of(None, None, site.folder(tmp_path, site.keyset), now=days.now())
    week = monday_of(days.today()) - timedelta(weeks=4)
    site.card = site.campaign.card(week=week, next_by=week).raw
    site.html = site.html.replace('data-wait="14"', 'data-wait="3000"')
    assert site.look(quick=True).outcome == "well"
    assert isinstance(first(site.look(expected, quick=True)), crypto.CardLapsed)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("503 Service Unavailable", errors.SiteClosed),
        ("404 Not Found", errors.NoKeysetThere),
        ("302 Found", errors.NoKeysetThere),
    ],
)
def test_no_keyset(site: Site, line: str, reason: type[Exception]) -> None:
    site.server.answers["/keyset"] = lambda _: status(line)
    assert type(first(site.look(quick=True))) is reason


@pytest.mark.parametrize("line", ["500 Internal Server Error", "503 Service Unavailable"])
def test_a_server_in_trouble_is_nothing_seen(site: Site, line: str) -> None:
    site.server.answers["/"] = lambda _: status(line)
    with pytest.raises(ServerBusy):
        site.look(quick=True)


@pytest.mark.parametrize("line", ["404 Not Found", "302 Found", "204 No Content"])
def test_no_page_at_our_own_address_is_wrong(site: Site, line: str) -> None:
    site.server.answers["/"] = lambda _: status(line)
    assert isinstance(first(site.look(quick=True)), errors.NoWordsThere)


def test_a_page_without_end_has_an_end(site: Site) -> None:
    """Also where it is packed into next to nothing."""
    site.html = "x" * 3_000_000
    assert isinstance(first(site.look(quick=True)), errors.NoWordsThere)
    site.server.answers["/"] = lambda _: ok(site.html.encode())
    assert isinstance(first(site.look(quick=True)), errors.NoWordsThere)


@pytest.mark.parametrize(
    "typed", ["", "abandon", "abandon " * 9, "abandon " * 11, "abandon " * 9 + "offramp"]
)
def test_words_that_were_mistyped_are_no_alarm(typed: str) -> None:
    with pytest.raises(errors.WordsMistyped):
        spelt_words(typed)


@pytest.mark.parametrize("typed", ["", "AAAA", "A" * 23, "A" * 25, "AAAA-AAAA-AAAA-AAAA-AAAA-AAA1"])
def test_a_code_that_was_mistyped_is_no_alarm(typed: str) -> None:
    with pytest.raises(errors.CodeMistyped):
        spelt_code(typed)
