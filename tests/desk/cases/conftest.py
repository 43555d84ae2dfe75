from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.desk import Desk, Person
from tests.desk.team import PASSPHRASE, Team


@pytest.fixture
def bobs(unlocked: Desk, desk: Path, team: Team) -> Iterator[Desk]:
    """Bob's desk, unlocked and empty, beside alice's."""
    (desk / "bobs").mkdir()
    bob = Person("organizer", "bob", team.bob)
    one = Desk.create(desk / "bobs" / "vault", PASSPHRASE, CampaignFolder(desk / "campaign"), bob)
    yield one
    one.lock()
