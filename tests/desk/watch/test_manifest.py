"""The manifest that a site shows: missing, forged, of another site, or older than one that was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offramp.crypto import errors as crypto
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.root.manifests import write_manifest
from offramp.desk.watch import errors
from offramp.desk.watch.comparing import Expected
from offramp.tor.onion import OnionKey
from tests.desk.fake_server import ok, status
from tests.desk.watch.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    yield one
    one.server.close()


@pytest.mark.parametrize("line", ["404 Not Found", "503 Service Unavailable"])
def test_a_missing_manifest_is_wrong(site: Site, line: str) -> None:
    site.server.answers["/manifest"] = lambda _: status(line)
    found = site.look()
    assert (type(found.wrong[0]), found.outcome) == (errors.ManifestMissing, "wrong")
    assert found.card  # the rest was looked at


def test_a_manifest_that_does_not_come_is_not_seen_and_no_alarm(site: Site) -> None:
    def broken(_: bytes) -> Iterator[bytes]:
        yield from ()
        raise OSError  # the connection is closed

    site.server.answers["/manifest"] = broken
    found = site.look()
    assert (type(found.wrong[0]), found.outcome) == (errors.FileNotSeen, "not seen")


def _by_somebody_else(site: Site) -> None:
    site.sign(root_seed=bytes(32))


def _flipped(site: Site) -> None:
    site.manifest = site.manifest[:-1] + bytes([site.manifest[-1] ^ 1])


def _of_another_onion(site: Site) -> None:
    site.sign(onion=OnionKey.generate().address)


def _of_another_campaign(site: Site) -> None:
    site.sign(campaign="another")


def _cut(site: Site) -> None:
    site.manifest = b""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_by_somebody_else, crypto.ManifestForged),
        (_flipped, crypto.ManifestForged),
        (_of_another_onion, crypto.ManifestOfAnotherSite),
        (_of_another_campaign, crypto.ManifestOfAnotherSite),
        (_cut, crypto.NotAManifest),
    ],
)
def test_a_manifest_that_is_not_ours_is_wrong(
    site: Site, change: Callable[[Site], None], reason: type[Exception]
) -> None:
    change(site)
    found = site.look()
    assert ([type(one) for one in found.wrong], found.outcome) == ([reason], "wrong")


def test_an_old_manifest_with_its_old_files_is_found_out_by_a_copy_of_the_campaign(
    site: Site, tmp_path: Path
) -> None:
    """A server that is set back whole: everything in it was signed once."""
    folder = site.folder(tmp_path, site.keyset)
    old = site.manifest
    write_manifest(CampaignFolder(folder), site.sign(number=8))
    expected = Expected.of(None, None, folder, now=days.now())
    assert site.look(expected).outcome == "well"
    site.manifest = old
    assert site.look().outcome == "well"
    found = site.look(expected)
    assert [type(one) for one in found.wrong] == [errors.ManifestOld]


def test_any_bytes_for_a_manifest_end_in_a_finding(site: Site) -> None:
    for junk in (b"offramp/manifest\1[]", b"offramp/manifest\1" + b"[" * 100_000, bytes(1000)):
        site.server.answers["/manifest"] = lambda _, junk=junk: ok(junk)  # type: ignore[misc]
        assert site.look().outcome == "wrong"
