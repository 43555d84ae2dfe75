"""`offramp manifest`: what is signed is what a server with the same campaign serves."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.errors import ManifestForged
from offramp.crypto.manifest import read_manifest
from offramp.desk.campaign_folder import CampaignFolder, copy_public
from offramp.desk.errors import WrongRootKey
from offramp.desk.flyer.errors import AddressUnknown, OtherAddress
from offramp.desk.keys import RootKey
from offramp.desk.root.manifests import last_manifest, plan_manifest, smallest_sequence, write_manifest
from offramp.site.pages import BundleMissing, render_files
from offramp.site.signed_files import differences
from offramp.tor.onion import OnionKey
from tests.desk.root.cast import enroll, key_list, sign
from tests.desk.root.conftest import MONDAY, SetDay
from tests.desk.team import INTAKE, PASSPHRASE
from tests.page.bundle import make_bundle

WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True, scope="module")
def bundle() -> None:
    make_bundle()


def sign_here(folder: CampaignFolder, root: RootKey, onion: str | None = INTAKE) -> int:
    made = plan_manifest(folder, onion).sign(root)
    write_manifest(folder, made)
    return made.number


def test_it_lists_what_a_server_serves(folder: CampaignFolder, root: RootKey) -> None:
    sign_here(folder, root)
    found = read_manifest(folder.manifest.read_bytes(), root=root.public, campaign="quit-ice", onion=INTAKE)
    served = render_files(folder.campaign(), root.public, found.sequence, INTAKE)
    assert differences(found, served) == []
    assert {one.path for one in found.files} == served.keys()
    assert dict(found.headers)["content-security-policy"].startswith("default-src 'none';")


def test_numbers_rise_and_what_did_not_change_is_not_new(folder: CampaignFolder, root: RootKey) -> None:
    assert plan_manifest(folder, INTAKE).is_new
    assert sign_here(folder, root) == 1
    assert not plan_manifest(folder, INTAKE).is_new
    text = folder.campaign_file.read_text()
    tagline = next(line for line in text.splitlines() if line.startswith("tagline"))
    folder.campaign_file.write_text(text.replace(tagline, 'tagline = "Another"'))
    assert plan_manifest(folder, INTAKE).is_new
    assert sign_here(folder, root) == 2


def test_another_root_key_signs_nothing(folder: CampaignFolder) -> None:
    with pytest.raises(WrongRootKey):
        plan_manifest(folder, INTAKE).sign(RootKey.generate())


def test_the_address_is_that_of_the_keysets(folder: CampaignFolder, root: RootKey) -> None:
    with pytest.raises(AddressUnknown):
        plan_manifest(folder, None)
    enroll(folder, key_list("alice"))
    sign(folder, root)
    assert plan_manifest(folder, None).onion == INTAKE
    with pytest.raises(OtherAddress):
        plan_manifest(folder, OnionKey.generate().address)


def test_without_the_bundle_nothing_can_be_signed(folder: CampaignFolder, tmp_path: Path) -> None:
    with pytest.raises(BundleMissing):
        plan_manifest(folder, INTAKE, built=tmp_path)


def test_the_pages_go_on_taking_last_weeks_keys_for_two_days(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    """By the clocks of server and visitor, which may both be wrong."""
    assert smallest_sequence(folder) == 1
    set_day(MONDAY)
    enroll(folder, key_list("alice", 8, first=MONDAY))
    sign(folder, root, first=MONDAY)
    assert smallest_sequence(folder) == 1
    for days_later, sequence in ((6, 1), (7, 1), (8, 1), (9, 2), (13, 2), (16, 3)):
        set_day(MONDAY + timedelta(days=days_later))
        assert smallest_sequence(folder) == sequence, days_later


def test_keys_that_somebody_who_left_can_open_are_not_taken(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    set_day(MONDAY)
    enroll(folder, key_list("alice", 8), key_list("bob", 8))
    first = sign(folder, root, first=MONDAY, count=4)
    set_day(MONDAY + timedelta(days=1))
    folder.remove("bob")
    anew = sign(folder, root)
    assert smallest_sequence(folder) == anew[0] == first[-1] + 1


def test_weeks_that_are_signed_anew_for_later_do_not_close_the_site_now(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    set_day(MONDAY)
    enroll(folder, key_list("alice", 8))
    first = sign(folder, root, first=MONDAY, count=4)
    sign(folder, root, first=MONDAY + 2 * WEEK, count=2)
    assert smallest_sequence(folder) == first[0]


def test_a_copy_of_the_campaign_has_it(folder: CampaignFolder, root: RootKey, tmp_path: Path) -> None:
    copy_public(folder, tmp_path / "copy")
    assert last_manifest(CampaignFolder(tmp_path / "copy")) is None
    sign_here(folder, root)
    copy_public(folder, tmp_path / "copy")
    found = last_manifest(CampaignFolder(tmp_path / "copy"))
    assert found
    assert found.number == 1


def test_one_that_somebody_else_signed_is_refused(folder: CampaignFolder, root: RootKey) -> None:
    sign_here(folder, root)
    raw = folder.manifest.read_bytes()
    folder.manifest.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(ManifestForged):
        plan_manifest(folder, INTAKE)


def run(*arguments: object, typed: str = "") -> tuple[int, list[str]]:
    result = CliRunner().invoke(offramp, [str(one) for one in arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.output.splitlines()


def test_whoever_has_the_source_finds_the_same_files(
    folder: CampaignFolder, root: RootKey, tmp_path: Path
) -> None:
    """With nothing but campaign.toml, root.pub, and the manifest as the site shows it."""
    sign_here(folder, root)
    place = tmp_path / "elsewhere"
    place.mkdir()
    for path in (folder.campaign_file, folder.root_public, folder.manifest):
        (place / path.name).write_bytes(path.read_bytes())
    count = len(plan_manifest(folder, INTAKE).files)
    assert run("manifest", "check", place / "manifest") == (
        0,
        [f"All {count} files are the same, to the byte."],
    )
    text = (place / "campaign.toml").read_text()
    (place / "campaign.toml").write_text(text.replace("kept_days = 60", "kept_days = 61"))
    code, said = run("manifest", "check", place / "manifest")
    assert (code, said[0]) == (1, "/ has other bytes than in the manifest.")
    assert said[-1].startswith("The version is the same. So campaign.toml")


def test_what_changed_since_the_last_one_is_shown_before_it_is_signed(
    folder: CampaignFolder, root: RootKey, set_day: SetDay, tmp_path: Path
) -> None:
    set_day(date(2026, 11, 22))
    sign_here(folder, root)
    text = folder.campaign_file.read_text()
    folder.campaign_file.write_text(text.replace("kept_days = 60", "kept_days = 61"))
    (tmp_path / "pw").write_text(f"{PASSPHRASE}\n")
    code, said = run(
        "manifest",
        "sign",
        folder.path,
        "--onion",
        INTAKE,
        "--passphrase-file",
        tmp_path / "pw",
        typed="n\n",
    )
    assert code == 1
    assert "Changed:   /" in said
    assert not [line for line in said if "/static/" in line]
    assert last_manifest(folder) is not None
    assert plan_manifest(folder, INTAKE).number == 2
