"""What a campaign's forms call their fields."""

from __future__ import annotations

from offramp.campaign import LANGUAGE_FIELD, Campaign

_ADDED_BY_THE_PAGE = {
    "answers_read": "The last of our answers that they had read, by their page",
    "day": "Written on, by their own clock",
}
PURPOSES = {"help": "Asks for help", "offer": "Offers help", "follow-up": "Writes again"}


def labels_of(campaign: Campaign) -> dict[str, dict[str, str]]:
    """Purpose, then field, then what the form calls it."""
    forms = {"help": campaign.help, "offer": campaign.offer, "follow-up": campaign.follow_up}
    labels = {purpose: {one.id: one.label for one in form.fields} for purpose, form in forms.items()}
    labels["follow-up"] |= _ADDED_BY_THE_PAGE
    for known in labels.values():
        known[LANGUAGE_FIELD] = "The language of the page that they wrote on"
    return labels
