"""Asking a form's questions in a terminal, and what a letter says of the answers (FORMAT.md, 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from offramp.campaign import LANGUAGE_FIELD, Campaign, Field, Form
from offramp.desk.seal.errors import NoSuchLanguage, NoSuchQuestion, NothingWritten, TooMuchWritten
from offramp.site.pages import LINE_CHARACTERS, TEXT_CHARACTERS

LAST_LINE: Final = "."
"""What ends a text of several lines, as in mail programs of old."""

Fields = tuple[tuple[str, ...], ...]
Ask = Callable[[str], str]
"""Shows a question, and gives one line that was typed."""


def in_language(campaign: Campaign, language: str | None) -> Campaign:
    """The campaign in this language; in its own for None. Raises NoSuchLanguage."""
    wanted = language or campaign.language
    for text in campaign.in_every_language:
        if text.language == wanted:
            return text
    there = ", ".join(one.language for one in campaign.in_every_language)
    raise NoSuchLanguage(f"The campaign has no pages in “{wanted}”; it has: {there}.")


@dataclass(frozen=True, slots=True)
class Asked:
    """One of a campaign's two forms, in one of its languages; `own` is the campaign's own language."""

    form: Form
    language: str
    own: str

    @classmethod
    def of(cls, campaign: Campaign, *, offer: bool, language: str | None) -> Asked:
        """The form for requests, or the one for offers. Raises NoSuchLanguage."""
        text = in_language(campaign, language)
        return cls(text.offer if offer else text.help, text.language, campaign.language)

    @property
    def questions(self) -> list[Field]:
        """What is asked, in the order of the page."""
        asked = [one for one in self.form.fields if one.kind != "files"]
        return sorted(asked, key=lambda one: not one.required)

    @property
    def takes_files(self) -> bool:
        """Whether the form asks for files."""
        return any(one.kind == "files" for one in self.form.fields)

    def given(self, text: str, others: Mapping[str, str]) -> Fields:
        """The fields of a text for the required question, and of answers to others, by their ids.

        Raises NoSuchQuestion, NothingWritten.
        """
        required = next(one.id for one in self.questions if one.required)
        said = {**others, required: text}
        if unknown := said.keys() - {one.id for one in self.questions}:
            raise NoSuchQuestion(f"The form has no question “{min(unknown)}”.")
        return self._checked({one.id: chosen(one, said.get(one.id, "")) for one in self.questions})

    def typed(self, ask: Ask) -> Fields:
        """The fields of what a person types. Raises NothingWritten."""
        return self._checked({one.id: _answered(one, ask) for one in self.questions})

    def _checked(self, answers: Mapping[str, tuple[str, ...]]) -> Fields:
        if any(one.required and not answers[one.id] for one in self.questions):
            raise NothingWritten
        order = [one.id for one in self.form.fields if answers.get(one.id)]
        fields = tuple((name, *answers[name]) for name in order)
        return fields if self.language == self.own else (*fields, (LANGUAGE_FIELD, self.language))


def question(field: Field) -> Iterable[str]:
    """The lines that ask it."""
    yield field.label
    if field.hint:
        yield field.hint
    for number, option in enumerate(field.options, start=1):
        yield f"{number:>3}  {option}"
    match field.kind:
        case "choice":
            yield "Type a number, or nothing."
        case "choices":
            yield "Type as many numbers as you like, with spaces between them, or nothing."
        case "text":
            yield f"Type as many lines as you like, and then a line with nothing but “{LAST_LINE}”."


def chosen(field: Field, typed: str) -> tuple[str, ...]:
    """What a letter says of an answer; nothing where it is empty.

    Raises NoSuchQuestion for a number of no option, and TooMuchWritten: nothing is left out without a word.
    """
    if field.kind in ("line", "text"):
        most = LINE_CHARACTERS if field.kind == "line" else TEXT_CHARACTERS
        said = typed.strip()
        if len(said) > most:
            raise TooMuchWritten(
                f"“{field.label}” takes {most} characters, and these are {len(said)}. Shorten it, or seal "
                "the rest as a second letter."
            )
        return (said,) if said else ()
    numbers = typed.replace(",", " ").split()[: 1 if field.kind == "choice" else None]
    options = {str(number): option for number, option in enumerate(field.sealed_options, start=1)}
    if wrong := [one for one in numbers if one not in options]:
        raise NoSuchQuestion(f"“{field.label}” has no answer with the number {wrong[0]}.")
    return tuple(options[one] for one in dict.fromkeys(numbers))


def _answered(field: Field, ask: Ask) -> tuple[str, ...]:
    """Ask until the answer can be used, so that a slip of the finger loses no answer to another question."""
    why_again = ""
    while True:
        try:
            return chosen(field, _typed(field, ask, why_again))
        except (NoSuchQuestion, TooMuchWritten) as wrong:
            why_again = f"{wrong}\n"


def _typed(field: Field, ask: Ask, before: str) -> str:
    asked = before + "\n".join(question(field))
    if field.kind != "text":
        return ask(asked)
    lines = [ask(asked)]
    while lines[-1] != LAST_LINE:
        lines.append(ask(""))
    return "\n".join(lines[:-1])
