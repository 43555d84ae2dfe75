"""campaign.toml: the shipped one is whole, and every mistake in one is named with its place and its cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from offramp.campaign import DEFAULT_CAMPAIGN, CampaignError, default_campaign, load_campaign, read_campaign
from offramp.campaign.table import (
    CampaignKeyMissing,
    CampaignKeyUnknown,
    CampaignUnreadable,
    CampaignValueWrong,
)

SHIPPED = DEFAULT_CAMPAIGN.read_text(encoding="utf-8")


def test_the_shipped_campaign_asks_what_it_should() -> None:
    campaign = default_campaign()
    assert (campaign.id, campaign.name, campaign.slot_count) == ("quit-ice", "Quit ICE", 6)
    kinds = {field.id: field.kind for field in campaign.help.fields}
    assert kinds == {
        "message": "text",
        "contact": "line",
        "agency": "choice",
        "role": "choice",
        "region": "choice",
        "adviser_from": "choice",
        "help": "choices",
        "languages": "line",
        "soon": "choice",
        "files": "files",
    }
    asked = {field.id for field in campaign.offer.fields}
    of_advisers = {
        "message",
        "contact",
        "skills",
        "experience",
        "languages",
        "hours",
        "regions",
        "adviser_key",
    }
    assert asked == of_advisers


def test_one_line_of_text_is_all_that_is_required() -> None:
    campaign = default_campaign()
    for form in (campaign.help, campaign.offer, campaign.follow_up):
        assert [field.id for field in form.fields if field.required] == ["message"]


def test_an_answer_can_be_had_where_help_is_asked_for() -> None:
    campaign = default_campaign()
    assert campaign.help.answers
    assert campaign.help.send_with_words
    assert campaign.help.afterwards_with_words
    assert not campaign.offer.answers
    assert (campaign.offer.send_with_words, campaign.offer.afterwards_with_words) == ("", ())
    assert {field.id: field.kind for field in campaign.follow_up.fields} == {
        "message": "text",
        "files": "files",
    }


def test_answers_stay_for_two_months_and_come_every_hour_where_the_file_does_not_say() -> None:
    text = SHIPPED.replace("kept_days = 60", "").replace("rebuild_minutes = 60", "")
    answers = read_campaign(text.encode()).answers
    assert (answers.kept_days, answers.rebuild_minutes) == (60, 60)


def test_slots_are_six_where_the_file_does_not_say() -> None:
    assert read_campaign(SHIPPED.replace("slot_count = 6", "").encode()).slot_count == 6


def test_keys_age_in_their_time_where_the_file_does_not() -> None:
    section = SHIPPED[SHIPPED.index("[keys]") : SHIPPED.index("[about]")]
    for text in (SHIPPED, SHIPPED.replace(section, ""), SHIPPED.replace(section, "[keys]\n")):
        keys = read_campaign(text.encode()).keys
        assert (keys.weeks_ahead, keys.grace_days, keys.card_limit_days) == (12, 14, 14)


def _replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def _follow_up_asks_for(field: str) -> Callable[[str], str]:
    more = f"""\n[[follow_up.fields]]\nid = "{field}"\nkind = "line"\nlabel = "x"\n"""
    return lambda text: text + more


@pytest.mark.parametrize(
    ("change", "error", "place"),
    [
        (_replaced('name = "Quit ICE"', ""), CampaignKeyMissing, "name"),
        (_replaced('name = "Quit ICE"', 'name = ""'), CampaignValueWrong, "name"),
        (_replaced('name = "Quit ICE"', 'name = " Quit"'), CampaignValueWrong, "name"),
        (_replaced('name = "Quit ICE"', r'name = "Quit\nICE"'), CampaignValueWrong, "name"),
        (_replaced('name = "Quit ICE"', "name = 5"), CampaignValueWrong, "name"),
        (_replaced('name = "Quit ICE"', f'name = "{"x" * 201}"'), CampaignValueWrong, "name"),
        (_replaced('name = "Quit ICE"', 'name = "Quit ICE"\nmane = "x"'), CampaignKeyUnknown, "mane"),
        (_replaced('id = "quit-ice"', 'id = "Quit ICE"'), CampaignValueWrong, "id"),
        (_replaced('id = "quit-ice"', 'id = "quit-"'), CampaignValueWrong, "id"),
        (_replaced('id = "quit-ice"', f'id = "{"x" * 33}"'), CampaignValueWrong, "id"),
        (_replaced("slot_count = 6", "slot_count = 1"), CampaignValueWrong, "slot_count"),
        (_replaced("slot_count = 6", "slot_count = 11"), CampaignValueWrong, "slot_count"),
        (_replaced("slot_count = 6", "slot_count = true"), CampaignValueWrong, "slot_count"),
        (_replaced("weeks_ahead = 12", "weeks_ahead = 0"), CampaignValueWrong, "keys.weeks_ahead"),
        (_replaced("weeks_ahead = 12", "weeks_ahead = 53"), CampaignValueWrong, "keys.weeks_ahead"),
        (_replaced("grace_days = 14", "grace_days = 2"), CampaignValueWrong, "keys.grace_days"),
        (_replaced("grace_days = 14", "grace_days = 61"), CampaignValueWrong, "keys.grace_days"),
        (_replaced("card_limit_days = 14", "card_limit_days = -1"), CampaignValueWrong, "keys.card_limit_days"),
        (_replaced("card_limit_days = 14", "card_limit_days = 61"), CampaignValueWrong, "keys.card_limit_days"),
        (_replaced("card_limit_days = 14", "card_limit = 14"), CampaignKeyUnknown, "keys.card_limit"),
        (_replaced('kind = "text"', 'kind = "paragraph"'), CampaignValueWrong, "help.fields[1].kind"),
        (_replaced('kind = "choice"', 'kind = "line"'), CampaignValueWrong, "help.fields[3].options"),
        (_replaced('kind = "line"', 'kind = "choice"'), CampaignKeyMissing, "help.fields[2].options"),
        (_replaced("required = true", ""), CampaignValueWrong, "help.fields"),
        (_replaced("required = true", 'required = "yes"'), CampaignValueWrong, "help.fields[1].required"),
        (_replaced('kind = "line"', 'kind = "line"\nrequired = true'), CampaignValueWrong, "help.fields"),
        (_replaced('kind = "files"', 'kind = "files"\nrequired = true'), CampaignValueWrong, "[10].required"),
        (_replaced('id = "contact"', 'id = "message"'), CampaignValueWrong, "help.fields"),
        (_replaced('id = "contact"', 'id = "Contact"'), CampaignValueWrong, "help.fields[2].id"),
        (_replaced('kind = "line"', 'kind = "files"'), CampaignValueWrong, "help.fields"),
        (_replaced('"Detention"', '"Legal"'), CampaignValueWrong, "help.fields[4].options"),
        (_replaced("[statement]", "[statements]"), CampaignKeyMissing, "statement"),
        (_replaced("[[about.sections]]", "[[about.section]]"), CampaignKeyUnknown, "about.section"),
        (_replaced("kept = [", "kept = [3, "), CampaignValueWrong, "promises.kept[1]"),
        (_replaced("answers = true", 'answers = "yes"'), CampaignValueWrong, "help.answers"),
        (_replaced("answers = true", "answers = false"), CampaignValueWrong, "help.send_with_words"),
        (_replaced("\nsend_with_words", "\nsend_words"), CampaignKeyMissing, "help.send_with_words"),
        (_replaced("\nafterwards_with_words", "\nafterward"), CampaignKeyMissing, "help.afterwards_with_words"),
        (_replaced("_with_words = [", "_with_words = [3, "), CampaignValueWrong, "help.afterwards_with_words[1]"),
        (_replaced("[answers]", "[answer]"), CampaignKeyMissing, "answers"),
        (_replaced('title = "Read answers"', ""), CampaignKeyMissing, "answers.title"),
        (_replaced("kept_days = 60", "kept_days = 0"), CampaignValueWrong, "answers.kept_days"),
        (_replaced("kept_days = 60", "kept_days = 367"), CampaignValueWrong, "answers.kept_days"),
        (_replaced("kept_days = 60", "kept_day = 60"), CampaignKeyUnknown, "answers.kept_day"),
        (_replaced("rebuild_minutes = 60", "rebuild_minutes = 0"), CampaignValueWrong, "answers.rebuild_minutes"),
        (_replaced("rebuild_minutes = 60", "rebuild_minutes = 1441"), CampaignValueWrong, "answers.rebuild_minutes"),
        (_replaced("[follow_up]", "[follow_ups]"), CampaignKeyMissing, "follow_up"),
        (_replaced("[follow_up]", "[follow_up]\nanswers = true"), CampaignValueWrong, "follow_up.answers"),
        (_follow_up_asks_for("day"), CampaignValueWrong, "follow_up.fields"),
        (_follow_up_asks_for("answers_read"), CampaignValueWrong, "follow_up.fields"),
        (lambda text: text + "\nx = \n", CampaignUnreadable, "line"),
        (lambda text: text + "#" * 300_000, CampaignUnreadable, "shorter"),
        (lambda text: "x = " + "[" * 100_000 + text, CampaignUnreadable, "without end"),
        (lambda text: "x = " + "9" * 5_000 + "\n" + text, CampaignUnreadable, "without end"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(change: Callable[[str], str], error: type[CampaignError], place: str) -> None:
    with pytest.raises(CampaignError) as caught:
        read_campaign(change(SHIPPED).encode())
    assert type(caught.value) is error
    assert place in str(caught.value)


def test_bytes_that_are_not_utf8_are_named_with_their_line() -> None:
    with pytest.raises(CampaignUnreadable, match="line 2"):
        read_campaign(b'id = "x"\nname = "\xff"\n')


def test_the_error_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "campaign.toml"
    with pytest.raises(CampaignUnreadable, match=r"campaign\.toml"):
        load_campaign(file)
    file.write_text(SHIPPED.replace("slot_count = 6", "slot_count = 66"), encoding="utf-8")
    with pytest.raises(CampaignValueWrong, match=r"campaign\.toml: slot_count"):
        load_campaign(file)
