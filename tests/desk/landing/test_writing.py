"""The landing page as bytes: everything is in it, in each language, and a browser follows nothing of it by itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from offramp.campaign import default_campaign
from offramp.desk.errors import FileInTheWay
from offramp.desk.landing.writing import POLICY, groups_of, landing_files, write_landing
from offramp.site.pages import BundleMissing
from tests.desk.landing.conftest import IDENTITY

PAGES = ("index.html", "es/index.html")
DEPLOY = Path(__file__).parents[3] / "deploy" / "landing"


class Page(HTMLParser):
    """Its tags with their attributes, and its text."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def said_to_browser(self, name: str) -> str | None:
        """The content of the `<meta>` that stands for a header."""
        return next(
            attributes["content"]
            for tag, attributes in self.tags
            if tag == "meta" and name in (attributes.get("http-equiv"), attributes.get("name"))
        )


@pytest.fixture(params=PAGES)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(files: dict[str, bytes], place: str) -> Page:
    return Page(files[place])


def test_there_is_a_page_in_each_language_and_one_style_sheet(files: dict[str, bytes]) -> None:
    assert set(files) == {*PAGES, "style.css"}
    assert b"url(" not in files["style.css"]
    assert b"@import" not in files["style.css"]


def test_what_the_campaign_is_known_by_is_on_it(page: Page) -> None:
    assert IDENTITY.onion in page.text  # in one piece, for whoever copies it
    assert IDENTITY.words in page.text
    assert IDENTITY.code in page.text
    assert "".join(groups_of(IDENTITY.onion)) == IDENTITY.onion
    assert [len(group) for group in groups_of(IDENTITY.onion)] == [4] * 14 + [len(".onion")]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("index.html", "not private|at work|internet address|history|Android|iPhone|bridge|ten words"),
        ("es/index.html", "no es privada|trabajo|dirección de internet|historial|Android|iPhone|puente"),
    ],
)
def test_it_says_what_to_do_and_what_a_visit_gives_away(page: Page, words: str) -> None:
    for word in words.split("|"):
        assert word in page.text, word


def test_tor_browser_is_led_to_the_site(page: Page, place: str) -> None:
    prefix = "/es/" if place.startswith("es/") else "/"
    assert page.said_to_browser("onion-location") == f"http://{IDENTITY.onion}{prefix}"


def test_a_browser_asks_nobody_else_for_anything(page: Page, place: str) -> None:
    assert page.said_to_browser("Content-Security-Policy") == POLICY
    assert page.said_to_browser("referrer") == "no-referrer"
    assert page.said_to_browser("x-dns-prefetch-control") == "off"
    up = "../" * place.count("/")
    ours = {"data:,", "#main", f"{up}style.css", f"{up}index.html", f"{up}es/index.html"}
    for tag, attributes in page.tags:
        assert tag not in ("script", "style", "img", "iframe", "form", "object", "embed", "base")
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("style", "ping", "src", "srcset", "action")
            if name == "href" and value not in ours:
                assert (tag, value) == ("a", "https://www.torproject.org/download/")
                assert attributes["rel"] == "noreferrer"


def test_our_address_is_no_link(page: Page) -> None:
    """A click in an ordinary browser would ask the network for it by name."""
    assert not any(".onion" in (attributes.get("href") or "") for _, attributes in page.tags)


def test_whoever_makes_it_gets_the_same_bytes(files: dict[str, bytes]) -> None:
    assert landing_files(default_campaign(), IDENTITY) == files


def test_it_is_written_to_a_new_folder(files: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "landing"
    write_landing(out, files)
    found = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert found == files
    assert all(path.stat().st_mode & 0o004 for path in out.rglob("*"))  # a web server reads them
    with pytest.raises(FileInTheWay):
        write_landing(out, files)


def test_a_missing_bundle_is_said(tmp_path: Path) -> None:
    with pytest.raises(BundleMissing):
        landing_files(default_campaign(), IDENTITY, built=tmp_path)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile", "apache.conf"])
def test_the_examples_send_what_the_page_says_and_keep_no_log(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert POLICY + ";frame-ancestors 'none'" in text
    assert "Onion-Location" in text
    assert "no-referrer" in text
    assert "http://ADDRESS.onion/" in text
    assert not re.search(r"[a-z2-7]{56}", text)
    assert re.search(r"access_log off|CustomLog /dev/null|no access log", text)
    assert f"({name})" in (DEPLOY / "README.md").read_text()
