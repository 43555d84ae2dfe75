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

ROOT = Path(__file__).resolve().parent.parent
DEMO = Path("demo")
COMPLETE = DEMO / "complete-with-desks"
PASSPHRASE = DEMO / "passphrase"
LAPTOPS = DEMO / "laptops"
SERVER = DEMO / "server"
CAMPAIGN = DEMO / "campaign"
KEYSETS = CAMPAIGN / "keysets"
ORGANIZERS = ("alice", "bob")
OFFRAMP = Path(sys.executable).with_name("offramp")

DISCLAIMERS = {
    "id": "demonstration",
    "name": "DEMONSTRATION",
    "tagline": "Write nothing real here: whoever runs this machine can read all of it",
}
KEYSET_DAYS = 14
RENEW_BEFORE_DAYS = 1
DAY = 86_400


def offramp(*arguments: object) -> None:
    """Run one `offramp` command as a person would. What goes wrong is its own words, and ends the demonstration."""
    done = subprocess.run([OFFRAMP, *map(str, arguments)], stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(done.returncode)


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
    step("a demonstration campaign with two organizers")
    secretly("campaign", "new", CAMPAIGN, "--campaign", write_words())
    for name in ORGANIZERS:
        secretly("organizer", "new", name, "--folder", LAPTOPS)
        offramp("organizer", "enroll", CAMPAIGN, LAPTOPS / f"{name}.organizer.toml", "--yes")
    step("a courier, and a server's folder")
    secretly("courier", "new", "carla", "--folder", LAPTOPS)
    public = ("--campaign", CAMPAIGN / "campaign.toml", "--root", CAMPAIGN / "root.pub")
    offramp("server", "init", SERVER, *public)
    offramp("server", "enroll-courier", SERVER, LAPTOPS / "carla.courier.toml")
    renew_keyset()  # a desk is for reading what was sealed to one
    step("a desk for each organizer")
    make_desks()
    COMPLETE.touch()


def write_words() -> Path:
    """The shipped campaign's words under another name: nobody must take this for the real thing.

    New answers appear every minute, since nobody wants to wait for an hour in front of a demonstration.
    """
    text = (ROOT / "offramp" / "campaign.toml").read_text()
    for key, value in DISCLAIMERS.items():
        text, changed = re.subn(rf'^{key} = ".*"$', f'{key} = "{value}"', text, count=1, flags=re.MULTILINE)
        if not changed:
            sys.exit(f"campaign.toml has no {key}")
    text, changed = re.subn(
        r"^rebuild_minutes = \d+$", "rebuild_minutes = 1", text, count=1, flags=re.MULTILINE
    )
    if not changed:
        sys.exit("campaign.toml has no rebuild_minutes")
    words = DEMO / "campaign.toml"
    words.write_text(text)
    return words


def make_desks() -> None:
    """Alice's desk and Bob's, which fetch and push with Carla's key; of real people these are three laptops."""
    # The demonstration's server is on this machine, so its socket is nearer than tor.
    server = ("--address", address("couriers"), "--unix-socket", SERVER / "run" / "couriers.sock")
    shared = ("--campaign", CAMPAIGN, "--courier-key", LAPTOPS / "carla.key", *server)
    # What a courier has fetched once, the server does not give out to them again: Bob gets Alice's bundle.
    bundle = DEMO / "desk" / "inbox.bundle"
    for name, desk in (("alice", DEMO / "desk"), ("bob", DEMO / "bobs-desk")):
        key = LAPTOPS / f"{name}.key"
        secretly("desk", "new", desk, "--organizer-key", key, "--bundle", bundle, *shared)


def address(side: str) -> str:
    """One of the server's two onion addresses."""
    return (SERVER / "onion" / f"{side}.address").read_text().strip()


def renew_keyset() -> None:
    """Sign a keyset when there is none, or when the newest one is about to end."""
    signed = sorted(KEYSETS.glob("*.keyset"))
    end = signed[-1].stat().st_mtime + (KEYSET_DAYS - RENEW_BEFORE_DAYS) * DAY if signed else 0
    if time.time() < end:
        return
    step("a signed keyset")
    secretly("keyset", "sign", CAMPAIGN, "--onion", address("intake"), "--days", KEYSET_DAYS)
    offramp("server", "add-keyset", SERVER, max(KEYSETS.glob("*.keyset")))


def main() -> None:
    """Make what is missing, then become the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="the loopback port of the worker page")
    parser.add_argument("--onion", action="store_true", help="publish as an onion service, with no TCP port")
    parser.add_argument("--tor-options", help="more options for tor, as in a torrc")
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
    renew_keyset()
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
