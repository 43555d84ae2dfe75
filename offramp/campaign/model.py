"""What a campaign is made of, as `offramp.campaign` reads it. It is plain text throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["line", "text", "choice", "choices", "files"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    `line` and `text` are typed; `choice` takes one of `options`, `choices` any number; `files` attaches.
    `sealed_options`, one for each, are what letters say in their place: the options in the campaign's own language,
    by which desks match whatever the page was in.
    """

    id: str
    kind: Kind
    label: str
    hint: str
    required: bool
    options: tuple[str, ...]
    sealed_options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what stands before it, its fields, and what is said once it was received.

    With `answers`, whoever writes can have an answer on this site, for twelve words: `send_with_words` leads to
    them, and `afterwards_with_words` is then said. Without, these two are empty.
    """

    title: str
    introduction: tuple[str, ...]
    fields: tuple[Field, ...]
    answers: bool
    send_with_words: str
    send: str
    afterwards_with_words: tuple[str, ...]
    afterwards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """The page that says what this is, who reads it and when to expect an answer."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Why the campaign does what it does."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promises:
    """What can be promised, and as plainly what cannot."""

    title: str
    introduction: tuple[str, ...]
    kept_title: str
    kept: tuple[str, ...]
    not_kept_title: str
    not_kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The page that answers are read on.

    `kept_days`: for how many days an answer stays there, 1 to 366.
    `rebuild_minutes`: how often new answers appear, 1 to 1440.
    """

    title: str
    introduction: tuple[str, ...]
    kept_days: int
    rebuild_minutes: int


@dataclass(frozen=True, slots=True)
class Keys:
    """How keys age.

    `weeks_ahead`: for how many weeks desks make keys ahead, 1 to 52.
    `grace_days`: for how many days after its week a key still opens what comes late, 3 to 60: for two of them the
    server takes such letters, by clocks that are wrong.
    `card_limit_days`: for how many days after the day on which somebody should have read again the site still
    takes letters, 0 to 60.
    """

    weeks_ahead: int
    grace_days: int
    card_limit_days: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """All that one campaign says, asks and is called. `slot_count`: slots in each envelope, 2 to 10.

    `language` is the code of the language that it is written in; `translations` are the same campaign in others.
    """

    id: str
    language: str
    name: str
    tagline: str
    slot_count: int
    keys: Keys
    about: About
    statement: Statement
    promises: Promises
    help: Form
    offer: Form
    answers: Answers
    follow_up: Form
    translations: tuple[Campaign, ...] = ()

    @property
    def in_every_language(self) -> tuple[Campaign, ...]:
        """Itself first, then its translations, by their codes."""
        return (self, *self.translations)
