"""What can be wrong with what a courier pushes, beside the pack's own errors."""

# ruff: noqa: N818 - each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.crypto.errors import BoardError


class KeptTooLong(BoardError):
    """Something in this pack is to be kept for more than 400 days; nothing of it was kept."""
