"""`offramp watch`: one line for a person, one for a program, and a status for a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.card import monday_of
from offramp.desk import days
from offramp.desk.commands import watch
from offramp.desk.courier.retrying import Retrier
from offramp.tor.onion import OnionKey
from tests.desk.fake_server import fake_socks, status
from tests.desk.watch.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    yield one
    one.server.close()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "Retrier", lambda screen: Retrier(screen, sleep=lambda _: None))


def run(site: Site, *options: str, address: str = "") -> tuple[int, str]:
    """The exit status, and the one line."""
    given = ["watch", address or site.campaign.onion, "--unix-socket", str(site.server.path), *options]
    result = CliRunner().invoke(offramp, given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    lines = (result.stdout or result.stderr).splitlines()
    assert len(lines) == 1, result.output
    return result.exit_code, lines[0]


def test_well_with_words(site: Site) -> None:
    assert site.keyset
    code, line = run(site, "--words", site.words)
    week, by = monday_of(days.today()), days.today() + timedelta(days=7)
    assert (code, line) == (
        0,
        f"Well: {site.campaign.onion} is what you gave to compare it with. Its 5 files are those of manifest "
        f"number 7, signed on 16 November 2026. A person last read this inbox in the "
        f"week of {days.in_words(week)}, the next time is by {days.in_words(by)}.",
    )


def test_well_with_nothing_to_compare_says_what_to_compare(site: Site) -> None:
    code, line = run(site)
    assert code == 0
    assert f"Compare its ten words with a flyer's: {site.words}" in line


def test_wrong(site: Site) -> None:
    other = "abandon " * 10
    assert run(site, "--words", other)[0] == 4
    code, line = run(site, "--code", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA")
    assert (code, line) == (
        4,
        "Wrong: What was given to compare is not what this site is: it is another site, or its root key was replaced.",
    )


def test_closed_names_this_laptops_clock(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    later = days.now() + 90 * 86_400
    monkeypatch.setattr(days, "now", lambda: later)
    code, line = run(site)
    assert (code, line) == (
        3,
        "Closed: This keyset has expired. This laptop's clock says that today is "
        f"{days.in_words(days.today())}.",
    )


def test_not_seen(site: Site, tmp_path: Path) -> None:
    code, line = run(site, "--unix-socket", str(tmp_path / "nobody"))
    assert code == 1
    assert line.startswith("Not seen: No server answers at ")
    site.server.answers["/"] = lambda _: status("503 Service Unavailable")
    assert run(site) == (1, "Not seen: The server cannot answer at the moment. Try again later.")


def test_mistyped_is_a_refusal_and_nothing_is_asked(site: Site) -> None:
    for options in (["--words", "offramp"], ["--code", "1"], ["--campaign", "nowhere"]):
        assert run(site, *options)[0] == 1
    assert run(site, address="quit.onion")[0] == 1
    assert site.server.seen == []


def test_json(site: Site, tmp_path: Path) -> None:
    code, line = run(site, "--json", "--campaign", str(site.folder(tmp_path, site.keyset)))
    assert code == 0
    assert json.loads(line) == {
        "address": site.campaign.onion,
        "outcome": "well",
        "reason": None,
        "says": None,
        "wrong": [],
        "words": site.words,
        "code": site.code,
        "keys_until": (days.today() + timedelta(days=6)).isoformat(),
        "read_in_week_of": monday_of(days.today()).isoformat(),
        "next_by": (days.today() + timedelta(days=7)).isoformat(),
        "manifest": {"number": 7, "day": "2026-11-16"},
        "files_as_signed": 5,
    }
    site.html = "nothing"
    code, line = run(site, "--json")
    assert (code, json.loads(line)["outcome"], json.loads(line)["reason"]) == (4, "wrong", "NoWordsThere")
    code, line = run(site, "--json", "--unix-socket", str(tmp_path / "nobody"))
    assert (code, json.loads(line)["outcome"], json.loads(line)["reason"]) == (
        1,
        "not seen",
        "ServerNotRunning",
    )


def test_a_site_that_is_down_for_a_moment_is_asked_again(site: Site) -> None:
    honest, asked = site.server.answers["/"], []

    def at_the_third_time(body: bytes) -> object:
        asked.append(body)
        return status("503 Service Unavailable") if len(asked) < 3 else honest(body)

    site.server.answers["/"] = at_the_third_time  # type: ignore[assignment]  # it gives bytes
    result = CliRunner().invoke(
        offramp, ["watch", site.campaign.onion, "--unix-socket", str(site.server.path)]
    )
    assert (result.exit_code, len(asked)) == (0, 4)  # and once more, as one of the files


def test_through_tors_socks_port_to_the_address_that_was_given(site: Site) -> None:
    with fake_socks(target=site.server.path) as (port, asked):
        given = ["watch", site.campaign.onion, "--words", site.words, "--socks", f"127.0.0.1:{port}"]
        assert CliRunner().invoke(offramp, given).exit_code == 0
    assert set(asked) == {site.campaign.onion.encode()}


def test_tor_that_does_not_reach_it(site: Site) -> None:
    with fake_socks(reply=0xF0) as (port, _):
        address = OnionKey.generate().address
        result = CliRunner().invoke(offramp, ["watch", address, "--socks", f"127.0.0.1:{port}"])
    assert result.exit_code == 1
    assert result.stdout.startswith("Not seen: Tor cannot reach that onion")


def test_one_line_names_the_gravest_and_says_that_there_is_more(site: Site) -> None:
    site.files["/about"].body = b"changed"
    code, line = run(site)
    assert (code, line) == (4, "Wrong: /about is not the file that was signed: its bytes are others.")
    site.files["/leave"].own_headers = ()
    code, line = run(site)
    assert line.endswith("its bytes are others. There is one thing more: see --detail.")


def test_detail_has_a_line_for_each_file(site: Site) -> None:
    site.files["/about"].body = b"changed"
    site.server.answers["/leave"] = lambda _: status("404 Not Found")
    given = ["watch", site.campaign.onion, "--unix-socket", str(site.server.path), "--detail"]
    result = CliRunner().invoke(offramp, given)
    assert (result.exit_code, result.stdout.splitlines()) == (
        4,
        [
            "As signed: /",
            "As signed: /static/en/form.js",
            "As signed: /static/style.css",
            "Wrong: /about is not the file that was signed: its bytes are others.",
            "Wrong: /leave was signed, and is not there.",
            "Wrong: /about is not the file that was signed: its bytes are others. There is one thing more: see "
            "--detail.",
        ],
    )


def test_a_part_that_is_not_seen_has_its_own_status(site: Site) -> None:
    site.server.answers["/about"] = lambda _: status("502 Bad Gateway")
    assert run(site, "--json")[0] == 1
    code, line = run(site)
    assert (code, line) == (1, "Not seen: /about could not be fetched.")


def test_quick(site: Site) -> None:
    site.manifest = b""
    assert run(site, "--quick")[0] == 0
    assert run(site)[0] == 4


def test_notes(site: Site, tmp_path: Path) -> None:
    notes = str(tmp_path / "notes")
    assert run(site, "--notes", notes)[0] == 0
    site.sign(number=6)
    code, line = run(site, "--notes", notes)
    assert (code, line) == (4, "Wrong: The site shows manifest number 6, and number 7 was seen before.")
