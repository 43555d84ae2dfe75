"""What is refused before a byte of its body is read."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from offramp.crypto.envelope import ENVELOPE_LENGTHS, envelope_length
from offramp.crypto.keyset import Keyset
from tests.app.asking import BINARY, refusal
from tests.board.made import Clock


class Untouched:
    """A body that fails the test when it is read."""

    def read(self, _size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def unread(intake: Client, status: int, **environ: str) -> None:
    """A request that is refused before a byte of its body is read."""
    response = intake.open(
        "/sealed",
        method="POST",
        environ_overrides={
            "CONTENT_TYPE": BINARY,
            "wsgi.input": Untouched(),
            "wsgi.input_terminated": True,
            **environ,
        },
    )
    assert refusal(response)[0] == status


LENGTH = str(envelope_length(16_384, 6))


@pytest.mark.parametrize(
    "site", ["cross-site", "same-site", "none", "", "SAME-ORIGIN", "same-origin, cross-site"]
)
def test_other_sites_are_refused_unread(intake: Client, site: str) -> None:
    unread(intake, 403, CONTENT_LENGTH=LENGTH, HTTP_SEC_FETCH_SITE=site)


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        f"{BINARY}; charset=utf-8",
    ],
)
def test_other_content_types_are_refused_unread(intake: Client, kind: str) -> None:
    unread(intake, 415, CONTENT_LENGTH=LENGTH, CONTENT_TYPE=kind)


def test_compressed_bodies_are_refused_unread(intake: Client) -> None:
    unread(intake, 415, CONTENT_LENGTH=LENGTH, HTTP_CONTENT_ENCODING="gzip")


@pytest.mark.parametrize("length", ["", "-1", "1e3", "0x10", "+5", " 5 5", "٣"])
def test_a_missing_or_strange_length_is_refused_unread(intake: Client, length: str) -> None:
    unread(intake, 411, CONTENT_LENGTH=length)


def test_chunked_bodies_are_refused_unread(intake: Client) -> None:
    unread(intake, 411, HTTP_TRANSFER_ENCODING="chunked")
    unread(intake, 411, HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH=LENGTH)


@pytest.mark.parametrize("length", [max(ENVELOPE_LENGTHS) + 1, 10**9, 10**19, 10**400])
def test_too_large_is_refused_unread(intake: Client, length: int) -> None:
    unread(intake, 413, CONTENT_LENGTH=str(length))


@pytest.mark.parametrize(
    "length", [0, 1, 16_384, int(LENGTH) - 1, int(LENGTH) + 1, max(ENVELOPE_LENGTHS) - 1]
)
def test_a_length_of_no_envelope_is_refused_unread(intake: Client, length: int) -> None:
    unread(intake, 422, CONTENT_LENGTH=str(length))


def test_without_a_valid_keyset_nothing_is_read(intake: Client, keyset: Keyset, clock: Clock) -> None:
    clock.now = keyset.valid_until
    unread(intake, 503, CONTENT_LENGTH=LENGTH)
    assert refusal(intake.get("/keyset"))[0] == 503
