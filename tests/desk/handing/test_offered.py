"""Keys that come with an offer: found wherever they were pasted, named where they are broken, believed by nobody."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from offramp.campaign import DEFAULT_CAMPAIGN, load_campaign
from offramp.cli import offramp
from offramp.crypto.errors import BadRecipient
from offramp.crypto.letter import Letter
from offramp.crypto.opening import OpeningKey
from offramp.desk.cases.case import PASTED_KEY
from offramp.desk.cases.search import search
from offramp.desk.cases.similar import letter_sketch
from offramp.desk.desk import Person
from offramp.desk.handing.advisers import adviser, enroll, vet
from offramp.desk.handing.cards import key_of, pasted_card, write_card
from offramp.desk.handing.errors import KeyPastedBadly
from offramp.desk.handing.offered import offered, offered_keys
from tests.desk.handing.cast import Cast, offer
from tests.desk.team import PASSPHRASE


def card(name: str = "erin") -> str:
    return write_card(key_of(Person.adviser(name, OpeningKey.generate()))).decode()


def came(cast: Cast, *fields: tuple[str, ...]) -> bytes:
    """The id of an offer that came with these fields."""
    known = {one.id for one in cast.alice.cases.values()}
    cast.arrives(offer(cast.team.first, ("message", "I coach."), *fields), at=cast.alice)
    (made,) = {one.id for one in cast.alice.cases.values()} - known
    return made


def test_a_paste_survives_what_programs_do_to_text() -> None:
    whole = card()
    wanted = pasted_card(whole)
    lines = textwrap.wrap(whole, 60)
    for pasted in (
        whole,
        f"  \n{whole}\n\n",
        whole.replace("\n", "\r\n"),
        whole.replace("\n", " "),
        whole.replace('"', "“").replace("“ ", "” "),
        whole.replace('"', "'"),
        "\n".join(lines),
        "Hello! Here it is:\n> " + "\n> ".join(lines) + "\nBest, E.",
        whole.replace(" = ", " =\u00a0"),
        whole.replace('x25519 = "', 'x25519 = "\u200b'),
        whole + whole,
    ):
        assert pasted_card(pasted) == wanted, pasted[:200]


def test_what_is_wrong_with_a_paste_is_named() -> None:
    whole = card()
    for old, new, named in (
        ('mlkem768 = "', 'mlkem768 = "A', "mlkem768"),
        ('mlkem768 = "', 'mlkem768 = "é', "mlkem768"),
        ('x25519 = "', 'x25519 = "é', "x25519"),
        (whole[-40:], "", "ed25519"),
        ('kind = "offramp adviser"', 'kind = "offramp courier"', "kind"),
        ('name = "erin"\n', "", "name"),
        ('x25519 = "', 'x25519 = "x', "x25519"),
        ('name = "erin"', 'name = "erin"\nname = "frank"', "name"),
    ):
        assert old in whole
        with pytest.raises(KeyPastedBadly) as refused:
            pasted_card(whole.replace(old, new, 1))
        assert f"'{named}'" in str(refused.value)
    for nothing in ("", "I have none", "=" * 100_000, '"' * 9000):
        with pytest.raises(KeyPastedBadly):
            pasted_card(nothing)
    with pytest.raises(BadRecipient):
        pasted_card(whole[: whole.index('ed25519 = "')] + f'ed25519 = "{bytes(32).hex()}"')


def test_a_key_is_found_in_its_field_and_where_it_was_pasted_by_mistake(cast: Cast) -> None:
    one, other = card("erin"), card("frank")
    found = offered(cast.alice, came(cast, (PASTED_KEY, one), ("experience", f"Here: {other}")))
    assert {pasted.key for pasted in found} == {pasted_card(one), pasted_card(other)}
    twice = offered(cast.alice, came(cast, (PASTED_KEY, one), ("experience", one)))
    assert [pasted.key for pasted in twice] == [pasted_card(one)]
    (broken,) = offered(cast.alice, came(cast, (PASTED_KEY, one[:500])))
    assert broken.key is None
    assert "mlkem768" in broken.problem
    assert offered(cast.alice, came(cast)) == offered(cast.alice, bytes(16)) == []
    many = [("experience", *(card() for _ in range(30)))]
    assert len(offered(cast.alice, came(cast, *many))) == 5


def test_a_strangers_key_is_no_advisers_before_its_words_were_compared(cast: Cast) -> None:
    made = came(cast, (PASTED_KEY, card("alice")))
    assert adviser(cast.alice, made).keys == ()
    vet(cast.alice, made, "vetted")
    one = adviser(cast.alice, made)
    assert not one.may_be_handed
    assert one.name != "alice"
    (key,) = offered_keys(cast.alice, one)
    enroll(cast.alice, made, key)
    assert offered_keys(cast.alice, adviser(cast.alice, made)) == []


def test_a_pasted_key_is_no_text(cast: Cast) -> None:
    """Two floods that differ in a key are alike, and no search finds letters of a key."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    assert PASTED_KEY in {field.id for field in campaign.offer.fields}
    said = ("message", "We all offer the very same thing to you, and do it again and again.")
    sketches = {
        letter_sketch(campaign, Letter("offer", "quit-ice", bytes(32), fields=(said, (PASTED_KEY, card()))))
        for _ in range(2)
    }
    assert len(sketches) == 1
    came(cast, (PASTED_KEY, card()))
    assert search(cast.alice, "mlkem768") == []


@pytest.fixture
def place(cast: Cast, tmp_path: Path) -> Path:
    """Alice's desk, locked, as a folder for commands."""
    (tmp_path / "alice" / "desk.toml").write_text('role = "organizer"\ncampaign = "../campaign"\n')
    (tmp_path / "pw").write_text(f"{PASSPHRASE}\n")
    return tmp_path


def run(place: Path, *words: object, typed: str = "") -> Result:
    options = ["--desk", str(place / "alice"), "--passphrase-file", str(place / "pw")]
    return CliRunner().invoke(offramp, [*map(str, words), *options], input=typed)


def test_enrolling_what_came_with_the_offer(cast: Cast, place: Path) -> None:
    one = card("erin")
    made, bare, two = (
        came(cast, (PASTED_KEY, one)).hex(),
        came(cast).hex(),
        came(cast, (PASTED_KEY, card("frank")), ("experience", card("grace"))).hex(),
    )
    broken = came(cast, (PASTED_KEY, one[:300])).hex()
    cast.alice.lock()
    assert "was not vetted" in run(place, "adviser", "enroll", made).stderr
    for who in (made, bare, two, broken):
        assert run(place, "adviser", "vet", who, "vetted").exit_code == 0
    listed = run(place, "adviser", "list")
    assert f"came with the offer, not compared yet: {pasted_card(one).words}" in listed.stdout
    objects = [json.loads(line) for line in run(place, "adviser", "list", "--json").stdout.splitlines()]
    assert {key["name"] for each in objects for key in each["offered"]} == {"erin", "frank", "grace"}
    assert "No key came with this offer" in run(place, "adviser", "enroll", bare).stderr
    refused = run(place, "adviser", "enroll", broken)
    assert "is not whole" in refused.stderr
    no = run(place, "adviser", "enroll", made, typed="n\n")
    assert pasted_card(one).words in no.stdout
    assert no.exit_code == 1
    assert "erin is enrolled" in run(place, "adviser", "enroll", made, typed="y\n").stdout
    assert "More than one key" in run(place, "adviser", "enroll", two, "--yes").stderr
    assert run(place, "adviser", "enroll", two, typed="0\n").exit_code == 1
    assert "grace is enrolled" in run(place, "adviser", "enroll", two, typed="2\n").stdout
    shown = run(place, "case", made)
    assert "ten words of a key" in shown.stdout
    assert "mlkem768" not in shown.stdout


def test_a_key_that_came_with_another_offer_of_theirs(cast: Cast, place: Path) -> None:
    first, second = came(cast).hex(), came(cast, (PASTED_KEY, card("erin"))).hex()
    cast.alice.lock()
    run(place, "adviser", "vet", first, "vetted")
    enrolled = run(place, "adviser", "enroll", first, "--from", second, typed="y\n")
    assert "erin is enrolled" in enrolled.stdout, enrolled.output
