from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.desk import Desk
from tests.desk.team import Team, new_desk


@pytest.fixture
def bobs(unlocked: Desk, desk: Path, team: Team) -> Iterator[Desk]:
    """Bob's desk, unlocked and empty, beside alice's."""
    (desk / "bobs").mkdir()
    one = new_desk(desk / "bobs" / "vault", CampaignFolder(desk / "campaign"), "bob", team.bob)
    yield one
    one.lock()
