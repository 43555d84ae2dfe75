"""Keys: the weeks that this desk can open, the card that keeps the site open, and the words that people compare."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from flask import Blueprint

from offramp.crypto.card import LONGEST_PAUSE, monday_of
from offramp.crypto.words import campaign_code, campaign_words, fingerprint_words
from offramp.desk import days
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.packing import fill
from offramp.desk.web.family import Family
from offramp.desk.web.forms import one_line
from offramp.desk.web.here import desk, download, go, page, place, say
from offramp.desk.weekly.cards import (
    current_keyset,
    lapses,
    may_sign,
    newest_card,
    sign_card_now,
    usual_next_by,
)
from offramp.desk.weekly.clock import doubt
from offramp.desk.weekly.destroying import destroy_confirmed, due
from offramp.desk.weekly.overview import weeks_here
from offramp.desk.weekly.signed import calendar_end
from offramp.desk.weekly.stock import key_list, make_ahead, stock
from offramp.desk.weekly.warnings import warnings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("keys", __name__)
FAMILY: Final = Family(pages, menu=(("Keys", "keys.show"),))


@pages.get("/keys")
def show() -> ResponseReturnValue:
    here = desk()
    keyset, card = current_keyset(here), newest_card(here)
    today, in_doubt = days.today(), doubt(here)
    return page(
        "keys.html",
        "Keys",
        heading="Keys and the card",
        warnings_here=[one for one in warnings(here) if in_doubt is None or one.text != str(in_doubt)],
        doubt=in_doubt,
        due=[one.week for one in due(here)],
        card=card,
        lapses=lapses(here, card) if card else None,
        may_sign=may_sign(here),
        has_calendar=keyset is not None,
        next_by=max(usual_next_by(), card.next_by if card and card.week == monday_of(today) else date.min),
        today=today,
        latest=monday_of(today) + LONGEST_PAUSE,
        weeks=weeks_here(here),
        this_week=monday_of(today),
        has_list=any(one.week >= monday_of(today) for one in stock(here)),
        calendar_end=calendar_end(here),
        grace=here.campaign.keys.grace_days,
        words=fingerprint_words(here.me.name, here.me.public),
        name=here.me.name,
        onion=keyset.onion if keyset else "",
        campaign_words=campaign_words(keyset.onion, here.root) if keyset else "",
        campaign_code=campaign_code(keyset.onion, here.root) if keyset else "",
        in_words=days.in_words,
    )


@pages.post("/keys/make")
def make() -> ResponseReturnValue:
    """Keys for as many weeks as the campaign wants; those that are there stay."""
    made = make_ahead(desk())
    if made:
        last = days.in_words(made[-1].week)
        say(f"Made keys up to the week of {last}. Save the list now, for whoever holds the root key.")
    else:
        say("There is a key for each of these weeks already.")
    return go("keys.show", part="weeks")


@pages.post("/keys/list")
def list_() -> ResponseReturnValue:
    """The public halves, for whoever holds the root key."""
    return download(key_list(desk()).raw, f"{desk().me.name}.keys")


@pages.post("/keys/card")
def sign() -> ResponseReturnValue:
    """Say that somebody has read the inbox."""
    try:
        next_by = date.fromisoformat(one_line("next_by"))
    except ValueError:
        say("Choose the day by which one of you reads again.", bad=True)
        return go("keys.show", part="card")
    card = sign_card_now(desk(), next_by)
    with opened_outbox(place().outbox) as outbox:
        fill(desk(), outbox)
    say(
        f"The card is signed: read in the week of {days.in_words(card.week)}, the next time by "
        f"{days.in_words(card.next_by)}. The site shows it when the courier has pushed."
    )
    return go("keys.show", part="card")


@pages.post("/keys/date")
def confirm_date() -> ResponseReturnValue:
    """A person says that the clock is right; only of the day that they were shown."""
    if one_line("today") != days.today().isoformat():
        say("The date is another one now. Look at it once more.", bad=True)
        return go("keys.show")
    gone = destroy_confirmed(desk())
    said = ", ".join(days.in_words(week) for week in gone)
    say(f"Destroyed: the keys of the weeks of {said}." if gone else "No key is over, so none was destroyed.")
    return go("keys.show")
