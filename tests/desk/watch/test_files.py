"""Every file that was signed: whatever is changed in one, or in how it is served, is named."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offramp.crypto import errors as crypto
from offramp.desk.watch import errors
from offramp.desk.watch import files as watched_files
from offramp.desk.watch.first_page import read_first_page
from offramp.desk.watch.links import named_in
from offramp.desk.watch.looking import Found
from tests.app.campaign import DAY
from tests.desk.fake_server import status
from tests.desk.watch.site import HEADERS, HTML, Served, Site, answer


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    yield one
    one.server.close()


def reasons(found: Found) -> list[str]:
    """What is wrong, by the names of the errors, and the first word of each sentence, which is a file's path."""
    return [f"{type(one).__name__} {str(one).split()[0]}" for one in found.wrong]


def test_all_is_as_signed(site: Site) -> None:
    found = site.look()
    assert (found.wrong, found.outcome) == ([], "well")
    assert [one.file.path for one in found.compared] == sorted(site.files)
    assert found.manifest
    assert found.manifest.number == 7


def test_a_quick_look_asks_for_nothing_more(site: Site) -> None:
    site.manifest = b""
    assert site.look(quick=True).outcome == "well"
    assert [path for path, _ in site.server.seen] == ["/", "/keyset"]


@pytest.mark.parametrize("path", ["/about", "/leave", "/static/style.css", "/static/en/form.js"])
@pytest.mark.parametrize("change", ["bit", "byte more", "byte less", "empty", "endless"])
def test_a_changed_byte_in_any_file_is_named(site: Site, path: str, change: str) -> None:
    body = site.files[path].body or b"-"
    changes = {
        "bit": body[:-1] + bytes([body[-1] ^ 1]),
        "byte more": body + b"\n",
        "byte less": body[:-1],
        "empty": b"",
        "endless": body + bytes(3_000_000),
    }
    site.files[path].body = changes[change] if changes[change] != site.files[path].body else b"?"
    found = site.look()
    assert (reasons(found), found.outcome) == ([f"FileChanged {path}"], "wrong")


def test_a_changed_byte_in_the_first_page_is_named(site: Site) -> None:
    site.html = site.html.replace("Get help", "Get Help")
    assert reasons(site.look()) == ["FileChanged /"]


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-encoding: gzip\r\n\r\nabcd",
        answer(b"", HEADERS)[:-1] + b"!",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n" + bytes(3_000_000),
        b"no HTTP at all\r\n\r\n",
    ],
)
def test_an_answer_that_is_no_proper_one_is_another_file(site: Site, sent: bytes) -> None:
    site.server.answers["/about"] = lambda _: sent
    assert "FileChanged /about" in reasons(site.look())


def test_what_a_changed_page_names_is_told(site: Site) -> None:
    """A page that loads something else is the most likely of all changes."""
    site.files["/about"].body = (
        b"<script src=/static/en/form.js></script><script src=/static/spy.js></script><a href='?x=1#y'>here</a>"
        b"<form action=//elsewhere.example/take></form><img src='https://e.example/\x1b[2Jp.gif'>"
    )
    found = site.look()
    assert [str(one) for one in found.wrong] == [
        "/about is not the file that was signed: its bytes are others.",
        "/about names //elsewhere.example/take, which was not signed.",
        "/about names /static/spy.js, which was not signed.",
        "/about names https://e.example/⟨U+001B⟩[2Jp.gif, which was not signed.",
    ]


def test_of_a_page_that_names_very_many_things_a_few_are_told(site: Site) -> None:
    site.files["/about"].body = b"".join(b"<a href=/%d></a>" % n for n in range(100))
    assert len(site.look().wrong) == 1 + watched_files.MOST_LINKS


def test_links_are_found_wherever_a_browser_finds_them() -> None:
    page = (
        "<a href=about>1</a><a href='../x'>2</a><img srcset='/a.png 1x, /b.png 2x'><META HTTP-EQUIV=Refresh "
        "content='0; url=/gone'><a href='mailto:a@b'>3</a><a href='#top'>4</a><a href>5</a><svg xlink:href='/s'>"
        "<a href='http://[x'>6</a><object data='/o'></object><button formaction='/take'>"
    )
    assert named_in(page, "/es/promises") == {
        *("/es/about", "/x", "/a.png", "/b.png", "/gone", "mailto:a@b", "/es/promises"),
        *("/s", "http://[x", "/o", "/take"),
    }


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({"content-security-policy": "default-src *"}, "content-security-policy"),
        ({"content-security-policy": None}, "content-security-policy"),
        ({"set-cookie": "id=1"}, "set-cookie"),
        ({"onion-location": "http://other.onion"}, "onion-location"),
        ({"content-type": "text/html"}, "content-type"),
        ({"cache-control": "no-store, max-age=9", "vary": "*"}, "cache-control, vary"),
    ],
)
def test_changed_headers_are_named(site: Site, headers: dict[str, str | None], named: str) -> None:
    served = {**site.files["/about"].headers, **headers}
    kept = {name: value for name, value in served.items() if value is not None}
    site.server.answers["/about"] = lambda _: answer(site.files["/about"].body, kept)
    (wrong,) = site.look().wrong
    assert str(wrong) == f"/about is served with other headers than were signed: {named}."


def test_a_header_that_comes_twice_is_another_one(site: Site) -> None:
    """A browser holds a page to both of two policies, and takes the first or the last of other headers."""
    body = site.files["/about"].body
    twice = answer(body, site.files["/about"].headers).replace(
        b"Cache-Control: no-store\r\n", b"Cache-Control: no-store\r\n" * 2
    )
    site.server.answers["/about"] = lambda _: twice
    assert reasons(site.look()) == ["HeadersChanged /about"]


def test_an_own_header_of_a_file_is_missed(site: Site) -> None:
    site.files["/leave"].own_headers = ()
    assert reasons(site.look()) == ["HeadersChanged /leave"]


@pytest.mark.parametrize("line", ["404 Not Found", "302 Found", "204 No Content", "403 Forbidden"])
def test_a_missing_file_is_named(site: Site, line: str) -> None:
    site.server.answers["/about"] = lambda _: status(line)
    assert reasons(site.look()) == ["FileMissing /about"]


def test_the_words_of_the_week_must_be_those_of_the_keys(site: Site) -> None:
    """Who seals by hand compares them, and would seal to somebody else."""
    site.shown = site.campaign.keyset(4)
    assert reasons(site.look()) == ["OtherKeysetWords /"]
    site.shown = None
    assert reasons(site.look()) == ["OtherKeysetWords /"]


@pytest.mark.parametrize("words", [b"", b"abandon", b"<script>x</script>", b"ten other words " * 500])
def test_nothing_else_passes_as_words_of_the_week(site: Site, words: bytes) -> None:
    page = site.html.encode().replace(b'<b id="keyset-words"></b>', b'<b id="keyset-words">%s</b>' % words)
    site.server.answers["/"] = lambda _: answer(page, site.files["/"].headers)
    assert set(reasons(site.look())) & {"OtherKeysetWords /", "FileChanged /"}


@pytest.mark.parametrize("words", [b"<script src=/x.js></script>", b"abandon", b"ten other words"])
def test_nothing_hides_in_the_place_for_words_while_no_keys_are_handed_out(site: Site, words: bytes) -> None:
    """The page's hash is that of the empty place, so a closed site could have anything there."""
    site.server.answers["/keyset"] = lambda _: status("503 Service Unavailable")
    found = site.look()  # a keyset without a card: its words are shown, and it is not handed out
    assert [type(one) for one in found.wrong] == [errors.SiteClosed]
    page = site.html.encode().replace(b'<b id="keyset-words"></b>', b'<b id="keyset-words">%s</b>' % words)
    site.server.answers["/"] = lambda _: answer(page, site.files["/"].headers)
    found = site.look()
    assert (reasons(found)[0], found.outcome) == ("OtherKeysetWords /", "wrong")


def test_a_site_that_goes_away_at_the_end_takes_no_finding_with_it(site: Site) -> None:
    answers = [answer(site.keyset.raw + site.card, HEADERS)]

    def once(_: bytes) -> Iterator[bytes]:
        if not answers:
            raise OSError  # the connection is closed
        yield answers.pop()

    site.server.answers["/keyset"] = once
    site.files["/about"].body = b"changed"
    found = site.look()
    assert (reasons(found), found.outcome) == (["FileChanged /about", "FileNotSeen /keyset"], "wrong")


def test_an_encoding_that_browsers_undo_otherwise_is_another_file(site: Site) -> None:
    body, head = site.files["/about"].body, site.files["/about"].headers
    sent = "".join(f"{name}: {value}\r\n" for name, value in {**head, "content-encoding": "deflate"}.items())
    whole = f"HTTP/1.1 200 OK\r\n{sent}content-length: {len(body)}\r\n\r\n".encode() + body
    site.server.answers["/about"] = lambda _: whole
    assert reasons(site.look()) == ["FileChanged /about"]


def test_a_number_that_python_does_not_take_hides_no_link() -> None:
    assert named_in(f"<script src=/spy.js></script><a href='&#{'9' * 5000};'>", "/about") == {"/spy.js"}


@pytest.mark.parametrize("junk", ["<![foo[x]]>", "<![ a"])
def test_a_page_that_pythons_parser_does_not_take_is_judged_all_the_same(site: Site, junk: str) -> None:
    site.files["/about"].body = f"<script src=/spy.js></script>{junk}".encode()
    assert reasons(site.look()) == ["FileChanged /about", "UnsignedLink /about"]
    site.html = junk + site.html
    assert [type(one) for one in site.look().wrong] == [errors.NoWordsThere]


def test_a_page_without_an_end_is_judged_soon() -> None:
    began = time.process_time()
    assert named_in("<a href=/x>" + "<!--" * 60_000, "/") == {"/x"}
    with pytest.raises(errors.NoWordsThere):
        read_first_page("<!--" * 60_000)
    assert time.process_time() - began < 5  # seconds; it was a minute each


def test_a_second_place_for_words_is_a_changed_page(site: Site) -> None:
    site.html += f'<b id="keyset-words">{site.keyset_words}</b>'
    assert reasons(site.look()) == ["FileChanged /"]


def test_a_week_that_begins_meanwhile_is_no_alarm(site: Site) -> None:
    """The files come with the new words, and only then the keyset is asked for again."""
    before, site.keyset = site.keyset, site.campaign.keyset(4)
    keysets = [before, site.keyset]
    site.shown = site.keyset
    site.server.answers["/keyset"] = lambda _: answer(keysets.pop(0).raw + site.card, HEADERS)
    assert site.look().outcome == "well"


def test_a_swapped_keyset_is_named_with_the_files_still_compared(site: Site) -> None:
    honest = site.keyset
    site.keyset = site.campaign.keyset(3)
    forged = site.keyset.raw[:-1] + bytes([site.keyset.raw[-1] ^ 1])
    site.server.answers["/keyset"] = lambda _: answer(forged + site.card, HEADERS)
    site.shown = honest
    found = site.look()
    assert type(found.wrong[0]) is crypto.BadSignature
    assert len(found.compared) == len(site.files)


def test_a_lapsed_site_is_closed_and_its_files_are_compared(site: Site) -> None:
    found = site.look(days_later=20)
    assert (type(found.wrong[0]), found.outcome) == (crypto.KeysetExpired, "closed")
    assert all(not one.wrong for one in found.compared)


def test_a_closed_site_with_a_changed_file_is_wrong(site: Site) -> None:
    site.server.answers["/keyset"] = lambda _: status("503 Service Unavailable")
    site.shown = None
    assert site.look().outcome == "closed"
    site.files["/about"].body = b"changed"
    found = site.look()
    assert (reasons(found)[0], found.outcome) == ("FileChanged /about", "wrong")
    assert isinstance(found.wrong[1], errors.SiteClosed)


def test_a_file_that_does_not_come_is_not_seen_and_no_alarm(site: Site) -> None:
    site.server.answers["/about"] = lambda _: status("502 Bad Gateway")
    found = site.look(tries=5)
    assert (reasons(found), found.outcome) == (["FileNotSeen /about"], "not seen")
    assert site.server.requested("/about") == 5


def test_what_is_lost_on_the_way_is_asked_for_again(site: Site) -> None:
    honest, asked = site.server.answers["/about"], []

    def at_the_third_time(body: bytes) -> object:
        asked.append(body)
        whole = honest(body)
        assert isinstance(whole, bytes)
        return whole[:-5] if len(asked) < 3 else whole

    def cut(body: bytes) -> Iterator[bytes]:
        yield at_the_third_time(body)  # type: ignore[misc]  # bytes
        if len(asked) < 3:
            raise OSError  # the connection is closed in the middle

    site.server.answers["/about"] = cut
    assert site.look(tries=5).outcome == "well"
    assert len(asked) == 3


def test_a_site_that_goes_away_is_given_up(site: Site) -> None:
    for number in range(30):
        site.files[f"/more-{number}"] = Served(b"", HTML)
        site.serve(f"/more-{number}")
    site.sign()
    for path in site.files:
        if path != "/":
            site.server.answers[path] = lambda _: status("502 Bad Gateway")
    found = site.look()
    assert found.outcome == "not seen"
    assert len(found.wrong) == len(site.files) - 1
    asked = [path for path, _ in site.server.seen if path not in ("/", "/keyset", "/manifest")]
    assert len(asked) < watched_files.GIVE_UP + watched_files.AT_ONCE


def test_only_a_few_are_asked_for_at_once(site: Site) -> None:
    """Each is a circuit, and a relay need not carry all of them for us."""
    for number in range(20):
        site.files[f"/more-{number}"] = Served(b"", HTML)
    site.sign()
    lock, now, most = threading.Lock(), [0], [0]

    def counted(path: str) -> Callable[[bytes], Iterator[bytes]]:
        def serve(_: bytes) -> Iterator[bytes]:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            whole = site.sent(path, site.files[path].body)
            yield whole[:10]
            with lock:
                now[0] -= 1
            yield whole[10:]

        return serve

    for path in site.files:
        if path != "/":
            site.server.answers[path] = counted(path)
    assert site.look().outcome == "well"
    assert 1 <= most[0] <= watched_files.AT_ONCE


def test_a_keyset_that_is_older_than_the_pages_take_is_wrong(site: Site) -> None:
    site.html = site.page(sequence="4")
    site.sign(sequence=4)
    site.keyset = site.shown = site.campaign.keyset(3, valid_until=6 * DAY)
    assert "SequenceWentBack" in reasons(site.look())[0]
