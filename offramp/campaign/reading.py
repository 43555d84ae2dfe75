"""Reading one campaign.toml strictly: every mistake is named with its place and its cure."""

from __future__ import annotations

import re
import tomllib
from typing import Final, get_args

from offramp.campaign.model import (
    About,
    Answers,
    Campaign,
    Field,
    Form,
    Keys,
    Kind,
    Promises,
    Section,
    Statement,
)
from offramp.campaign.table import CampaignUnreadable, Table
from offramp.languages import CODE, SOURCE

CAMPAIGN_FILE_BYTES: Final = 262_144

# FORMAT 3.1: the campaign's id and the slot count go into every keyset.
_CAMPAIGN_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
DEFAULT_SLOT_COUNT: Final = 6
FEWEST_SLOTS: Final = 2
MOST_SLOTS: Final = 10

# FORMAT 11: a post may be kept for 400 days at most, and an answer is written some days before it is pushed.
DEFAULT_KEPT_DAYS: Final = 60
MOST_KEPT_DAYS: Final = 366
DEFAULT_REBUILD_MINUTES: Final = 60
MOST_REBUILD_MINUTES: Final = 1440

# FORMAT 2.4: what a field of a letter may be called.
_FIELD_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")

_KINDS: tuple[Kind, ...] = get_args(Kind)

LANGUAGE_FIELD: Final = "language"
"""What a page adds to a letter that is not written on the pages of the campaign's own language: its code."""

FOLLOW_UP_FIELDS: Final = ("answers_read", "day")
"""What the answers page itself adds to a follow-up, so that the desk can put a conversation in order."""


def read_campaign(raw: bytes) -> Campaign:
    """The campaign in these bytes of a campaign.toml, 256 KiB at most. Raises CampaignError."""
    table = Table(_parse(raw))
    campaign = Campaign(
        id=_campaign_id(table),
        language=_language(table),
        name=table.line("name"),
        tagline=table.line("tagline"),
        slot_count=table.whole_number(
            "slot_count", default=DEFAULT_SLOT_COUNT, low=FEWEST_SLOTS, high=MOST_SLOTS
        ),
        keys=_keys(table.table("keys") if table.has("keys") else Table({}, "keys")),
        about=_about(table.table("about")),
        statement=_statement(table.table("statement")),
        promises=_promises(table.table("promises")),
        help=_form(table.table("help")),
        offer=_form(table.table("offer")),
        answers=_answers(table.table("answers")),
        follow_up=_follow_up(table.table("follow_up")),
    )
    table.done()
    return campaign


def _parse(raw: bytes) -> dict[str, object]:
    if len(raw) > CAMPAIGN_FILE_BYTES:
        raise CampaignUnreadable(f"it has more than {CAMPAIGN_FILE_BYTES} bytes; make it shorter")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CampaignUnreadable(f"line {line}: not UTF-8; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        # tomllib says the line and column itself.
        raise CampaignUnreadable(f"not TOML: {error}; correct that line") from error
    except (RecursionError, ValueError) as error:  # what tomllib does not make its own
        raise CampaignUnreadable("a list or number in it goes on without end; correct it") from error


def _campaign_id(table: Table) -> str:
    value = table.line("id")
    if not _CAMPAIGN_ID.fullmatch(value):
        raise table.wrong("id", 'write 1 to 32 of a-z, 0-9 and inner "-", as in "quit-ice"')
    return value


def _language(table: Table) -> str:
    value = table.line("language", default=SOURCE)
    if not CODE.fullmatch(value):
        raise table.wrong("language", 'write the code of a language, as in "en"')
    return value


def _keys(table: Table) -> Keys:
    keys = Keys(
        weeks_ahead=table.whole_number("weeks_ahead", default=12, low=1, high=52),
        grace_days=table.whole_number("grace_days", default=14, low=3, high=60),
        card_limit_days=table.whole_number("card_limit_days", default=14, low=0, high=60),
    )
    table.done()
    return keys


def _about(table: Table) -> About:
    about = About(
        title=table.line("title"),
        sections=tuple(_section(section) for section in table.tables("sections")),
    )
    table.done()
    return about


def _section(table: Table) -> Section:
    section = Section(title=table.line("title"), paragraphs=table.paragraphs("paragraphs"))
    table.done()
    return section


def _statement(table: Table) -> Statement:
    statement = Statement(title=table.line("title"), paragraphs=table.paragraphs("paragraphs"))
    table.done()
    return statement


def _promises(table: Table) -> Promises:
    promises = Promises(
        title=table.line("title"),
        introduction=table.paragraphs("introduction"),
        kept_title=table.line("kept_title"),
        kept=table.paragraphs("kept"),
        not_kept_title=table.line("not_kept_title"),
        not_kept=table.paragraphs("not_kept"),
    )
    table.done()
    return promises


def _form(table: Table) -> Form:
    answers = table.flag("answers")
    if not answers:
        for key in ("send_with_words", "afterwards_with_words"):
            if table.has(key):
                raise table.wrong(key, "it is for forms with answers = true; remove it or add that")
    form = Form(
        title=table.line("title"),
        introduction=table.paragraphs("introduction"),
        fields=_fields(table),
        answers=answers,
        send_with_words=table.line("send_with_words") if answers else "",
        send=table.line("send"),
        afterwards_with_words=table.paragraphs("afterwards_with_words") if answers else (),
        afterwards=table.paragraphs("afterwards"),
    )
    table.done()
    return form


def _answers(table: Table) -> Answers:
    answers = Answers(
        title=table.line("title"),
        introduction=table.paragraphs("introduction"),
        kept_days=table.whole_number("kept_days", default=DEFAULT_KEPT_DAYS, low=1, high=MOST_KEPT_DAYS),
        rebuild_minutes=table.whole_number(
            "rebuild_minutes", default=DEFAULT_REBUILD_MINUTES, low=1, high=MOST_REBUILD_MINUTES
        ),
    )
    table.done()
    return answers


def _follow_up(table: Table) -> Form:
    if table.has("answers"):
        raise table.wrong(
            "answers", "a follow-up is always answered under the words that it was sent with; remove it"
        )
    form = _form(table)
    _refuse_added(table, form.fields, FOLLOW_UP_FIELDS)
    return form


def _refuse_added(table: Table, fields: tuple[Field, ...], names: tuple[str, ...]) -> None:
    for field in fields:
        if field.id in names:
            raise table.wrong("fields", f'the page itself sends "{field.id}"; give the field another id')


def _fields(table: Table) -> tuple[Field, ...]:
    fields = tuple(_field(field) for field in table.tables("fields"))
    ids = [field.id for field in fields]
    for field_id in ids:
        if ids.count(field_id) > 1:
            raise table.wrong("fields", f'two fields have the id "{field_id}"; rename one')
    _refuse_added(table, fields, (LANGUAGE_FIELD,))
    # A letter without a word in it helps nobody, and more than one demand turns people away.
    if [field.required for field in fields].count(True) != 1:
        raise table.wrong("fields", "exactly one field must have required = true")
    # All files share one limit, so a second list of them could not say what still fits.
    if [field.kind for field in fields].count("files") > 1:
        raise table.wrong("fields", 'only one field can be of the kind "files"')
    return fields


def _field(table: Table) -> Field:
    field_id = table.line("id")
    if not _FIELD_ID.fullmatch(field_id):
        raise table.wrong("id", 'write a letter a-z, then up to 31 of a-z, 0-9 and "_"')
    kind = _kind(table)
    options = _options(table, kind)
    field = Field(
        id=field_id,
        kind=kind,
        label=table.line("label"),
        hint=table.line("hint", default=""),
        required=table.flag("required"),
        options=options,
        sealed_options=options,
    )
    if field.required and kind not in ("line", "text"):
        raise table.wrong("required", 'only a "line" or a "text" can be required')
    table.done()
    return field


def _kind(table: Table) -> Kind:
    name = table.line("kind")
    for kind in _KINDS:
        if kind == name:
            return kind
    raise table.wrong("kind", f"write one of {', '.join(_KINDS)}")


def _options(table: Table, kind: Kind) -> tuple[str, ...]:
    if kind not in ("choice", "choices"):
        if table.has("options"):
            raise table.wrong(
                "options", f'a field of the kind "{kind}" has none; remove them or change the kind'
            )
        return ()
    options = table.lines("options")
    if len(set(options)) != len(options):
        raise table.wrong("options", "the same answer stands there twice; remove one")
    return options
