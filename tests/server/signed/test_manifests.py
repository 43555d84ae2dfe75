"""`offramp server add-manifest`: only what this server serves, never back, and shown as it was signed."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from offramp.campaign import default_campaign
from offramp.cli import offramp
from offramp.crypto.errors import ManifestForged, ManifestOfAnotherSite, NotAManifest
from offramp.crypto.manifest import File, Manifest
from offramp.desk.watch.files import NOT_LISTED
from offramp.desk.watch.links import named_in
from offramp.server.capacity.load import Load
from offramp.server.check import problems
from offramp.server.errors import ManifestAhead, ManifestDiffers, ManifestWentBack, PartMissing
from offramp.server.layout import ServerFolder, load
from offramp.server.signed.manifests import add_manifest, manifest_of, pinned_sequence, with_manifest
from offramp.server.signed.new_root import replace_root
from offramp.server.signed.shelves import shelf_of
from offramp.server.web import intake
from offramp.site.pages import render_files
from tests.app.campaign import TestCampaign
from tests.server.running import TestServer, make_server
from tests.server.signed.made import manifest_for

NOTHING = {"data:,"}
"""An icon that is no file, so that browsers ask for none."""


@dataclass
class Operator:
    """Signs what this server serves, and adds it."""

    server: TestServer
    place: Path

    @property
    def folder(self) -> ServerFolder:
        return self.server.folder

    @property
    def campaign(self) -> TestCampaign:
        return self.server.campaign

    def signed(self, **changed: Any) -> Manifest:
        return manifest_for(self.folder, self.campaign, **changed)

    def add(self, manifest: Manifest | bytes) -> Manifest:
        file = self.place / "manifest"
        file.write_bytes(manifest if isinstance(manifest, bytes) else manifest.raw)
        return add_manifest(self.folder, file, clock=time.time)

    def here(self) -> Manifest | None:
        return manifest_of(load(self.folder))


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(make_server(tmp_path), tmp_path)


def test_what_this_server_serves_is_taken_and_taken_again(operator: Operator) -> None:
    signed = operator.signed()
    assert operator.here() is None
    assert operator.add(signed) == signed
    assert operator.here() == signed
    before = operator.folder.manifest.stat()
    assert operator.add(signed) == signed
    assert operator.folder.manifest.stat() == before
    assert operator.add(operator.signed(number=2)).number == 2


def test_an_older_one_and_another_of_the_same_number_are_not_taken(operator: Operator) -> None:
    newer = operator.signed(number=5)
    operator.add(newer)
    for older in (operator.signed(number=4), operator.signed(number=5, release="another")):
        with pytest.raises(ManifestWentBack):
            operator.add(older)
    assert operator.here() == newer


def _without_one(files: list[File]) -> list[File]:
    return files[1:]


def _with_one_more(files: list[File]) -> list[File]:
    return [*files, File("/spy", "text/html", 0, bytes(32))]


def _with_another_hash(files: list[File]) -> list[File]:
    return [File("/", files[0].content_type, files[0].length, bytes(32)), *files[1:]]


def _with_another_header(files: list[File]) -> list[File]:
    first = files[0]
    return [File(first.path, first.content_type, first.length, first.digest, (("a", "b"),)), *files[1:]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_without_one, "/ is here, and not in the manifest."),
        (_with_one_more, "/spy is in the manifest, and not here."),
        (_with_another_hash, "/ has other bytes than in the manifest."),
        (_with_another_header, "/ has other headers than in the manifest."),
    ],
)
def test_what_this_server_would_serve_otherwise_is_named(
    operator: Operator, change: Callable[[list[File]], list[File]], told: str
) -> None:
    files = sorted(operator.signed().files, key=lambda one: one.path)
    with pytest.raises(ManifestDiffers) as refused:
        operator.add(operator.signed(files=change(files)))
    assert f"nothing was changed. {told} The version is the same, so campaign.toml" in str(refused.value)
    assert operator.here() is None


def test_other_headers_of_all_files_are_named(operator: Operator) -> None:
    with pytest.raises(ManifestDiffers, match="The header content-security-policy of every file"):
        operator.add(operator.signed(headers=(("cache-control", "no-store"),)))


def test_another_version_and_another_campaign_toml_are_told_apart(operator: Operator) -> None:
    signed = operator.signed(release="99.1")
    operator.add(signed)  # the version alone is no difference: the files are the same
    text = operator.folder.campaign.read_text()
    tagline = next(line for line in text.splitlines() if line.startswith("tagline"))
    operator.folder.campaign.write_text(text.replace(tagline, 'tagline = "Another"'))
    with pytest.raises(ManifestDiffers, match=r"And \d+ more\. It was made with Offramp 99\.1, and this is "):
        operator.add(signed)
    with pytest.raises(ManifestDiffers, match=r"so campaign\.toml or one of"):
        operator.add(_of(operator, text))


def _of(operator: Operator, text: str) -> Manifest:
    """The manifest of another campaign.toml than the one that is here now."""
    now = operator.folder.campaign.read_text()
    operator.folder.campaign.write_text(text)
    signed = operator.signed(number=9)
    operator.folder.campaign.write_text(now)
    return signed


def test_what_is_no_manifest_of_ours_is_not_taken(operator: Operator, tmp_path: Path) -> None:
    stranger = TestCampaign(onion=operator.campaign.onion)
    with pytest.raises(ManifestForged):
        operator.add(manifest_for(operator.folder, stranger))
    with pytest.raises(ManifestOfAnotherSite):
        operator.add(operator.signed(onion="a" * 56 + ".onion"))
    for junk in (b"", b"<!doctype html>", operator.signed().raw[:-1], bytes(300_000)):
        with pytest.raises((NotAManifest, ManifestForged)):
            operator.add(junk)
    with pytest.raises(PartMissing):
        add_manifest(operator.folder, tmp_path / "nowhere", clock=time.time)
    assert operator.here() is None


def test_the_calendar_comes_before_a_manifest_that_needs_it(operator: Operator) -> None:
    """Or else the pages would take no keys that are here."""
    with pytest.raises(ManifestAhead, match="take keys from number 2 on, and the newest here is number 1"):
        operator.add(operator.signed(sequence=2))


def test_pages_pin_the_manifests_sequence_and_without_one_the_floor(operator: Operator) -> None:
    shelf = shelf_of(load(operator.folder))
    assert pinned_sequence(None, shelf, time.time()) == 1
    assert pinned_sequence(operator.signed(sequence=3), shelf, time.time()) == 3


def test_the_app_shows_it_as_it_was_signed(operator: Operator) -> None:
    app, close = intake(load(operator.folder), Load())
    assert app.test_client().get("/manifest").status_code == 404
    close()
    signed = operator.add(operator.signed())
    app, close = intake(load(operator.folder), Load())
    client = app.test_client()
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        got = client.get("/manifest", headers=headers)
        assert (got.status_code, got.content_type) == (200, "application/octet-stream")
    assert client.get("/manifest").data == signed.raw
    # Every file that it lists is there as it lists it, but for the words of the week; and every page is in it.
    listed = {one.path for one in signed.files}
    served = {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert served - listed == {
        *("/keyset", "/manifest", "/board", "/board/<build>/<index>", "/parcel/<name>"),
    }
    for one in signed.files:
        got = client.get(one.path)
        told = {name.lower(): value for name, value in got.headers.items() if name != "Content-Length"}
        assert told == signed.headers_of(one), one.path
        packed = client.get(one.path, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.data) == got.data
        if one.path.startswith("/static/"):
            assert one.has(got.data), one.path
    close()


def test_no_page_names_or_loads_what_is_not_its_own(operator: Operator) -> None:
    state = load(operator.folder)
    files = render_files(default_campaign(), state.root, 1, state.intake_address)
    pages = {
        path: one.body.decode() for path, one in files.items() if one.content_type.startswith("text/html")
    }
    assert {"/", "/es/", "/es/about"} <= pages.keys()
    named = {path: named_in(html, path) - files.keys() - NOT_LISTED - NOTHING for path, html in pages.items()}
    assert {path: names for path, names in named.items() if names} == {}


def test_without_a_manifest_nothing_else_changes() -> None:
    assert with_manifest({}, None) == {}


def test_another_root_key_takes_it_away(operator: Operator) -> None:
    operator.add(operator.signed())
    replace_root(operator.folder, TestCampaign().root)
    assert not operator.folder.manifest.exists()


def test_check_tells_what_is_wrong_with_it(operator: Operator) -> None:
    def told() -> list[str]:
        return [one for one in problems(operator.folder) if "anifest" in one]

    assert [one.split(",")[0] for one in told()] == ["There is no manifest"]
    operator.add(operator.signed())
    assert told() == []
    operator.folder.manifest.write_bytes(operator.signed(headers=(("a", "b"),)).raw)
    (one,) = told()
    assert one.startswith(
        "The files are not those of the manifest, and whoever watches is told so. The header a"
    )
    operator.folder.manifest.write_bytes(b"what a disk made of it")
    assert told() == [f"{operator.folder.manifest}: {NotAManifest.__doc__}"]
    assert operator.here() is None  # and the intake starts without it


def test_the_command(operator: Operator, tmp_path: Path) -> None:
    signed = operator.signed()
    (tmp_path / "m").write_bytes(signed.raw)
    result = CliRunner().invoke(
        offramp, ["server", "add-manifest", str(operator.folder.path), str(tmp_path / "m")]
    )
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            f"This server's {len(signed.files)} files are those of manifest number 1.",
            "Start the server anew: from then on it shows the manifest.",
        ],
    )
