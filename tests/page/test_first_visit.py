"""The sizes that DESIGN.md promises for a first visit, as they pass over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.page.first_visit import measure, real_server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("path", "language"), [("", "en"), ("offer", "en"), ("es/", "es")])
def test_a_first_visit_stays_small(tmp_path: Path, path: str, language: str) -> None:
    with real_server(tmp_path, slot_count=8) as server:
        visit = measure(server, "safer", path, language)
    assert visit.form.requests <= 2
    assert visit.form.down <= 12_000
    assert visit.ready.requests <= 4
    assert visit.ready.down <= 45_000
    assert visit.later.requests == (1 if path == "offer" else 3)
    assert visit.later.down <= 45_000
    assert visit.submission.requests == 1
    assert visit.submission.down <= 1_000
