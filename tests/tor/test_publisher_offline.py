"""The publisher before tors that have no network, or are not real: what it asks for, says, and tries again."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from offramp.accounts import our_name
from offramp.tor.control import DescriptorEvent
from offramp.tor.onion import ClientKey, OnionKey
from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService, ProofOfWork
from offramp.tor.session import Session
from tests.harness.children import wait_for
from tests.harness.tor_process import TorProcess
from tests.harness.wire import Relay
from tests.tor.helpers import FakeTor, publishing

pytestmark = pytest.mark.tor

SECONDS = 30.0


def _public() -> OnionService:
    return OnionService(OnionKey.generate(), Path("/run/intake.sock"), pow=ProofOfWork())


def _couriers(*clients: ClientKey) -> OnionService:
    keys = tuple(client.for_client_auth_v3 for client in clients)
    return OnionService(OnionKey.generate(), Path("/run/couriers.sock"), keys)


def _said(events: list[str], *words: str) -> Callable[[], bool]:
    return lambda: any(all(word in event for word in words) for event in list(events))


def _asked(tor: FakeTor, command: str) -> list[str]:
    return [line for line in list(tor.asked) if line.startswith(command)]


def _count(relay: Relay, words: bytes) -> int:
    return sum(bytes(tape.up).count(words) for tape in list(relay.tapes))


def _counted(relay: Relay, command: bytes, times: int) -> bool:
    return _count(relay, command) == times


def _adding(service: OnionService) -> dict[str, str]:
    return {"ADD_ONION": f"250-ServiceID={service.address.removesuffix('.onion')}\r\n250 OK"}


def test_published_means_that_a_directory_has_it(short_folder: Path) -> None:
    service = _public()
    with FakeTor(short_folder / "control", answers=_adding(service)) as tor:
        with publishing(str(tor.path), lambda: [service]) as (publisher, _):
            wait_for("ADD_ONION", lambda: _asked(tor, "ADD_ONION"), seconds=SECONDS)
            assert not publisher.wait_published(service.address, seconds=0.3)


def test_what_a_directory_got_before_the_onion_was_made_does_not_count(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, heard, hear = _public(), threading.Event(), Session._heard
    bare = service.address.removesuffix(".onion")
    uploaded = f"650 HS_DESC UPLOADED {bare} UNKNOWN $" + "A" * 40 + "~relay"

    def hear_and_tell(session: Session, event: DescriptorEvent) -> None:
        hear(session, event)
        heard.set()

    monkeypatch.setattr(Session, "_heard", hear_and_tell)
    answers = {**_adding(service), "SETEVENTS": f"250 OK\r\n{uploaded}"}
    with FakeTor(short_folder / "control", answers=answers) as tor:
        with publishing(str(tor.path), lambda: [service] if heard.is_set() else []) as (publisher, _):
            wait_for("ADD_ONION", lambda: _asked(tor, "ADD_ONION"), seconds=SECONDS)
            assert not publisher.wait_published(service.address, seconds=0.3)


def test_an_older_tor_publishes_without_proof_of_work_and_says_so(short_folder: Path) -> None:
    service = _public()
    with FakeTor(short_folder / "control", "0.4.8.16", _adding(service)) as tor:
        with publishing(str(tor.path), lambda: [service]) as (_, events):
            wait_for("the warning", _said(events, "Warning", service.address, "0.4.9.5"), seconds=SECONDS)
        (line,) = _asked(tor, "ADD_ONION")
        assert "PoW" not in line
        assert "MaxStreams=20" in line


def test_a_tor_built_without_proof_of_work(short_folder: Path) -> None:
    service = _public()
    refusing = {
        f"ADD_ONION {service.key.for_add_onion} Flags=MaxStreamsCloseCircuit MaxStreams=20 PoW": "512 No"
    }
    with FakeTor(short_folder / "control", answers={**_adding(service), **refusing}) as tor:
        with publishing(str(tor.path), lambda: [service]) as (_, events):
            wait_for("the warning", _said(events, "Warning", service.address), seconds=SECONDS)


def test_a_current_tor_is_asked_for_proof_of_work(short_folder: Path) -> None:
    service = _public()
    with FakeTor(short_folder / "control", answers=_adding(service)) as tor:
        with publishing(str(tor.path), lambda: [service]) as (_, events):
            wait_for("ADD_ONION", lambda: _asked(tor, "ADD_ONION"), seconds=SECONDS)
        assert "PoWDefensesEnabled=1" in _asked(tor, "ADD_ONION")[0]
        assert not _said(events, "Warning")()


def test_without_couriers_their_onion_is_not_published(quiet_tor: TorProcess, short_folder: Path) -> None:
    service = _couriers()
    with Relay(quiet_tor.control_socket, short_folder / "control") as relay:
        with publishing(str(relay.address), lambda: [service]) as (_, events):
            wait_for("the sentence", _said(events, service.address, "not published"), seconds=SECONDS)
        assert not relay.saw(b"ADD_ONION")


def test_a_change_of_couriers_replaces_the_onion(quiet_tor: TorProcess, short_folder: Path) -> None:
    one, two = ClientKey.generate(), ClientKey.generate()
    key = OnionKey.generate()
    services = [OnionService(key, Path("/run/couriers.sock"), (one.for_client_auth_v3,))]
    with Relay(quiet_tor.control_socket, short_folder / "control") as relay:
        with publishing(str(relay.address), lambda: list(services)):
            wait_for("the first", lambda: relay.saw(one.for_client_auth_v3.encode()), seconds=SECONDS)
            services[0] = OnionService(key, Path("/run/couriers.sock"), (two.for_client_auth_v3,))
            wait_for("the second", lambda: relay.saw(two.for_client_auth_v3.encode()), seconds=SECONDS)
            del services[0]
            wait_for("its end", lambda: _count(relay, b"DEL_ONION") == 2, seconds=SECONDS)


def test_a_broken_connection_is_made_again(quiet_tor: TorProcess, short_folder: Path) -> None:
    service = _public()
    with Relay(quiet_tor.control_socket, short_folder / "control") as relay:
        with publishing(str(relay.address), lambda: [service]) as (_, events):
            for times in (1, 2, 3):
                added = functools.partial(_counted, relay, b"ADD_ONION", times)
                wait_for(f"ADD_ONION number {times}", added, seconds=SECONDS)
                relay.cut()
            assert _said(events, "closed the control connection")()


def test_a_tor_that_comes_late_is_waited_for(quiet_tor: TorProcess, short_folder: Path) -> None:
    service = _public()
    with publishing(str(short_folder / "control"), lambda: [service]) as (_, events):
        wait_for("the complaint", _said(events, "No tor answers"), seconds=SECONDS)
        with Relay(quiet_tor.control_socket, short_folder / "control") as relay:
            wait_for("ADD_ONION", lambda: relay.saw(b"ADD_ONION"), seconds=SECONDS)
            assert len([event for event in events if "No tor answers" in event]) == 1


def test_an_address_that_another_program_publishes(quiet_tor: TorProcess) -> None:
    service, other = _public(), _public()
    with quiet_tor.control() as program:
        program.ask(service.add_onion(with_pow=False))
        with publishing(str(quiet_tor.control_socket), lambda: [service, other]) as (_, events):
            wait_for("the complaint", _said(events, service.address, "another program"), seconds=SECONDS)
            program.close()
            wait_for("the network's absence", _said(events, "DisableNetwork"), seconds=SECONDS)


def test_a_refused_onion_does_not_stop_the_other(short_folder: Path) -> None:
    good, bad = _public(), _public()
    answers = {**_adding(good), f"ADD_ONION {bad.key.for_add_onion}": "551 Failed to add Onion Service"}
    with FakeTor(short_folder / "control", answers=answers) as tor:
        with publishing(str(tor.path), lambda: [bad, good]) as (_, events):
            wait_for("the refusal", _said(events, "refused", bad.address), seconds=SECONDS)
            wait_for(
                "the good one", lambda: _asked(tor, f"ADD_ONION {good.key.for_add_onion}"), seconds=SECONDS
            )
    assert not any(bad.key.for_add_onion.partition(":")[2] in event for event in events)


def test_a_list_that_cannot_be_read_leaves_the_onions_alone(short_folder: Path) -> None:
    service = _public()
    broken = threading.Event()

    def services() -> list[OnionService]:
        if broken.is_set():
            raise PermissionError("couriers cannot be read")
        return [service]

    with FakeTor(short_folder / "control", answers=_adding(service)) as tor:
        with publishing(str(tor.path), services) as (_, events):
            wait_for("ADD_ONION", lambda: _asked(tor, "ADD_ONION"), seconds=SECONDS)
            broken.set()
            wait_for("the complaint", _said(events, "couriers cannot be read"), seconds=SECONDS)
        assert not _asked(tor, "DEL_ONION")
        assert len([event for event in events if "cannot be read" in event]) == 1


def test_a_tor_that_must_not_publish_is_never_asked_to(short_folder: Path) -> None:
    service = _public()
    answers = {"GETCONF HiddenServiceNonAnonymousMode": "250 HiddenServiceNonAnonymousMode=1"}
    with FakeTor(short_folder / "control", answers=answers) as tor:
        with publishing(str(tor.path), lambda: [service]) as (_, events):
            wait_for("the complaint", _said(events, "HiddenServiceNonAnonymousMode"), seconds=SECONDS)
        assert not _asked(tor, "ADD_ONION")


def test_a_publisher_that_never_ran_has_published_nothing() -> None:
    publisher = Publisher(1, list, print)
    assert publisher.published == frozenset()
    assert not publisher.wait_published(_public().address, seconds=0)


def test_a_tor_that_logs_its_visitors_is_warned_of(quiet_tor: TorProcess) -> None:
    quiet_tor.ask("SETCONF HeartbeatPeriod=21600")
    with publishing(str(quiet_tor.control_socket), list) as (_, events):
        wait_for("the warning", _said(events, "HeartbeatPeriod 0"), seconds=SECONDS)


def test_it_knows_as_whom_tor_runs(quiet_tor: TorProcess) -> None:
    assert Publisher(str(quiet_tor.control_socket), list, print).tor_user() in ("", "root", our_name())
