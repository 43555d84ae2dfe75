"""Only the organizer's own browser gets past the guard, and only from our own pages."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from offramp.desk.web.guard import MOST_BYTES
from offramp.desk.web.headers import HEADERS
from tests.desk.web.visiting import ORIGIN, PORT, Visit


@pytest.fixture
def inside(visit: Visit) -> Visit:
    visit.open()
    return visit


@pytest.mark.parametrize(
    "host",
    ["", "example.com", f"example.com:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"127.0.0.2:{PORT}",
     f"localhost.example.com:{PORT}", f"LOCALHOST.:{PORT}", f"127.0.0.1:{PORT}@example.com"],
)  # fmt: skip
def test_another_host_is_refused(inside: Visit, host: str) -> None:
    assert inside.get("/requests", headers={"Host": host}).status == 421


def test_localhost_is_as_good(visit: Visit) -> None:
    assert (
        visit.get("/requests", within=False, headers={"Host": f"localhost:{PORT}"}).status == 403
    )  # no cookie, but no 421


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_cannot_ask(inside: Visit, site: str) -> None:
    """Another port of this laptop is "same-site"."""
    assert inside.get("/requests", headers={"Sec-Fetch-Site": site}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "null"},
        {"Origin": "http://example.com"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Origin": ""},
    ],
)
def test_another_page_cannot_post(inside: Visit, headers: dict[str, str]) -> None:
    form = inside.get("/requests").form("/lock")
    assert inside.post(form.action, form.fields, headers=headers).status == 403
    assert not inside.keeper.is_locked


def test_a_post_needs_its_origin(inside: Visit) -> None:
    form = inside.get("/requests").form("/lock")
    sent = {"Sec-Fetch-Site": "same-origin"}
    response = inside.client.post(form.action, base_url=ORIGIN, data=form.fields, headers=sent)
    assert response.status_code == 403


def test_a_post_needs_the_forms_token(inside: Visit) -> None:
    """The cookie alone is not enough: other programs on the loopback may have come by it."""
    for token in ("", "x", inside.root):
        page = inside.post("/lock", {"form_token": token})
        assert page.status == 409
    assert not inside.keeper.is_locked


def test_the_address_works_once(visit: Visit) -> None:
    visit.keeper.unlock("correct horse battery")
    address = visit.door.new_address().removeprefix(ORIGIN)
    assert visit.get(address, within=False).status == 200
    assert Client(visit.app).get(address, base_url=ORIGIN).status_code == 403


def test_a_new_address_ends_the_session_before(inside: Visit) -> None:
    old = inside.root
    inside.enter()
    assert inside.get(f"{old}/requests", within=False).status == 403


def test_a_wrong_token_is_refused_and_spends_nothing(visit: Visit) -> None:
    visit.keeper.unlock("correct horse battery")
    address = visit.door.new_address().removeprefix(ORIGIN)
    for wrong in (address[:-1], address + "x", "/open/", "/open/é"):
        assert visit.get(wrong, within=False).status == 403
    assert visit.get(address, within=False).status == 200


def test_without_the_cookie_nothing_is_there(inside: Visit) -> None:
    stranger = Client(inside.app)
    for path in ("/", "/requests", "/unlock", "/static/desk.css", "/lock"):
        assert stranger.get(f"{inside.root}{path}", base_url=ORIGIN).status_code == 403
        assert inside.get(path, within=False).status == 403  # nor without the session's path


def test_a_wrong_cookie_beside_ours_does_not_keep_us_out(inside: Visit) -> None:
    """Another program on the loopback can set cookies for this name."""
    assert inside.door.session is not None
    name, value = inside.door.cookie_name, inside.door.session.cookie
    for cookie, status in ((f"{name}=x; {name}={value}", 200), (f"{name}=x", 403), (f"{name}", 403)):
        response = Client(inside.app, use_cookies=False).get(
            f"{inside.root}/requests", base_url=ORIGIN, headers={"Cookie": cookie}
        )
        assert response.status_code == status


def test_the_cookie_is_strict_and_for_this_session_alone(visit: Visit) -> None:
    visit.keeper.unlock("correct horse battery")
    address = visit.door.new_address().removeprefix(ORIGIN)
    page = visit.get(address, within=False, follow=False)
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith(f"desk-{PORT}=")
    assert cookie.endswith(f"; Path={visit.root}/; HttpOnly; SameSite=Strict")
    assert page.status == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"])
def test_other_methods_are_refused(inside: Visit, method: str) -> None:
    response = inside.client.open(f"{inside.root}/requests", method=method, base_url=ORIGIN)
    assert response.status_code == 405


def test_a_body_that_is_too_large_is_not_read(inside: Visit) -> None:
    response = inside.client.post(
        f"{inside.root}/lock",
        base_url=ORIGIN,
        headers={"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN},
        environ_overrides={"CONTENT_LENGTH": str(MOST_BYTES + 1)},
    )
    assert response.status_code == 413


def test_every_answer_has_our_headers(inside: Visit) -> None:
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'; ")
    for path in ("/requests", "/nothing-here", "/static/desk.css", "/case/0123456789abcdef", "/cover.css"):
        assert HEADERS.items() <= dict(inside.get(path).headers).items(), path
    refused = inside.get("/requests", headers={"Sec-Fetch-Site": "cross-site"})
    assert HEADERS.items() <= dict(refused.headers).items()
    assert "Server" not in refused.headers
