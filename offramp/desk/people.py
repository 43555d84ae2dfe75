"""The public half of a courier's key: a small TOML file, made to be sent to the operator."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.crypto.key_list import NAME
from offramp.crypto.words import fingerprint_words
from offramp.desk.errors import BadName
from offramp.tor.onion import client_auth_v3


@dataclass(frozen=True, slots=True)
class CourierCard:
    """Who may fetch: a name, an Ed25519 public key [32], and an X25519 public key [32] for the onion."""

    name: str
    ed25519: bytes
    client_auth: bytes

    KIND = "offramp courier"

    @property
    def words(self) -> str:
        """Ten words, which are read over a call before this key is enrolled (FORMAT.md, 4.1)."""
        return fingerprint_words(self.name, self.ed25519, self.client_auth)

    def write(self) -> bytes:
        return _written(
            "The public half of a courier's key. Nothing in here is secret.",
            kind=self.KIND,
            name=self.name,
            ed25519=self.ed25519.hex(),
            client_auth=client_auth_v3(self.client_auth),
        )


def check_name(name: str) -> str:
    """`name`, which becomes part of file names; `BadName`."""
    if not NAME.fullmatch(name):
        raise BadName
    return name


def _written(comment: str, **members: str) -> bytes:
    """TOML. No member needs an escape: each is checked to be letters, digits and a few signs."""
    lines = [f"# {comment}", *(f'{key} = "{value}"' for key, value in members.items())]
    return ("\n".join(lines) + "\n").encode()
