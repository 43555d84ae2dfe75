"""Makes a demonstration campaign under demo/ with the same commands that people type, and serves it.

Everything lies under a passphrase that stands in the file beside it: nothing here is fit for real use.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.bundle import BundleWriter
from offramp.desk.campaign_folder import CampaignFolder

ROOT = Path(__file__).resolve().parent.parent
DEMO = Path("demo")
COMPLETE = DEMO / "complete-with-calendar"
PASSPHRASE = DEMO / "passphrase"
LAPTOPS = DEMO / "laptops"
SERVER = DEMO / "server"
CAMPAIGN = DEMO / "campaign"
DESKS = {"alice": DEMO / "desk", "bob": DEMO / "bobs-desk"}
BUNDLE = DESKS["alice"] / "inbox.bundle"
CARD = DEMO / "card.pack"
OFFRAMP = Path(sys.executable).with_name("offramp")

DISCLAIMERS = {"id": "demonstration", "name": "DEMONSTRATION"}
TAGLINES = {
    "campaign.toml": "Write nothing real here: whoever runs this machine can read all of it",
    "campaign.es.toml": "No escriba nada real aquí: quien maneja esta máquina puede leerlo todo",
}
DAY = 86_400
WEEK = 7 * DAY
RENEW_BEFORE = 3 * WEEK
"""So long before the calendar ends a new one is signed, as the commands ask for it."""
MONDAY = 4 * DAY
"""The first one of 1970."""


def offramp(*arguments: object) -> None:
    """Run one `offramp` command as a person would. What goes wrong is its own words, and ends the demonstration."""
    done = subprocess.run([OFFRAMP, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)


def secretly(*arguments: object) -> None:
    """The same for a command that asks for a passphrase."""
    offramp(*arguments, "--passphrase-file", PASSPHRASE)


def step(words: str) -> None:
    """Say what is done now."""
    print(f"· {words} …", flush=True)


def make_campaign() -> None:
    """The laptops of the root key's holder, of two organizers and of a courier, and the server's folder."""
    shutil.rmtree(DEMO, ignore_errors=True)  # one that was interrupted
    DEMO.mkdir(mode=0o700)
    PASSPHRASE.write_text("a demonstration, not a secret\n")
    step("a demonstration campaign, its root key in three shares")
    secretly("campaign", "new", CAMPAIGN, "--campaign", write_words())
    step("a courier, and a server's folder")
    secretly("courier", "new", "carla", "--folder", LAPTOPS)
    public = ("--campaign", CAMPAIGN / "campaign.toml", "--root", CAMPAIGN / "root.pub")
    offramp("server", "init", SERVER, *public)
    offramp("server", "enroll-courier", SERVER, LAPTOPS / "carla.courier.toml")
    step("a desk for each of two organizers, with keys for the weeks to come")
    make_desks()
    sign_calendar()
    sign_card()
    COMPLETE.touch()


def write_words() -> Path:
    """The shipped campaign's words under another name: nobody must take this for the real thing.

    New answers appear every minute, since nobody wants to wait for an hour in front of a demonstration.
    """
    for name, tagline in TAGLINES.items():
        text = DEFAULT_CAMPAIGN.with_name(name).read_text()
        for key, value in {**DISCLAIMERS, "tagline": tagline}.items():
            text = changed_value(text, key, f'"{value}"', name)
        (DEMO / name).write_text(changed_value(text, "rebuild_minutes", "1", name))
    return DEMO / "campaign.toml"


def changed_value(text: str, key: str, value: str, name: str) -> str:
    """The file's text with another value at the first place of this key."""
    text, changed = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
    if not changed:
        sys.exit(f"{name} has no {key}")
    return text


def make_desks() -> None:
    """Alice's desk and Bob's, which fetch and push with Carla's key; of real people these are three laptops."""
    # The demonstration's server is on this machine, so its socket is nearer than tor.
    server = (
        "--address",
        address("couriers"),
        "--unix-socket",
        SERVER / "run" / "couriers" / "couriers.sock",
    )
    shared = ("--campaign", CAMPAIGN, "--courier-key", LAPTOPS / "carla.key", *server)
    for name, desk in DESKS.items():
        # What a courier has fetched once, the server does not give out to them again: Bob gets Alice's bundle.
        secretly("desk", "new", desk, "--organizer", name, "--bundle", BUNDLE, *shared)


def address(side: str) -> str:
    """One of the server's two onion addresses."""
    return (SERVER / "onion" / f"{side}.address").read_text().strip()


def sign_calendar() -> None:
    """A calendar of the keys that both desks have, for the server."""
    step("a signed calendar")
    for name, desk in DESKS.items():
        offramp("organizer", "enroll", CAMPAIGN, desk / f"{name}.keys", "--yes")
    secretly("calendar", "sign", CAMPAIGN, "--onion", address("intake"), "--yes")
    offramp("server", "add-calendar", SERVER, CAMPAIGN / "calendar")


def more_keys() -> None:
    """At both desks, keys for the weeks to come."""
    step("keys for the weeks to come")
    for desk in DESKS.values():
        # After months in which nobody was there, this stands for somebody who looks at the clock.
        offramp("keys", "destroy", "--yes", "--desk", desk)
        offramp("keys", "make", "--desk", desk)


def sign_card() -> None:
    """Alice reads what there is, and says so: the site takes nothing otherwise."""
    step("a card: the inbox was read this week")
    BundleWriter(BUNDLE).close()  # where nothing was ever fetched, there is nothing to read
    offramp("import", "--desk", DESKS["alice"])
    offramp("card", "--desk", DESKS["alice"])
    offramp("pack", CARD, "--desk", DESKS["alice"])
    offramp("server", "add-calendar", SERVER, CAMPAIGN / "calendar", "--card", CARD)


def renew() -> None:
    """Sign what has run out, or soon will: the calendar, and this week's card; and what the site serves now."""
    newest = CampaignFolder(CAMPAIGN).newest_keyset()
    if newest is None or newest.valid_until < time.time() + RENEW_BEFORE:
        more_keys()
        sign_calendar()
    if week_of(CARD.stat().st_mtime) != week_of(time.time()):
        sign_card()
    sign_manifest()


def sign_manifest() -> None:
    """What the site serves, which is something else after each change of the sources; where it is not, nothing."""
    step("a signed list of what the site serves")
    secretly("manifest", "sign", CAMPAIGN, "--yes")
    offramp("server", "add-manifest", SERVER, CAMPAIGN / "manifest")


def week_of(moment: float) -> float:
    """The Monday with which a week begins, in seconds."""
    return moment - (moment - MONDAY) % WEEK


def main() -> None:
    """Make what is missing, then become the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="the loopback port of the worker page")
    parser.add_argument("--onion", action="store_true", help="publish as an onion service, with no TCP port")
    parser.add_argument("--tor-options", help="more options for tor, as in a torrc")
    parser.add_argument("--renew", action="store_true", help="sign what has run out, and serve nothing")
    options = parser.parse_args()
    os.chdir(ROOT)
    # Held until this process becomes the server: two of them must not make one folder.
    lock = os.open(__file__, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("The demonstration is being made already, in another window.")
    if not COMPLETE.exists():
        make_campaign()
    renew()
    if options.renew:
        return
    print("The organizer's inbox, in another window:  make inbox", flush=True)
    way = ["--port", str(options.port)]
    if options.onion:
        more = ["--tor-options", options.tor_options] if options.tor_options else []
        way = ["--onion", "--own-tor", str(DEMO / "tor"), *more]
    os.execv(OFFRAMP, [str(OFFRAMP), "serve", str(SERVER), *way])  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
