"""The pages as bytes: the same for everybody, closed to whatever comes from elsewhere, and small."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from offramp.campaign import DEFAULT_CAMPAIGN, Campaign, default_campaign, read_campaign
from offramp.crypto.errors import OfframpError
from offramp.crypto.words import campaign_code, campaign_words
from offramp.site.keyset_slot import KEYSET_SLOT
from offramp.site.pages import BundleMissing, Page, render_files, render_pages
from offramp.site.policy import FORM_HEADERS
from tests.page.conftest import ONION, ROOT
from tests.page.site import (
    BLAND,
    FIRST_LETTERS,
    FORMS,
    PATHS,
    SCRIPTS,
    SEALERS,
    STATIC,
    WITH_WORDS,
    Tags,
    tags_of,
)

# "Sizes to hold" of the design, less some 600 bytes of headers for each answer, and the keyset of eight slots
# with its card.
HEADERS = 590
KEYSET = 165 + 8 + 8 * 1216 + 64 + 89


def test_every_page_is_there(pages: dict[str, Page]) -> None:
    assert set(pages) == {*PATHS, *SEALERS, *(f"/static/{name}" for name in (*SCRIPTS, *STATIC))}


def test_rendering_again_gives_the_same_bytes(pages: dict[str, Page]) -> None:
    assert render_pages(default_campaign(), ROOT, 1, ONION) == pages


def test_the_gzipped_bytes_are_the_same_page_without_a_time(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert gzip.decompress(page.gzipped) == page.body
        assert page.gzipped[4:8] == bytes(4)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_comes_from_elsewhere_and_nothing_is_inline(pages: dict[str, Page], path: str) -> None:
    for tag, attributes in tags_of(pages[path]):
        for name, value in attributes.items():
            assert name != "style", tag
            assert not name.startswith("on"), tag
            if name in ("href", "src", "action", "formaction", "srcset", "poster", "ping"):
                assert value in ("data:,", "#main") or re.fullmatch(r"/[a-z./#-]*", value or ""), value
        assert tag not in ("style", "img", "object", "embed", "base")
        if tag == "iframe":  # which fills the way back with an empty page, on the page to leave to
            assert path in BLAND
            assert "src" not in attributes
            assert re.fullmatch(
                r"<meta http-equiv=refresh content='[0-9]+;url=about:blank'>", attributes["srcdoc"] or ""
            )
        if tag == "script":
            assert attributes == {"src": FORMS.get(path, "/static/leave.js"), "defer": None}


def _with_scripts(page: Page) -> Page:
    """A page as a browser with scripts takes it: what is in its noscript is not there."""
    return replace(page, body=re.sub(rb"<noscript>.*?</noscript>", b"", page.body, flags=re.DOTALL))


@pytest.mark.parametrize("path", FORMS)
def test_the_browser_itself_can_send_nothing_of_a_form(pages: dict[str, Page], path: str) -> None:
    for tag, attributes in tags_of(_with_scripts(pages[path])):
        if tag == "form":
            assert attributes["method"] == "dialog"
            assert "hidden" in attributes
            assert attributes["autocomplete"] == "off"
            assert "action" not in attributes
        if tag in ("input", "select", "textarea", "button", "fieldset"):
            assert "name" not in attributes
            assert "form" not in attributes
        if tag == "button" and attributes.get("type") != "button":
            assert "disabled" in attributes  # until its script lifts it


@pytest.mark.parametrize("path", FORMS)
def test_nothing_is_kept_for_a_tab_that_is_opened_again(pages: dict[str, Page], path: str) -> None:
    texts = [attributes for tag, attributes in tags_of(pages[path]) if tag in ("textarea", "select")]
    assert texts
    assert all(attributes.get("autocomplete") == "off" for attributes in texts)


def test_the_page_says_what_it_adds_to_a_follow_up(pages: dict[str, Page]) -> None:
    text = pages["/answers"].body.decode()
    assert "Today’s date" in text
    assert "number of the last answer" in text


def test_enter_presses_no_choice(pages: dict[str, Page]) -> None:
    buttons = [attributes for tag, attributes in tags_of(_with_scripts(pages["/"])) if tag == "button"]
    assert buttons[0] == {"disabled": None, "hidden": None}  # a form's first button is what Enter presses
    assert [button["id"] for button in buttons[1:3]] == ["get-words", "send"]
    offer = [
        attributes["id"] for tag, attributes in tags_of(_with_scripts(pages["/offer"])) if tag == "button"
    ]
    assert offer == ["send", "stop", "again"]


def test_received_says_when_and_where_there_is_an_answer(pages: dict[str, Page]) -> None:
    text = pages["/"].body.decode()
    with_words, without = text.split('<div id="no-answer">')
    said = with_words.partition('<div id="answer">')[2]
    assert 'href="/answers"' in said
    assert "60 days" in said
    for word in ("twelve words", "address of this site"):
        assert word in said
        assert word not in without.partition("<p id=")[0]
    assert 'id="answer"' not in pages["/offer"].body.decode()


def test_every_page_shows_the_words_by_which_the_campaign_is_known(pages: dict[str, Page]) -> None:
    for path in WITH_WORDS:
        text = pages[path].body.decode()
        words = re.search(r'id="campaign-words">([a-z ]+)<', text)
        code = re.search(r'id="campaign-code">([A-Z0-9-]+)<', text)
        assert words
        assert code
        assert words[1] == campaign_words(ONION, ROOT)
        assert code[1] == campaign_code(ONION, ROOT)
        assert f'href="{"/es" if path.startswith("/es/") else ""}/about#words"' in text
    about = pages["/about"].body.decode().partition('<h2 id="words">')[2]
    assert "address always counts first" in about


def test_another_address_or_root_has_other_words() -> None:
    shown = {
        render_pages(default_campaign(), root, 1, onion)["/about"].body
        for root in (ROOT, bytes(32))
        for onion in (ONION, "b" * 56 + ".onion")
    }
    assert len(shown) == 4


def test_the_campaigns_limit_for_cards_is_pinned_with_the_root(pages: dict[str, Page]) -> None:
    for path in FORMS:
        assert f'data-wait="{default_campaign().keys.card_limit_days}"' in pages[path].body.decode()


def test_only_pages_with_a_form_pin_the_root(pages: dict[str, Page]) -> None:
    for path in PATHS:
        assert pages[path].body.count(b"<script") == 1
        assert (ROOT.hex().encode() in pages[path].body) is (path in FORMS)


def _without_scripts(page: Page) -> str:
    found = re.search(r"<noscript>(.*?)</noscript>", page.body.decode(), re.DOTALL)
    assert found
    return found[1]


def test_without_scripts_the_page_of_answers_says_why_and_what_to_do(pages: dict[str, Page]) -> None:
    for word in ("sealed", "never take", "Safer", "Standard", "restart", "HTTPS", ".onion"):
        assert word in _without_scripts(pages["/answers"])


@pytest.mark.parametrize(
    ("path", "prefix"), [("/", ""), ("/offer", ""), ("/es/", "/es"), ("/es/offer", "/es")]
)
def test_without_scripts_a_form_gives_way_to_the_sealer(
    pages: dict[str, Page], path: str, prefix: str
) -> None:
    text, sealer = _without_scripts(pages[path]), pages[f"{prefix}/sealer.html"].body
    for link in ("/about#scripts", "/sealer.html", "/sealed-file"):
        assert f'href="{prefix}{link}"' in text
    assert 'href="/keyset"' in text
    assert hashlib.sha256(sealer).hexdigest() in text
    assert pages[path].body.count(KEYSET_SLOT) == 1


@pytest.mark.parametrize("path", ["/", "/offer", "/es/", "/es/offer", "/sealed-file", "/es/sealed-file"])
def test_the_plain_form_takes_one_file_and_nothing_else(pages: dict[str, Page], path: str) -> None:
    text = pages[path].body.decode() if path.endswith("file") else _without_scripts(pages[path])
    tags = Tags(text).tags
    (form,) = (attributes for tag, attributes in tags if tag == "form")
    action = "/es/sealed-file" if path.startswith("/es") else "/sealed-file"
    assert (form["action"], form["method"], form["enctype"]) == (action, "post", "multipart/form-data")
    controls = [attributes for tag, attributes in tags if tag in ("input", "select", "textarea")]
    assert [(one["name"], one["type"]) for one in controls] == [("sealed", "file")]
    assert not any("name" in attributes for tag, attributes in tags if tag == "button")
    assert pages[path].headers == FORM_HEADERS


def test_only_pages_with_the_plain_form_can_send_any(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        has_form = b"multipart/form-data" in page.body
        assert ("Content-Security-Policy" in dict(page.headers)) is has_form, path


def test_the_form_is_shown_only_where_scripts_run(pages: dict[str, Page]) -> None:
    css = pages["/static/style.css"].body.decode()
    assert re.search(r"@media ?\(scripting: ?enabled\)\{form\[hidden\]\{display:block\}\}", css)
    assert css.count("form[hidden]") == 1


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_keeps_anything_or_makes_markup(pages: dict[str, Page], name: str) -> None:
    script = pages[f"/static/{name}"].body.decode()
    markup = ("innerHTML", "outerHTML", "document.write", "eval(")
    memory = ("localStorage", "sessionStorage", "indexedDB")
    for word in (*markup, *memory, "sourceMappingURL", "http://", "https://"):
        assert word not in script, word


def test_the_step_with_the_words_cannot_send_or_copy_them(pages: dict[str, Page]) -> None:
    script = pages["/static/en/phrase.js"].body.decode()
    assert "abandon" in script  # the list of words is there
    sending = (
        "fetch(",
        "XMLHttpRequest",
        "sendBeacon",
        "WebSocket",
        "EventSource",
        "Worker",
        "import(",
        "location",
    )
    elsewhere = (
        "clipboard",
        "execCommand",
        "history.",
        "document.title",
        "src=",
        "href=",
        "postMessage",
        "console",
    )
    for word in (*sending, *elsewhere):
        assert word not in script, word


def test_the_script_cannot_open_an_envelope(pages: dict[str, Page]) -> None:
    # ML-KEM's own object brings decapsulation along; what opening.mjs adds must not be there.
    assert "SlotDamaged" not in pages["/static/en/form.js"].body.decode()


def test_markup_in_a_campaign_is_only_text() -> None:
    text = DEFAULT_CAMPAIGN.read_text(encoding="utf-8")
    hostile = """'"><script src=/x>{{ 7*7 }}&amp;"""
    toml = text.replace('name = "Quit ICE"', f"name = '''{hostile}'''").replace(
        '"Résumé",', f"'''{hostile}''',"
    )
    shown = render_files(_campaign(toml), ROOT, 1, ONION)
    for path in (*FIRST_LETTERS[:2], "/about", "/sealer.html"):
        body = shown[path].body
        assert b"<script src=/x" not in body
        assert body.count(b"{{ 7*7 }}") >= 1


def _campaign(toml: str) -> Campaign:
    return read_campaign(toml.encode())


def test_a_missing_bundle_is_said_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(BundleMissing) as caught:
        render_pages(default_campaign(), ROOT, 1, ONION, built=tmp_path)
    assert isinstance(caught.value, OfframpError)
    assert "npm run build" in str(caught.value)


def test_sizes(pages: dict[str, Page]) -> None:
    css = len(pages["/static/style.css"].gzipped)
    for path in FIRST_LETTERS:
        script = len(pages[FORMS[path]].gzipped)
        form = len(pages[path].gzipped) + css + 2 * HEADERS
        assert form <= 12_000
        assert form + script + KEYSET + 2 * HEADERS <= 45_000
    assert len(pages["/static/en/phrase.js"].gzipped) <= 12_000
