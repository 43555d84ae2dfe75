"""Saving attachments under names that are ours: a stranger's file name is shown, and never used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from offramp.crypto.letter import Attachment
from offramp.desk.errors import FileInTheWay
from offramp.desk.files import make_private_folder, write_new

EXTENSIONS: Final = frozenset((".doc", ".docx", ".jpeg", ".jpg", ".odt", ".pdf", ".png", ".rtf", ".txt"))
OTHER: Final = ".bin"
"""No program opens it by a double click."""


def harmless_name(envelope_id: bytes, number: int, name: str) -> str:
    """The id in hexadecimal, the number from 1, and the stranger's extension if it is one of a few."""
    return f"{envelope_id.hex()}-{number}{harmless_extension(name)}"


def harmless_extension(name: str) -> str:
    """The stranger's extension if it is one of a few, and else one that nothing opens."""
    extension = "." + name.rpartition(".")[2].lower() if "." in name else ""
    # `lower` of some capital letters is several characters, or an ASCII one: only whole equality counts.
    return extension if extension in EXTENSIONS else OTHER


def save_all(folder: Path, envelope_id: bytes, attachments: tuple[Attachment, ...]) -> Iterator[str]:
    """Save each in `folder`; its name there. What is there already stays; `FileInTheWay` if it differs."""
    if attachments:
        make_private_folder(folder)
    for number, attachment in enumerate(attachments, start=1):
        name = harmless_name(envelope_id, number, attachment.name)
        _save(folder / name, attachment.data)
        yield name


def _save(path: Path, data: bytes) -> None:
    if not os.path.lexists(path):
        write_new(path, data)
    elif path.is_symlink() or not _holds(path, data):
        raise FileInTheWay(f"{path} is already there with something else in it, and was not written over.")


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
