"""A connection's memory grows with the file, from SQLite's own size to a limit."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from offramp.store.connection import fit_cache

PAGE = 4096


class Sized:
    """A connection to a file of so many pages."""

    def __init__(self, pages: int) -> None:
        self.told = {"page_count": pages, "page_size": PAGE}

    def pragma(self, name: str, value: int | None = None) -> int:
        if value is not None:
            self.told[name] = value
        return self.told[name]


@pytest.mark.parametrize(
    ("file_bytes", "kib"), [(0, 2000), (500_000_000, 2000), (2_048_000_000, 8000), (30_000_000_000, 16_384)]
)
def test_it_is_a_part_of_the_file_within_limits(file_bytes: int, kib: int) -> None:
    sized = Sized(file_bytes // PAGE)
    fit_cache(sized)  # type: ignore[arg-type]  # it only has these
    assert sized.told["cache_size"] == -kib


def test_sqlite_takes_it(tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / "one.db"))
    fit_cache(connection)
    assert connection.pragma("cache_size") == -2000
