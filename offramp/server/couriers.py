"""A courier's public file, as the desk writes it and the server keeps it.

kind = "offramp courier"
name = "alice"
ed25519 = "<64 hexadecimal digits>"      signs the courier's requests
client_auth = "<52 characters base32>"   X25519, opens the couriers' onion (tor's ClientAuthV3)
"""

from __future__ import annotations

import base64
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from offramp.crypto.words import fingerprint_words
from offramp.server.errors import PartMalformed, PartMissing

KIND = "offramp courier"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_ED25519 = re.compile(r"[0-9a-f]{64}")
_CLIENT_AUTH = re.compile(r"[A-Z2-7]{51}[AQ]")  # 256 bits: of the last character's five, only one counts


@dataclass(frozen=True, slots=True)
class Courier:
    """Who may fetch: a name of up to 40 characters, an Ed25519 key [32], an X25519 key in base32 [52]."""

    name: str
    ed25519: bytes
    client_auth: str

    @property
    def words(self) -> str:
        """Ten words, which are read over a call before this courier is enrolled (FORMAT.md, 4.1)."""
        return fingerprint_words(self.name, self.ed25519, base64.b32decode(self.client_auth + "===="))

    def as_toml(self) -> bytes:
        """The public file's bytes."""
        lines = (
            f'kind = "{KIND}"',
            f'name = "{self.name}"',
            f'ed25519 = "{self.ed25519.hex()}"',
            f'client_auth = "{self.client_auth}"',
        )
        return "".join(f"{line}\n" for line in lines).encode("ascii")


def read_courier(path: Path) -> Courier:
    """A courier's public file.  Raises PartMissing, PartMalformed."""
    try:
        with path.open("rb") as file:
            members = tomllib.load(file)
    except FileNotFoundError:
        raise PartMissing(f"{path} is missing.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise PartMalformed(f"{path} cannot be read as TOML.") from None
    if members.get("kind") != KIND:
        raise PartMalformed(f"{path} is no courier's public file; `offramp courier new` writes one.")
    return Courier(
        name=_member(path, members, "name", _NAME),
        ed25519=bytes.fromhex(_member(path, members, "ed25519", _ED25519)),
        client_auth=_member(path, members, "client_auth", _CLIENT_AUTH),
    )


def read_couriers(folder: Path) -> tuple[Courier, ...]:
    """All couriers in a folder, in order of their files' names.  Raises PartMalformed."""
    return tuple(read_courier(path) for path in sorted(folder.glob("*.toml")))


def _member(path: Path, members: dict[str, object], key: str, form: re.Pattern[str]) -> str:
    value = members.get(key)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise PartMalformed(f"{path}: `{key}` is missing or malformed.")
    return value
