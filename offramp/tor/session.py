"""The onions of one control connection: makes those that are wanted, removes the others."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Final

from offramp.tor.control import OLDEST_TOR_WITH_POW, Control, DescriptorEvent
from offramp.tor.errors import AddOnionRefused, OnionTaken
from offramp.tor.service import OnionService
from offramp.tor.uploads import Uploads

_COLLISION: Final = 550
_RETRY_SECONDS: Final = 2.0
_SLOW_SECONDS: Final = 90.0
_SUMMARY: Final = re.compile(r'SUMMARY="([^"]*)"')


class Session:
    """`TorError` from the constructor if this tor must not, or cannot, publish for us."""

    def __init__(self, control: Control, uploads: Uploads, on_event: Callable[[str], None]) -> None:
        self._control = control
        self._uploads = uploads
        self._on_event = on_event
        self._up: dict[str, OnionService] = {}
        self._since: dict[str, float] = {}
        self._refused: dict[str, tuple[float, str]] = {}
        self._for_nobody: set[str] = set()
        self._has_pow = control.check_tor() >= OLDEST_TOR_WITH_POW
        if control.setting("DisableNetwork") == "1":
            on_event("tor is told to stay off the network (DisableNetwork 1): nothing gets published.")
        if control.setting("HeartbeatPeriod") not in ("", "0"):
            on_event("Warning: this tor logs how many visitors come. Put `HeartbeatPeriod 0` into its torrc.")
        control.on_descriptor(self._heard)

    def adjust(self, wanted: Iterable[OnionService]) -> None:
        """Make what is wanted and not up, remove what is up and not wanted any more, or not like this.

        `ControlLost`, `TorNotAnswering`. A refusal of one onion is told and tried again; the others go on.
        """
        self._control.require_alive()
        services = {service.address: service for service in wanted}
        self._tell_of_nobody(services)
        for address, service in list(self._up.items()):
            if services.get(address) != service:
                self._remove(address)
        for address, service in services.items():
            if address not in self._up and not service.for_nobody and self._may_try(address):
                self._try_to_add(address, service)

    def ask_after_onions(self) -> None:
        """Ask tor whether it still has ours. What it lost, `adjust` makes anew."""
        reply = self._control.ask("GETINFO onions/current")
        there = {f"{word}.onion" for line in reply.lines for word in line.replace("=", " ").split()}
        for address in list(self._up):
            if address not in there:
                self._on_event(f"tor has lost {address}.")
                self._forget(address)
        self._tell_of_slow()

    def _may_try(self, address: str) -> bool:
        again, _ = self._refused.get(address, (0.0, ""))
        return time.monotonic() >= again

    def _try_to_add(self, address: str, service: OnionService) -> None:
        try:
            self._add(address, service)
        except AddOnionRefused as problem:
            sentence = str(problem)
            if self._refused.get(address, (0.0, ""))[1] != sentence:
                self._on_event(sentence)
            self._refused[address] = (time.monotonic() + _RETRY_SECONDS, sentence)

    def _add(self, address: str, service: OnionService) -> None:
        with_pow = service.pow is not None and self._has_pow
        reply = self._control.ask(service.add_onion(with_pow=with_pow))
        if with_pow and not reply.ok and reply.code != _COLLISION:
            with_pow = False  # perhaps it was built without: better an onion without this defence than none
            reply = self._control.ask(service.add_onion(with_pow=False))
        if reply.code == _COLLISION:
            raise OnionTaken(f"{address}: {OnionTaken.__doc__}")
        if not reply.ok or reply.lines[0] != f"ServiceID={address.removesuffix('.onion')}":
            raise AddOnionRefused(f"tor refused to publish {address}: {reply.text}")
        self._up[address], self._since[address] = service, time.monotonic()
        self._refused.pop(address, None)
        if service.pow and not with_pow:
            oldest = ".".join(map(str, OLDEST_TOR_WITH_POW))
            self._on_event(
                f"Warning: {address} is without proof-of-work defences, so a flood can keep people out. "
                f"Install tor {oldest} or later."
            )

    def _remove(self, address: str) -> None:
        self._control.ask(
            f"DEL_ONION {address.removesuffix('.onion')}"
        )  # a refusal means that it is gone already
        self._forget(address)

    def _forget(self, address: str) -> None:
        del self._up[address], self._since[address]
        self._uploads.forget(address)

    def _heard(self, event: DescriptorEvent) -> None:
        # in a thread of stem's: only reads what the other thread replaces as a whole
        if event.action == "UPLOADED" and event.address in self._up and self._uploads.add(event.address):
            self._on_event(f"{event.address} is published.")

    def _tell_of_nobody(self, services: dict[str, OnionService]) -> None:
        for_nobody = {address for address, service in services.items() if service.for_nobody}
        for address in for_nobody - self._for_nobody:
            self._on_event(f"{address} is not published: no courier is enrolled who could reach it.")
        self._for_nobody = for_nobody

    def _tell_of_slow(self) -> None:
        slow = [address for address, since in self._since.items() if time.monotonic() - since > _SLOW_SECONDS]
        for address in slow:
            if address not in self._uploads.addresses:
                self._since[address] = time.monotonic()
                summary = _SUMMARY.search(self._control.ask("GETINFO status/bootstrap-phase").lines[0])
                said = summary[1] if summary else "nothing"
                self._on_event(
                    f"{address} is not published yet. Of its way into the Tor network tor says: {said}"
                )
