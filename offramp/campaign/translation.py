"""A campaign in another language asks the same questions: what would make its letters different is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from offramp.campaign.model import Campaign, Form
from offramp.campaign.table import CampaignValueWrong

_FORMS = ("help", "offer", "follow_up")


def as_translation(translated: Campaign, own: Campaign, language: str) -> Campaign:
    """The campaign in another language, whose letters say the options of the campaign's own.

    `language` is the code in its file's name. Paragraphs and sections may be more or fewer; promises and limits may
    not, lest somebody be promised more in one language. Raises CampaignValueWrong, which names the key.
    """
    if translated.language != language:
        raise CampaignValueWrong(f'language: write "{language}", as in the name of the file')
    if language == own.language:
        raise CampaignValueWrong("language: this is the language of campaign.toml itself; remove this file")
    for place, theirs, ours in _compared(translated, own):
        if theirs != ours:
            raise CampaignValueWrong(
                f"{place}: it is {_said(theirs)} here and {_said(ours)} in campaign.toml"
            )
    return replace(
        translated,
        help=_sealing_as(translated.help, own.help),
        offer=_sealing_as(translated.offer, own.offer),
        follow_up=_sealing_as(translated.follow_up, own.follow_up),
    )


def _compared(translated: Campaign, own: Campaign) -> Iterator[tuple[str, object, object]]:
    """(place, what is there, what has to be there) of everything that is not words."""
    yield "id", translated.id, own.id
    yield "slot_count", translated.slot_count, own.slot_count
    for name in ("weeks_ahead", "grace_days", "card_limit_days"):
        yield f"keys.{name}", getattr(translated.keys, name), getattr(own.keys, name)
    for name in ("kept", "not_kept"):
        theirs, ours = getattr(translated.promises, name), getattr(own.promises, name)
        yield f"promises.{name}: the number of lines", len(theirs), len(ours)
    for name in ("kept_days", "rebuild_minutes"):
        yield f"answers.{name}", getattr(translated.answers, name), getattr(own.answers, name)
    for name in _FORMS:
        yield from _compared_forms(name, getattr(translated, name), getattr(own, name))


def _compared_forms(name: str, translated: Form, own: Form) -> Iterator[tuple[str, object, object]]:
    yield f"{name}.answers", translated.answers, own.answers
    yield f"{name}.fields: the number of fields", len(translated.fields), len(own.fields)
    # Whoever compares stops at the first difference, so the fields are as many here.
    for number, (theirs, ours) in enumerate(zip(translated.fields, own.fields, strict=True), start=1):
        place = f"{name}.fields[{number}]"
        yield f"{place}.id", theirs.id, ours.id
        yield f"{place}.kind", theirs.kind, ours.kind
        yield f"{place}.required", theirs.required, ours.required
        yield f"{place}.options: the number of options", len(theirs.options), len(ours.options)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()  # as in TOML
    return f'"{value}"' if isinstance(value, str) else str(value)


def _sealing_as(translated: Form, own: Form) -> Form:
    fields = zip(translated.fields, own.fields, strict=True)
    return replace(
        translated, fields=tuple(replace(theirs, sealed_options=ours.options) for theirs, ours in fields)
    )
