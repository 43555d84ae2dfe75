"""How the tests ask the intake, and what a refusal must look like."""

from __future__ import annotations

from werkzeug.test import Client, TestResponse

BINARY = "application/octet-stream"


def post(intake: Client, body: bytes, **headers: str) -> TestResponse:
    """POST /sealed as the page does it, with headers' names written with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return intake.post("/sealed", data=body, headers={"Content-Type": BINARY, **named})


def refusal(response: TestResponse) -> tuple[int, str]:
    """A refusal's status and sentence, after a check that it is one."""
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text.count("\n") == 1
    assert response.text.endswith(".\n")
    return response.status_code, response.text
