"""campaign.toml: the shipped one is whole, and every mistake in one is named with its place and its cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from offramp.campaign import DEFAULT_CAMPAIGN, CampaignError, default_campaign, load_campaign, read_campaign
from offramp.campaign_table import (
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
        "help": "choices",
        "languages": "line",
        "soon": "choice",
        "files": "files",
    }
    asked = {field.id for field in campaign.offer.fields}
    assert asked == {"message", "contact", "skills", "experience", "languages", "hours", "regions"}


def test_one_line_of_text_is_all_that_is_required() -> None:
    for form in (default_campaign().help, default_campaign().offer):
        assert [field.id for field in form.fields if field.required] == ["message"]


def test_slots_are_six_where_the_file_does_not_say() -> None:
    assert read_campaign(SHIPPED.replace("slot_count = 6", "").encode()).slot_count == 6


def _replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


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
        (_replaced('kind = "text"', 'kind = "paragraph"'), CampaignValueWrong, "help.fields[1].kind"),
        (_replaced('kind = "choice"', 'kind = "line"'), CampaignValueWrong, "help.fields[3].options"),
        (_replaced('kind = "line"', 'kind = "choice"'), CampaignKeyMissing, "help.fields[2].options"),
        (_replaced("required = true", ""), CampaignValueWrong, "help.fields"),
        (_replaced("required = true", 'required = "yes"'), CampaignValueWrong, "help.fields[1].required"),
        (_replaced('kind = "line"', 'kind = "line"\nrequired = true'), CampaignValueWrong, "help.fields"),
        (_replaced('kind = "files"', 'kind = "files"\nrequired = true'), CampaignValueWrong, "[9].required"),
        (_replaced('id = "contact"', 'id = "message"'), CampaignValueWrong, "help.fields"),
        (_replaced('id = "contact"', 'id = "Contact"'), CampaignValueWrong, "help.fields[2].id"),
        (_replaced('kind = "line"', 'kind = "files"'), CampaignValueWrong, "help.fields"),
        (_replaced('"Detention"', '"Legal"'), CampaignValueWrong, "help.fields[4].options"),
        (_replaced("[statement]", "[statements]"), CampaignKeyMissing, "statement"),
        (_replaced("[[about.sections]]", "[[about.section]]"), CampaignKeyUnknown, "about.section"),
        (_replaced("kept = [", "kept = [3, "), CampaignValueWrong, "promises.kept[1]"),
        (lambda text: text + "\nx = \n", CampaignUnreadable, "line"),
        (lambda text: text + "#" * 300_000, CampaignUnreadable, "shorter"),
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
