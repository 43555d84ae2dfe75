"""The step with the twelve words in a real browser, at each security level."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.crypto.phrase import WORDS, read_phrase, reply_key_of, thread_of
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.marionette import Keys
from tests.harness.wire import Relay
from tests.page.conftest import Organizer
from tests.page.page_server import BROKEN, Answer, PageServer
from tests.page.twelve_words import (
    ask_for_words,
    give_back,
    press,
    type_words,
    words_shown,
    written_down,
)

pytestmark = pytest.mark.browser

TEXT = "Please help me with my résumé. Canary 7f3a."
SCRIPT = "/static/phrase.js"
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture(scope="module", params=["standard", "safer"])
def failing(request: pytest.FixtureRequest) -> Iterator[Firefox]:
    """A browser that may say in its console that a script did not arrive."""
    with Firefox(request.param) as running:
        yield running
        assert running.escapes == []


def _ready(browser: Firefox, server: PageServer, *, loaded: bool = True) -> None:
    server.requests.clear()
    browser.open(server.url + "/")
    browser.wait_for("#state", text="Ready")
    if loaded:
        wait_for("the step with the words", lambda: SCRIPT in server.requests, seconds=30)
    _write(browser, TEXT)


def _write(browser: Firefox, text: str, field: str = "message") -> None:
    browser.run(
        "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));",
        f"field-{field}",
        text,
    )


def _has_focus(browser: Firefox, css: str) -> bool:
    return browser.run("return document.activeElement === document.querySelector(arguments[0])", css) is True


def _keys(words: list[str]) -> tuple[bytes, bytes]:
    entropy = read_phrase(" ".join(words))
    return thread_of(entropy), reply_key_of(entropy)


def test_the_letter_carries_what_comes_of_the_words(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    _ready(browser, server)
    words = ask_for_words(browser)
    assert len(words) == 12
    assert set(words) <= set(WORDS)
    assert _has_focus(browser, "h1")
    assert server.sealed == []

    asked = written_down(browser)
    assert len(asked) == 3
    assert list(asked) == sorted(asked)
    assert set(asked) <= set(range(1, 13))
    assert _has_focus(browser, "h1")
    assert not any(word in browser.find("main").text.split() for word in words if word not in _own_words())
    type_words(asked, words)
    press(browser, "Seal and send")
    browser.wait_for("#received", text="for whoever types your twelve words")
    assert "for 60 days" in browser.find("#received").text
    assert "asked for no answer" not in browser.find("#received").text

    letter = organizer.open(server.sealed[0], keyset)
    assert (letter.thread, letter.reply_key) == _keys(words)
    assert letter.fields == (("message", TEXT),)
    assert len(server.sealed) == 1


def _own_words() -> set[str]:
    """Words of the page's own sentences that a phrase may have too."""
    return {
        "paper",
        "please",
        "letter",
        "word",
        "three",
        "your",
        "these",
        "after",
        "that",
        "all",
        "again",
        "type",
    }


def test_whoever_wants_no_answer_sends_no_keys(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    _ready(browser, server)
    browser.find("#send").click()
    browser.wait_for("#received", text="asked for no answer")
    assert "come back" not in browser.find("#received").text
    assert "without the twelve words" not in browser.find("#received").text
    letter = organizer.open(server.sealed[0], keyset)
    assert (letter.thread, letter.reply_key) == (None, None)


def test_words_that_were_seen_and_not_used_are_said_not_to_be_needed(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    _ready(browser, server)
    ask_for_words(browser)
    press(browser, "Back to my letter")
    browser.find("#send").click()
    browser.wait_for("#received", text="without the twelve words")
    assert organizer.open(server.sealed[0], keyset).thread is None


def test_what_passes_on_the_wire_does_not_tell_who_wants_an_answer(
    browser: Firefox, server: PageServer
) -> None:
    seen = []
    for wanted in (True, False):
        with Relay(int(server.url.rpartition(":")[2])) as relay:
            browser.open(relay.url)
            browser.wait_for("#state", text="Ready")
            _write(browser, TEXT)
            wait_for("the step", partial(_asked_for_the_step, relay), seconds=30)
            if wanted:
                give_back(browser)
            else:
                browser.find("#send").click()
            browser.wait_for("#received")
            host = f"127.0.0.1:{relay.address}"
            assert all(request.complete for request in relay.requests)
            assert not any(request.body for request in relay.requests if request.method != "POST")
            seen.append(
                sorted(
                    (
                        r.method,
                        r.target,
                        len(r.body),
                        sorted((k, v.replace(host, "")) for k, v in r.headers.items()),
                    )
                    for r in relay.requests
                )
            )
    assert seen[0] == seen[1]
    assert sum(method == "POST" for method, *_ in seen[0]) == 1


def _asked_for_the_step(relay: Relay) -> bool:
    return any(request.target == SCRIPT for request in relay.requests)


def test_nothing_of_the_words_is_left(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    before = browser.run("return [location.href, document.title, history.length, window.name]")
    words = ask_for_words(browser)
    assert all(f">{word}<" in browser.source for word in words)  # so the search below can find
    assert browser.run("return [location.href, document.title, history.length, window.name]") == before
    type_words(written_down(browser), words)
    press(browser, "Seal and send")
    browser.wait_for("#received")
    assert not any(f">{word}<" in browser.source or f'"{word}"' in browser.source for word in words)
    assert browser.find_all(".words, input, textarea, form") == []
    assert browser.run("return [location.href, document.title, history.length, window.name]") == before
    assert browser.run("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert browser.run_async("return (await indexedDB.databases()).length") == 0
    leftovers = browser.run(
        "const words = arguments[0];"
        "return Object.values(Object.getOwnPropertyDescriptors(window))"
        "  .some(({value}) => typeof value === 'string' && words.some((word) => value.split(/\\W+/).includes(word)));",
        words,
    )
    assert leftovers is False


def test_all_twelve_are_copied_in_one_drag_and_nothing_else(browser: Firefox, server: PageServer) -> None:
    for width in (320, 600, 1000):
        browser.resize(width, 900)
        _ready(browser, server)
        words = ask_for_words(browser)
        places = browser.run(
            "document.querySelector('.words').scrollIntoView({block: 'center'});"
            "const boxes = [...document.querySelectorAll('.words span')].map((span) => {"
            "  const range = document.createRange(); range.selectNodeContents(span);"
            "  return range.getBoundingClientRect(); });"
            "const first = boxes[0], last = boxes[11];"
            "return [[first.left - 36, first.top + first.height / 2],"
            "        [last.right + 20, last.top + last.height / 2]].map((at) => at.map(Math.round));"
        )
        assert isinstance(places, list)
        start, end = places
        browser.drag((start[0], start[1]), (end[0], end[1]))
        assert browser.copied() == " ".join(words), width


def test_a_wrong_word_is_named_by_its_number(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    words = ask_for_words(browser)
    asked = written_down(browser)
    first, second, third = asked
    type_words(asked, words, wrong=[second])
    press(browser, "Seal and send")
    browser.wait_for("#wrong", text=f"Word number {second} is not right")
    assert _has_focus(browser, "#wrong")
    assert [field.attribute("aria-invalid") for field in asked.values()] == [None, "true", None]
    type_words(asked, words, wrong=[first, third])
    press(browser, "Seal and send")
    browser.wait_for("#wrong", text=f"Words number {first} and {third} are not right")
    for field in asked.values():
        field.clear()
    asked[first].type(Keys.ENTER)  # Enter is the button
    browser.wait_for("#wrong", text=f"Words number {first}, {second} and {third}")
    asked[second].type(" ".join(words))
    press(browser, "Seal and send")
    browser.wait_for("#wrong", text=f"{first}, {second} and {third}")
    assert server.sealed == []
    type_words(asked, words)
    asked[third].type(Keys.ENTER)
    browser.wait_for("#received")
    assert len(server.sealed) == 1


def test_going_back_changes_nothing(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "résumé.pdf"
    file.write_bytes(b"%PDF")
    _ready(browser, server)
    browser.find("#field-contact").type("a signal name")
    browser.find("#field-help input").click()
    browser.find("#add").attach(file)
    browser.wait_for("#files", text="résumé.pdf")
    words = ask_for_words(browser)
    assert browser.find_all("#form, #fields") == []
    press(browser, "Back to my letter")
    assert _has_focus(browser, "#get-words")
    assert browser.find("#state").text == "Not sent yet."
    assert browser.find("#field-message").property("value") == TEXT
    assert ask_for_words(browser) == words
    written_down(browser)
    press(browser, "Back to my letter")
    assert _has_focus(browser, "#get-words")
    assert give_back(browser) == words
    browser.wait_for("#received")
    letter = organizer.open(server.sealed[0], keyset)
    assert letter.fields == (("message", TEXT), ("contact", "a signal name"), ("help", "Résumé"))
    assert [one.data for one in letter.attachments] == [b"%PDF"]
    assert (letter.thread, letter.reply_key) == _keys(words)


def test_seeing_the_words_again_draws_other_places(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    words = ask_for_words(browser)
    drawn = set()
    for _ in range(10):
        drawn.add(tuple(written_down(browser)))
        press(browser, "Show me the words again")
        assert words_shown(browser) == words
    assert len(drawn) > 1  # all the same: once in 220^9
    assert server.sealed == []


def test_every_letter_has_words_of_its_own(browser: Firefox, server: PageServer) -> None:
    seen = set()
    for _ in range(3):
        _ready(browser, server)
        seen.add(tuple(ask_for_words(browser)))
    assert len(seen) == 3


def test_a_retry_asks_for_no_words_and_sends_the_same_letter(browser: Firefox, server: PageServer) -> None:
    server.answers += [Answer(503), BROKEN]
    _ready(browser, server)
    give_back(browser)
    browser.wait_for("#problem", text="cannot take letters")
    assert browser.find("#field-message").property("value") == TEXT
    press(browser, "Seal and send, with my twelve words")
    browser.wait_for("#problem", text="connection broke")
    press(browser, "Seal and send, with my twelve words")
    browser.wait_for("#received", text="for whoever types your twelve words")
    assert len(set(server.sealed)) == 1
    assert len(server.sealed) == 3


def test_a_change_of_mind_is_another_letter(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    server.answers += [Answer(503), Answer(503), Answer(503)]
    _ready(browser, server)
    browser.find("#send").click()
    browser.wait_for("#problem", text="cannot take letters")
    words = give_back(browser)
    browser.wait_for("#problem", text="cannot take letters")
    _write(browser, TEXT + " More.")
    press(browser, "Seal and send, with my twelve words")
    wait_for("the third", lambda: len(server.sealed) == 3, seconds=30)
    browser.wait_for("#problem", text="cannot take letters")
    browser.find("#send").click()
    browser.wait_for("#received", text="without the twelve words that you saw")
    letters = [organizer.open(envelope, keyset) for envelope in server.sealed]
    assert [(letter.thread, letter.reply_key) for letter in letters] == [
        (None, None),
        _keys(words),
        _keys(words),
        (None, None),
    ]
    assert [letter.fields[0][1] for letter in letters] == [TEXT, TEXT, TEXT + " More.", TEXT + " More."]


def test_enter_chooses_nothing(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    browser.find("#field-contact").type("a signal name" + Keys.ENTER)
    browser.run("document.querySelector('#form').requestSubmit(null)")
    assert browser.find_all(".words") == []
    assert browser.find("#state").text == "Ready to send."
    assert _has_focus(browser, "#field-contact")
    assert server.sealed == []


def test_pressing_twice_does_everything_once(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.answers.append(Answer(503, held=held))
    _ready(browser, server)
    browser.run("const words = document.querySelector('#get-words'); words.click(); words.click();")
    words = words_shown(browser)
    type_words(written_down(browser), words)
    browser.run(
        "const form = document.querySelector('main form');"
        "form.requestSubmit(); form.requestSubmit(); form.querySelector('button').click();"
    )
    browser.wait_for("#state", text="On its way")
    assert not browser.find("#get-words").enabled
    held.set()
    browser.wait_for("#problem", text="cannot take letters")
    assert len(server.sealed) == 1


def test_a_letter_that_was_emptied_is_not_sent(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.next[SCRIPT].append(_arriving(server, held=held))
    _ready(browser, server)
    browser.find("#get-words").click()
    _write(browser, "")
    held.set()
    words = words_shown(browser)
    type_words(written_down(browser), words)
    press(browser, "Seal and send")
    browser.wait_for("#problem", text="at least one line")
    assert server.sealed == []
    _write(browser, TEXT)
    browser.find("#get-words").click()
    browser.wait_for("#received")


def _arriving(server: PageServer, *, held: threading.Event | None = None, cut: bool = False) -> Answer:
    """The script as it is, late, or only its first half."""
    page = server.pages[SCRIPT]
    return Answer(200, page.body, page.content_type, held=held, cut=cut)


def test_while_the_words_are_on_their_way_one_can_send_without(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    held, answer = threading.Event(), threading.Event()
    server.next[SCRIPT].append(_arriving(server, held=held))
    server.answers.append(Answer(503, held=answer))
    _ready(browser, server)
    browser.find("#get-words").click()
    browser.wait_for("#state", text="Getting your words")
    browser.find("#send").click()
    browser.wait_for("#state", text="On its way")
    held.set()  # now they come, and must not take the place of the letter that is on its way
    browser.run_async("await import('/static/phrase.js')")
    assert browser.find_all(".words") == []
    answer.set()
    browser.wait_for("#problem", text="cannot take letters")
    browser.find("#send").click()
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).thread is None


@pytest.mark.parametrize("how", ["broken", "closed", "cut off", "another file"])
def test_words_that_do_not_arrive_can_be_asked_for_again(
    failing: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, how: str
) -> None:
    answer = {
        "broken": BROKEN,
        "closed": Answer(503, b"Not now."),
        "cut off": _arriving(server, cut=True),
        "another file": Answer(200, b"", "text/javascript"),
    }[how]
    # More than the page asks for: where a connection is closed, Firefox tries again by itself, up to ten times.
    server.next[SCRIPT].extend([answer] * 99)
    _ready(failing, server)
    failing.find("#get-words").click()
    failing.wait_for("#problem", text="did not arrive")
    assert _has_focus(failing, "#problem")
    assert failing.find("#state").text == "Not sent yet."
    assert failing.find("#field-message").property("value") == TEXT
    server.next[SCRIPT].clear()
    words = give_back(failing)
    failing.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).thread == _keys(words)[0]


def test_when_the_words_never_arrive_one_can_send_without(failing: Firefox, server: PageServer) -> None:
    server.pages = {path: page for path, page in server.pages.items() if path != SCRIPT}
    _ready(failing, server)
    for _ in range(2):
        failing.find("#get-words").click()
        failing.wait_for("#problem", text="did not arrive")
    failing.find("#send").click()
    failing.wait_for("#received")
    assert all(line.startswith(f"GET {SCRIPT}") for line in server.strange)
    server.strange.clear()


def test_words_that_take_too_long_are_given_up(failing: Firefox, server: PageServer) -> None:
    keys, held = threading.Event(), threading.Event()
    good = server.keyset
    server.keyset = Answer(good.status, good.body, good.content_type, held=keys)
    server.next[SCRIPT].append(_arriving(server, held=held))
    failing.open(server.url + "/")
    # Two minutes as one second.
    failing.run("const real = setTimeout; window.setTimeout = (call, ms) => real(call, ms / 120);")
    keys.set()
    failing.wait_for("#state", text="Ready")
    _write(failing, TEXT)
    failing.find("#get-words").click()
    failing.wait_for("#problem", text="did not arrive")
    give_back(failing)
    failing.wait_for("#received")
    held.set()


def test_when_the_step_is_asked_for_again_does_not_depend_on_who_wants_it(
    failing: Firefox, server: PageServer
) -> None:
    server.pages = {path: page for path, page in server.pages.items() if path != SCRIPT}
    for pace, presses in (("ms * 1000", 3), ("ms / 100", 0)):
        server.requests.clear()
        keys = threading.Event()
        good = server.keyset
        server.keyset = Answer(good.status, good.body, good.content_type, held=keys)
        failing.open(server.url + "/")
        failing.run(f"const real = setTimeout; window.setTimeout = (call, ms) => real(call, {pace});")
        keys.set()
        failing.wait_for("#state", text="Ready")
        _write(failing, TEXT)
        wait_for("the step", lambda: SCRIPT in server.requests, seconds=30)
        for _ in range(presses):
            failing.find("#get-words").click()
            failing.run_async("await fetch('/keyset')")  # what the click asked for came before this
        if presses:
            assert sum(path.startswith(SCRIPT) for path in server.requests) == 1
        else:
            wait_for("the step, anew", lambda: f"{SCRIPT}?3" in server.requests, seconds=30)
    assert all(line.startswith(f"GET {SCRIPT}") for line in server.strange)
    server.strange.clear()


def test_without_randomness_there_are_no_words(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    browser.run("crypto.getRandomValues = () => { throw new Error(); };")
    browser.find("#get-words").click()
    browser.wait_for("#problem", text="Please use Tor Browser")
    assert browser.find_all(".words") == []
    assert browser.find("#field-message").property("value") == TEXT
    browser.run("delete crypto.getRandomValues;")
    give_back(browser)
    browser.wait_for("#received")


def test_the_other_form_has_no_such_choice(browser: Firefox, server: PageServer) -> None:
    browser.open(server.url + "/offer")
    browser.wait_for("#state", text="Ready")
    assert browser.find_all("#get-words") == []
    _write(browser, TEXT)
    browser.find("#send").click()
    browser.wait_for("#received")
    assert SCRIPT not in server.requests


def test_browsers_neither_keep_nor_correct_the_words(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    ask_for_words(browser)
    assert browser.run("return document.querySelector('.words').translate") is False
    for number, field in written_down(browser).items():
        assert field.attribute("autocomplete") == "off"
        assert field.attribute("autocapitalize") == "none"
        assert field.attribute("autocorrect") == "off"
        assert field.property("spellcheck") is False
        assert field.property("name") == ""
        assert browser.find(f'label[for="word-{number}"]').text == f"Word number {number}"


@pytest.mark.parametrize("width", [320, 600, 1000])
def test_every_state_fits_into_the_window(browser: Firefox, server: PageServer, width: int) -> None:
    def look(state: str) -> None:
        browser.screenshot(SCREENSHOTS / f"phrase-{state}-{width}-{browser.level}.png")
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), state

    browser.resize(width, 600)
    server.answers.append(Answer(503))
    _ready(browser, server)
    look("choice")
    words = ask_for_words(browser)
    assert browser.run("return document.querySelector('h1').getBoundingClientRect().top >= 0")
    look("shown")
    asked = written_down(browser)
    look("asked")
    type_words(asked, words, wrong=list(asked)[:2])
    press(browser, "Seal and send")
    browser.wait_for("#wrong")
    look("wrong")
    type_words(asked, words)
    press(browser, "Seal and send")
    browser.wait_for("#problem")
    look("failed")
    browser.find("#get-words").click()
    browser.wait_for("#received")
    look("received-with-words")
    _ready(browser, server)
    ask_for_words(browser)
    press(browser, "Back to my letter")
    browser.find("#send").click()
    browser.wait_for("#received")
    look("received-without")
