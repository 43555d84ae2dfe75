"""What the outbox must hold, from what the vault says.

The vault is written first, and the outbox follows from it. Whoever is interrupted in between finds the outbox
completed by the next command that writes or packs, and nothing ever goes out that is not in the vault.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from offramp.crypto.pack import Post
from offramp.desk import days
from offramp.desk.answers.kept import KeptAnswer, all_answers, record_of
from offramp.desk.answers.outbox import Outbox
from offramp.desk.desk import Desk


def mend(desk: Desk, outbox: Outbox) -> None:
    """Bring the outbox to what the vault says of answers.

    What any desk took back is taken back from here too. Raises VaultDamaged, OSError.
    """
    missing = []
    # No server takes what is to be kept for longer: one day that somebody made up would hold up all posts.
    latest = days.today() + timedelta(days=desk.campaign.answers.kept_days)
    for answer in all_answers(desk):
        match answer.state(days.today()):
            case "taken back" if answer.last_day >= days.today():
                if answer.ids - outbox.taken_back or answer.ids & outbox.held:
                    outbox.take_back(answer.ids, min(answer.last_day, latest))
            case "kept" if answer.ids - outbox.held and answer.author == desk.me.public:
                missing.append(answer)
    if missing:
        outbox.add(post for answer in missing for post in _posts(desk, answer))


def _posts(desk: Desk, answer: KeptAnswer) -> Iterator[Post]:
    record = record_of(desk, answer)
    if record is not None:
        yield from record.posts()
