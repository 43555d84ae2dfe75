"""A watcher's notes: whoever comes back sees what went back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto import errors as crypto
from offramp.desk.watch import errors
from offramp.desk.watch.comparing import Expected
from offramp.desk.watch.looking import Found
from offramp.desk.watch.notes import Notes
from tests.desk.watch.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    yield one
    one.server.close()


def look(site: Site, notes: Notes) -> Found:
    """As the command does it."""
    found = site.look(notes.added_to(Expected(), site.campaign.onion))
    notes.take(found)
    return found


def test_what_was_seen_is_noted_and_fits_the_next_time(site: Site, tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    assert look(site, notes).outcome == "well"
    assert json.loads((tmp_path / "notes").read_text()) == {
        "onion": site.campaign.onion,
        "root": site.campaign.root.hex(),
        "keyset": 3,
        "manifest": 7,
    }
    assert look(site, notes).outcome == "well"


def test_an_older_manifest_than_the_noted_one(site: Site, tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    look(site, notes)
    site.sign(number=6)
    assert isinstance(look(site, notes).wrong[0], errors.ManifestOld)
    site.sign(number=8)
    assert look(site, notes).outcome == "well"
    site.sign(number=7)
    assert isinstance(look(site, notes).wrong[0], errors.ManifestOld)


def test_an_older_keyset_than_the_noted_one(site: Site, tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    look(site, notes)
    site.keyset = site.shown = site.campaign.keyset(2)
    assert isinstance(look(site, notes).wrong[0], crypto.SequenceWentBack)


def test_another_root_key_than_the_noted_one(site: Site, tmp_path: Path) -> None:
    """All of the site agrees with itself, and its words are others: whoever knows none would not see it."""
    notes = Notes(tmp_path / "notes")
    look(site, notes)
    before = site.campaign.root_seed
    site.campaign.root_seed = bytes(32)
    site.html = site.page()
    site.keyset = site.shown = site.campaign.keyset(4)
    site.card = site.campaign.card().raw
    site.sign(number=8)
    assert site.look().outcome == "well"
    assert [type(one) for one in look(site, notes).wrong] == [errors.RootReplaced]
    site.campaign.root_seed = before
    site.html = site.page()
    site.keyset = site.shown = site.campaign.keyset(4)
    site.card = site.campaign.card().raw
    site.sign(number=8)
    assert look(site, notes).outcome == "well"  # nothing of the other root key was noted


def test_what_is_wrong_is_not_noted_and_what_is_closed_is(site: Site, tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    site.files["/about"].body = b"changed"
    assert look(site, notes).outcome == "wrong"
    assert not (tmp_path / "notes").exists()
    site.sign()
    found = site.look(days_later=20)
    assert found.outcome == "closed"
    notes.take(found)
    assert json.loads((tmp_path / "notes").read_text())["manifest"] == 7


@pytest.mark.parametrize("text", ["", "{}", "[]", "\0", "9" * 10_000, '{"onion": "x", "root": "zz"}'])
def test_a_file_that_is_no_notes_is_not_written_over(site: Site, tmp_path: Path, text: str) -> None:
    (tmp_path / "notes").write_text(text)
    with pytest.raises(errors.NotesUnreadable):
        Notes(tmp_path / "notes").added_to(Expected(), site.campaign.onion)
    assert (tmp_path / "notes").read_text() == text


def test_notes_of_another_site(site: Site, tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    look(site, notes)
    with pytest.raises(errors.NotesOfAnother):
        notes.added_to(Expected(), "a" * 56 + ".onion")
