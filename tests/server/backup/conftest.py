from __future__ import annotations

import pytest

from offramp.server.backup import sealing


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sealing.test_only_cost, "ops", 1)
    monkeypatch.setitem(sealing.test_only_cost, "mem", 8192)
