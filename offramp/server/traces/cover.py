"""Makes one letter that says nothing and looks like any other (FORMAT.md, 2.6), and ends.

The intake starts it as a program of its own, for no process of the server that others can speak to imports what seals.
It reads a keyset from its standard input, takes a size class as its argument, and writes the envelope.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import BinaryIO

from offramp.crypto.envelope import SIZE_CLASSES
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.letter import COVER, Attachment, Letter, write_content
from offramp.crypto.sealing import seal


def make_cover(keyset: Keyset, size_class: int) -> bytes:
    """An envelope of a class, sealed to a keyset that was verified before.  Raises TooLarge, BadRecipient."""
    empty = Letter(COVER, keyset.campaign, keyset.id)
    smaller = max((one for one in SIZE_CLASSES if one < size_class), default=0)
    if not smaller:
        return seal(empty, keyset)
    zeros = Attachment("cover", bytes(smaller - len(write_content(empty))))  # too much for the class below
    return seal(replace(empty, attachments=(zeros,)), keyset)


def main(arguments: list[str], given: BinaryIO, out: BinaryIO) -> None:
    """The program: a size class, the root's public key in hexadecimal, and the campaign's id are its arguments."""
    size_class, root, campaign = arguments
    keyset = read_keyset(given.read(), root=bytes.fromhex(root), campaign=campaign)
    out.write(make_cover(keyset, int(size_class)))
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
