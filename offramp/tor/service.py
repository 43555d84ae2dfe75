"""What one onion is to be, and the control command that makes it so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.tor.errors import TargetRefused
from offramp.tor.onion import OnionKey

VIRTUAL_PORT: Final = 80
MAX_STREAMS: Final = 20
"""Connections at once on one circuit: a browser opens six, and the next person's circuit is another one."""

# ADD_ONION has no quoting for paths: a space, a comma or a quote would end or change the argument.
_PLAIN_PATH: Final = re.compile(r"/[A-Za-z0-9._/+@=:~-]*[A-Za-z0-9._+@=:~-]")
_LONGEST_PATH: Final = 107
_CLIENT: Final = re.compile(r"[A-Z2-7]{52}")


@dataclass(frozen=True, slots=True)
class ProofOfWork:
    """Introductions a second, and at once, that tor lets through before it asks visitors for a proof of work."""

    rate: int = 20
    burst: int = 40


@dataclass(frozen=True, slots=True)
class OnionService:
    """One onion, in front of the unix socket `target_socket`.

    `client_auth` is None for everybody, or the base32 public keys of those who may come (`client_auth_v3`);
    when it is empty nobody may come, and the onion is not published at all.
    `pow` asks for tor's proof-of-work defences; none where it is None.
    `TargetRefused` for a path that tor cannot be given.
    """

    key: OnionKey
    target_socket: Path
    client_auth: tuple[str, ...] | None = None
    pow: ProofOfWork | None = None

    def __post_init__(self) -> None:
        path = str(self.target_socket)
        if len(path) > _LONGEST_PATH or not _PLAIN_PATH.fullmatch(path):
            raise TargetRefused(f"{path!r}: {TargetRefused.__doc__}")
        if self.client_auth is not None and not all(_CLIENT.fullmatch(client) for client in self.client_auth):
            raise ValueError("a client's public key has 52 characters of base32")

    @property
    def address(self) -> str:
        """56 characters and `.onion`."""
        return self.key.address

    @property
    def for_nobody(self) -> bool:
        """Does it take authorized clients only, and is there none?"""
        return self.client_auth == ()

    def add_onion(self, *, with_pow: bool) -> str:
        """The ADD_ONION command. Without `Detach`: when our control connection ends, so does the onion."""
        words = ["ADD_ONION", self.key.for_add_onion]
        if self.client_auth is None:
            words += ["Flags=MaxStreamsCloseCircuit", f"MaxStreams={MAX_STREAMS}"]
        else:
            words += ["Flags=V3Auth", *(f"ClientAuthV3={client}" for client in self.client_auth)]
        if with_pow and self.pow:
            rate, burst = self.pow.rate, self.pow.burst
            words += ["PoWDefensesEnabled=1", f"PoWQueueRate={rate}", f"PoWQueueBurst={burst}"]
        return " ".join([*words, f"Port={VIRTUAL_PORT},unix:{self.target_socket}"])
