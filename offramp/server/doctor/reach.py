"""Checks as a visitor: are both addresses reachable through Tor, and is it this server that answers?"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Final

# Reaching an onion through SOCKS is what the couriers' laptops do; there is no second way to do it.
from offramp.desk.courier.dialling import ONION_PORT
from offramp.desk.courier.socks import SocksPort, dial_onion
from offramp.desk.errors import AuthorizationMissing, CourierError
from offramp.server.doctor.findings import Trouble, unseen, wrong
from offramp.server.doctor.patient import Patient
from offramp.server.doctor.running import words_of
from offramp.server.doctor.tor import socks_port
from offramp.server.files import read_text
from offramp.server.processes import get

SECONDS: Final = 90.0
_TRIES: Final = 2
_WHAT: Final = "/keyset"
"""What is asked for: the keys and the card of the week, which no other server has quite the same."""


def workers_address(patient: Patient) -> Iterator[Trouble]:
    """Whether visitors get there, and get what is here."""
    onion, socks = read_text(patient.folder.intake_address), _socks(patient)
    if socks is None:
        yield _nobody_looked(patient)
        return
    trouble: Trouble | None = None
    for _ in range(_TRIES):  # a week may begin between the two questions
        trouble = _visit(patient, socks, onion)
        if trouble is None:
            return
    if trouble is not None:
        yield trouble


def couriers_address(patient: Patient) -> Iterator[Trouble]:
    """Whether it is published: a stranger is turned away by tor, which knows of it."""
    onion, socks = read_text(patient.folder.couriers_address), _socks(patient)
    if socks is None:
        yield _nobody_looked(patient)
        return
    try:
        dial_onion(socks, onion, ONION_PORT, seconds=SECONDS).close()
    except AuthorizationMissing:
        return
    except CourierError as error:
        yield _unreachable(onion, error)
        return
    yield wrong(
        f"Everybody reaches {onion}, which is for couriers alone.",
        "Stop what else publishes it on this machine or another, and restart the publisher.",
    )


def _visit(patient: Patient, socks: SocksPort, onion: str) -> Trouble | None:
    here = get(patient.folder.intake_socket, _WHAT)
    try:
        there = _get(socks, onion)
    except CourierError as error:
        return _unreachable(onion, error)
    except (OSError, http.client.HTTPException):
        return _unreachable(onion, None)
    if here is None or here == there:
        return None
    return wrong(
        f"What answers at {onion} is not this server: it has other keys or another card.",
        "Somebody else has the onion's key, or an older copy of this server runs on another machine. Find and end that "
        "one: `offramp server backup --last` there, `offramp server restore` here. If there is none, the key was "
        "stolen: the campaign needs a new address.",
    )


def _get(socks: SocksPort, onion: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(onion, timeout=SECONDS)
    connection.sock = dial_onion(socks, onion, ONION_PORT, seconds=SECONDS)
    connection.sock.settimeout(SECONDS)
    try:
        connection.request("GET", _WHAT, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(1_000_000)
    finally:
        connection.close()


def _socks(patient: Patient) -> SocksPort | None:
    if patient.offline:
        return None
    told = patient.socks or (socks_port(patient.tor()) if patient.has_tor() else None)
    return SocksPort.parse(told) if told else None


def _nobody_looked(patient: Patient) -> Trouble:
    if patient.offline:
        return unseen("Nobody looked through Tor: that was not wanted.")
    return unseen(
        "Nobody looked through Tor: this tor takes no visitors.",
        "Name another tor's port with --socks, or look from a laptop with Tor Browser.",
    )


def _unreachable(onion: str, error: CourierError | None) -> Trouble:
    return wrong(
        f"{onion} is not reachable through Tor. {error or ''}".strip(),
        "Right after a start it takes a minute or two. Else look at the checks above, and at the publisher's words: "
        f"{words_of('publisher')}.",
    )
