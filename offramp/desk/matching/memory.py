"""What matching remembers of people's words, so as not to read them twice; it has to be let go of by hand."""

from __future__ import annotations

from offramp.desk.matching import hours, languages, profiles, scoring, words


def forget_words() -> None:
    """For a program that goes on when its desk is locked: nothing readable stays behind."""
    for module in (hours, languages, profiles, scoring, words):
        for one in vars(module).values():
            if hasattr(one, "cache_clear"):
                one.cache_clear()
