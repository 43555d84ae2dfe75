"""campaign.es.toml: the shipped one asks the same as campaign.toml, and every difference that matters is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from offramp.campaign import (
    DEFAULT_CAMPAIGN,
    Campaign,
    CampaignError,
    Form,
    default_campaign,
    load_campaign,
    translation_beside,
    translations_of,
)
from offramp.campaign.table import CampaignKeyUnknown, CampaignValueWrong

SPANISH = translation_beside(DEFAULT_CAMPAIGN, "es").read_text(encoding="utf-8")


@pytest.fixture
def campaign_file(tmp_path: Path) -> Path:
    """A copy of the shipped campaign, without a translation."""
    path = tmp_path / "words.toml"
    path.write_bytes(DEFAULT_CAMPAIGN.read_bytes())
    return path


def _with_spanish(campaign_file: Path, text: str) -> Campaign:
    translation_beside(campaign_file, "es").write_text(text, encoding="utf-8")
    return load_campaign(campaign_file)


def _forms(campaign: Campaign) -> tuple[Form, Form, Form]:
    return campaign.help, campaign.offer, campaign.follow_up


def test_the_shipped_campaign_comes_in_spanish() -> None:
    (spanish,) = default_campaign().translations
    assert spanish.language == "es"
    assert spanish.help.title == "Pedir ayuda"
    assert [one.language for one in default_campaign().in_every_language] == ["en", "es"]


def test_letters_say_the_options_of_the_campaigns_own_language() -> None:
    own = default_campaign()
    (spanish,) = own.translations
    for ours, theirs in zip(_forms(own), _forms(spanish), strict=True):
        for field, translated in zip(ours.fields, theirs.fields, strict=True):
            assert field.sealed_options == field.options
            assert translated.sealed_options == field.options
            assert len(translated.options) == len(field.options)
    asked = {field.id: field for field in spanish.help.fields}
    region = dict(zip(asked["region"].options, asked["region"].sealed_options, strict=True))
    assert region["Noreste"] == "Northeast"
    assert region["Fuera del continente"] == "Outside the mainland"


def test_no_sentence_was_left_in_english() -> None:
    own = default_campaign()
    (spanish,) = own.translations
    assert not set(_texts(own)) & set(_texts(spanish)) - {"Quit ICE", "Legal", "Texas"}


def _texts(part: object) -> list[str]:
    """All words in a campaign."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, tuple):
        return [text for one in part for text in _texts(one)]
    names = {"id", "kind", "language", "translations", "sealed_options"}
    values = [getattr(part, name) for name in getattr(part, "__dataclass_fields__", {}) if name not in names]
    return [text for value in values for text in _texts(value) if text]


def test_translations_are_found_beside_the_file_whatever_its_name(campaign_file: Path) -> None:
    assert translations_of(campaign_file) == {}
    assert load_campaign(campaign_file).translations == ()
    for name in ("words.es.toml", "words.fr.toml", "words.old-copy.toml", "words.ES.toml", "other.es.toml"):
        (campaign_file.parent / name).write_bytes(b"")
    assert {code: path.name for code, path in translations_of(campaign_file).items()} == {
        "es": "words.es.toml",
        "fr": "words.fr.toml",
    }


def test_words_alone_may_differ(campaign_file: Path) -> None:
    text = SPANISH.replace('  "No pedimos dinero', '  "Un párrafo más.",\n  "No pedimos dinero')
    (spanish,) = _with_spanish(campaign_file, text).translations
    own = load_campaign(campaign_file)
    assert len(spanish.statement.paragraphs) == len(own.statement.paragraphs) + 1
    assert replace(own, translations=()).in_every_language == (replace(own, translations=()),)


def _replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def _without_answers(text: str) -> str:
    """The form for help, without the twelve words."""
    for key in ("answers = true\n", 'send_with_words = "Ver mis doce palabras y luego enviar"\n'):
        text = _replaced(key, "")(text)
    start = text.index("afterwards_with_words = [")
    return text[:start] + text[text.index("afterwards = [", start) :]


def _another_required(text: str) -> str:
    text = _replaced('kind = "text"\nrequired = true', 'kind = "text"')(text)
    return _replaced('kind = "line"', 'kind = "line"\nrequired = true')(text)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_replaced('language = "es"', 'language = "fr"'), 'language: write "es"'),
        (_replaced('language = "es"', ""), 'language: write "es"'),
        (_replaced('id = "quit-ice"', 'id = "quit"'), 'id: it is "quit" here and "quit-ice" in campaign.toml'),
        (_replaced("slot_count = 6", "slot_count = 8"), "slot_count"),
        (_replaced("weeks_ahead = 12", "weeks_ahead = 11"), "keys.weeks_ahead"),
        (_replaced("grace_days = 14", "grace_days = 13"), "keys.grace_days"),
        (_replaced("card_limit_days = 14", "card_limit_days = 7"), "keys.card_limit_days"),
        (_replaced("kept_days = 60", "kept_days = 61"), "answers.kept_days"),
        (_replaced("rebuild_minutes = 60", "rebuild_minutes = 1"), "answers.rebuild_minutes"),
        (_replaced('  "No podemos prometerle un empleo.",\n', ""), "promises.not_kept"),
        (_replaced("\nkept = [", '\nkept = [\n  "Y algo más.",'), "promises.kept"),
        (_without_answers, "help.answers: it is false here and true in campaign.toml"),
        (_another_required, "help.fields[1].required"),
        (_replaced('id = "contact"', 'id = "reach"'), "help.fields[2].id"),
        (_replaced('kind = "line"', 'kind = "text"'), "help.fields[2].kind"),
        (_replaced('"Noreste", ', ""), "help.fields[5].options: the number of options: it is 7 here and 8"),
        (_replaced('"Más"]', '"Más", "Mucho más"]'), "offer.fields[6].options"),
        (lambda text: text[: text.rindex("[[follow_up.fields]]")], "follow_up.fields: the number of fields"),
    ],
)  # fmt: skip
def test_what_would_make_letters_differ_is_named(
    campaign_file: Path, change: Callable[[str], str], place: str
) -> None:
    with pytest.raises(CampaignValueWrong) as caught:
        _with_spanish(campaign_file, change(SPANISH))
    assert place in str(caught.value)
    assert "words.es.toml" in str(caught.value)


def test_a_mistake_in_a_translation_is_named_with_its_file(campaign_file: Path) -> None:
    with pytest.raises(CampaignKeyUnknown, match=r"words\.es\.toml: mane"):
        _with_spanish(campaign_file, f'mane = "x"\n{SPANISH}')


def test_the_campaigns_own_language_has_no_second_file(campaign_file: Path) -> None:
    translation_beside(campaign_file, "en").write_bytes(DEFAULT_CAMPAIGN.read_bytes())
    with pytest.raises(CampaignError, match="remove this file"):
        load_campaign(campaign_file)


def test_no_field_has_the_name_of_what_pages_add(campaign_file: Path) -> None:
    text = campaign_file.read_text(encoding="utf-8")
    campaign_file.write_text(text.replace('id = "contact"', 'id = "language"', 1), encoding="utf-8")
    with pytest.raises(CampaignValueWrong, match=r"help\.fields"):
        load_campaign(campaign_file)
