"""What an organizer hands over for an answer: a text and files, refused before it costs them any work."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from offramp.crypto.letter import Attachment
from offramp.desk.attachments import EXTENSIONS, OTHER
from offramp.desk.errors import (
    BadFileName,
    EmptyFile,
    FilesTooLarge,
    NotText,
    NowhereToType,
    TextTooLong,
)
from offramp.desk.files import read_whole
from offramp.desk.visible import visible

MOST_FILE_BYTES: Final = 8_000_000
"""Of all files together, as in a letter; so the record of the answer fits into an envelope."""
MOST_TEXT_BYTES: Final = 100_000
_MOST_READ: Final = 2 * MOST_TEXT_BYTES
"""White space around a text does not count."""

# What the page that shows answers would take out of a name, or put something else for: a name that it leaves
# as it is can be told to whoever sends it.
_NOT_IN_A_NAME: Final = re.compile(r'[/\\:*?"<>|]|^[\s.-]|[\s.]$|\s\s')
_LONGEST_NAME: Final = 90
_MOST_NAME_BYTES: Final = 190
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_files(named: Iterable[tuple[Path, str]]) -> tuple[Attachment, ...]:
    """Files and the names that they get. Raises MissingFile, EmptyFile, BadFileName, FilesTooLarge."""
    files: list[Attachment] = []
    for path, name in named:
        check_file_name(name)
        left = MOST_FILE_BYTES - sum(len(one.data) for one in files)
        files.append(Attachment(name, read_whole(path, limit=left)))
        check_files(files)
    return tuple(files)


def check_files(files: Sequence[Attachment]) -> None:
    """Raises BadFileName, FilesTooLarge, EmptyFile."""
    for file in files:
        check_file_name(file.name)
        if not file.data:
            raise EmptyFile(f"There is nothing in {file.name}, so it would not help anybody.")
    if sum(len(one.data) for one in files) > MOST_FILE_BYTES:
        raise FilesTooLarge


def check_file_name(name: str) -> None:
    """Raises BadFileName for a name that the person would not see as it is."""
    if (
        _SURROGATE.search(name)
        or not 0 < len(name) <= _LONGEST_NAME
        or len(name.encode()) > _MOST_NAME_BYTES
        or "\n" in name
        or visible(name) != name
        or _NOT_IN_A_NAME.search(name)
    ):
        raise BadFileName


def name_when_saved(name: str) -> str:
    """What the page saves it as: whatever has another ending than a few gets one that nothing runs."""
    known = name.lower().endswith(tuple(EXTENSIONS))
    return name if known else name + OTHER


def read_text(path: Path) -> str:
    """The text in a file. Raises MissingFile, NotText, TextTooLong."""
    return _text_of(read_whole(path, limit=_MOST_READ))


def piped_text() -> str:
    """The text that comes from another program. Raises NotText, TextTooLong."""
    return _text_of(sys.stdin.buffer.read(_MOST_READ + 1))


def _text_of(raw: bytes) -> str:
    is_cut = len(raw) > _MOST_READ  # maybe within a character, which is no reason to call it no text
    try:
        text = _plain(raw.decode("utf-8-sig", errors="ignore" if is_cut else "strict"))
    except UnicodeDecodeError:
        raise NotText from None
    if any(map(_is_control, text)):
        raise NotText
    if is_cut:
        raise TextTooLong
    return check_text(text)


def check_text(text: str) -> str:
    """`text`. Raises TextTooLong."""
    if len(text.encode()) > MOST_TEXT_BYTES:
        raise TextTooLong
    return text


def check_terminal() -> None:
    """Raises NowhereToType where a person could not type, or not more than 4095 bytes in one line."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NowhereToType
    try:
        # Without it, the terminal itself collects each line, and drops what is over 4095 bytes without a word.
        import readline
    except ImportError:
        raise NowhereToType from None
    readline.set_auto_history(False)
    readline.parse_and_bind("tab: self-insert")  # not the names of files


def typed_text() -> str:
    """What a person types, up to Ctrl-D. Nothing of it is refused: what is no text shows as U+FFFD."""
    text = _plain("\n".join(_lines()))
    return "".join("\ufffd" if _is_control(one) or _SURROGATE.match(one) else one for one in text)


def _lines() -> Iterator[str]:
    while True:
        try:
            yield input()
        except EOFError:
            return


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t"
