"""What goes to the server: the outbox brought up to date, and a copy of it for a stick."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import EnvelopePost
from offramp.desk import days
from offramp.desk.answers.mending import mend
from offramp.desk.answers.outbox import Outbox, opened_outbox
from offramp.desk.desk import Desk
from offramp.desk.pack_file import Packed, PackFile, write_pack
from offramp.desk.team.sharing import share
from offramp.desk.weekly.cards import card_post


def fill(desk: Desk, outbox: Outbox) -> None:
    """Bring the outbox to what the vault says, with what the other organizers are to hear of, and the card.

    Raises VaultFull, VaultDamaged, OSError.
    """
    outbox.drop_past(days.today())
    mend(desk, outbox)
    news = {envelope_id(one): one for one in share(desk)}
    outbox.drop(outbox.envelopes - news.keys())
    last_day = days.today() + timedelta(days=desk.campaign.answers.kept_days)
    outbox.add(EnvelopePost(last_day, one) for one in news.values())
    card = card_post(desk)
    outbox.drop(outbox.cards - ({card.id} if card else set()))
    outbox.add([card] if card else [])


def pack(desk: Desk, outbox: Path, file: Path) -> list[Packed]:
    """Write everything that is to be pushed to `file`; what that is.

    Raises DeskInUse, OutboxDamaged, FileInTheWay, VaultFull, VaultDamaged, OSError.
    """
    with opened_outbox(outbox) as held:
        fill(desk, held)
        with PackFile(outbox) as source:
            live = source.live(days.today())
            write_pack(file, source, live)
    return live
