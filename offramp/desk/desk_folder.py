"""A desk's folder: `desk.toml` says once what the commands at a desk would otherwise be told each time.

Paths in it are relative to the folder.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Final

from offramp.desk.errors import NotADeskFolder
from offramp.desk.files import make_private_folder, read_whole, write_new

FILE_NAME: Final = "desk.toml"
_FILE_LIMIT: Final = 16_384

# What may stand in the file, why, and whether it is a path.
SETTINGS: Final = {
    "role": ("organizer, adviser or courier", False),
    "bundle": ("the file that submissions are carried in", True),
    "vault": ("everything that this desk knows, under a passphrase: as precious as the submissions", True),
    "outbox": ("sealed answers that wait to be pushed", True),
    "campaign": ("the campaign's folder, with campaign.toml, root.pub and keysets/", True),
    "courier_key": ("fetches submissions, and pushes answers", True),
    "address": ("the couriers' onion address", False),
    "socks": ("tor's SOCKS port", False),
    "control": ("tor's control port or control socket, for the client authorization", False),
    "own_tor": ("where a tor of our own keeps its state, instead of socks and control", True),
    "tor_options": ("more options for that tor, as in a torrc", True),
    "unix_socket": ("the server's socket on this machine, instead of tor", True),
    "passphrase_file": ("a demonstration only: a passphrase beside its key protects nothing", True),
}

# Where these are in a folder whose desk.toml does not say.
USUAL_PLACES: Final = {"bundle": "inbox.bundle", "vault": "vault", "outbox": "outbox.pack"}

# Which setting each command's parameter is taken from.
_REACH: Final = {
    name: name
    for name in ("address", "socks", "control", "own_tor", "tor_options", "unix_socket", "passphrase_file")
} | {"key": "courier_key"}
_PARAMETERS: Final = {
    "fetch": _REACH | {"bundle": "bundle"},
    "limits": _REACH,
    "push": _REACH | {"pack": "outbox"},
}


def defaults_from(folder: Path, command: str) -> dict[str, str]:
    """What this command's parameters are when they are not given; `NotADeskFolder`."""
    settings = read_settings(folder)
    return {parameter: settings[name] for parameter, name in _PARAMETERS[command].items() if name in settings}


def read_settings(folder: Path) -> dict[str, str]:
    """All that stands in the folder's desk.toml, its paths made to work from here; `NotADeskFolder`."""
    raw = read_whole(folder / FILE_NAME, limit=_FILE_LIMIT)
    try:
        found = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise NotADeskFolder from None
    settings = {name: str(folder / usual) for name, usual in USUAL_PLACES.items()}
    for name, value in found.items():
        if name not in SETTINGS or not isinstance(value, str):
            raise NotADeskFolder(f"{folder / FILE_NAME} says something about '{name}' that cannot be used.")
        settings[name] = str(folder / value) if SETTINGS[name][1] else value
    return settings


def make_desk_folder(folder: Path, settings: dict[str, str]) -> Path:
    """Write a desk.toml with these settings, and a place for the others; `FileInTheWay`."""
    settings = {name: str(folder / usual) for name, usual in USUAL_PLACES.items()} | settings
    make_private_folder(folder)
    lines = [
        "# What 'offramp inbox', 'answer', 'push' and others use when they are given --desk and this folder."
    ]
    for name, (why, is_path) in SETTINGS.items():
        value = settings.get(name)
        if value is not None and is_path:
            value = os.path.relpath(value, folder)
        lines.append(f"\n# {name}: {why}")
        lines.append(f"{name} = {_quoted(value)}" if value is not None else f'# {name} = ""')
    write_new(folder / FILE_NAME, ("\n".join(lines) + "\n").encode())
    return folder / FILE_NAME


def change_setting(folder: Path, name: str, value: str) -> None:
    """Let a desk.toml say this, and leave all else in it as somebody wrote it. Raises NotADeskFolder, OSError."""
    read_settings(folder)
    if SETTINGS[name][1]:
        value = os.path.relpath(value, folder)
    lines = read_whole(folder / FILE_NAME, limit=_FILE_LIMIT).decode().splitlines()
    new = f"{name} = {_quoted(value)}"
    said = re.compile(rf"(?:# *)?{name} *=")
    at = max((number for number, line in enumerate(lines) if said.match(line)), default=None)
    lines[at if at is not None else len(lines) :] = [new, *(lines[at + 1 :] if at is not None else [])]
    write_new(folder / FILE_NAME, ("\n".join(lines) + "\n").encode(), replace=True)
    read_settings(folder)


def _quoted(text: str) -> str:
    """A TOML string; a path may hold any character."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
