"""The wheel is all that a laptop or a server is given: what is not in it does not exist there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.page.bundle import make_bundle

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    make_bundle()  # so that nobody does meanwhile
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


def test_it_holds_what_runs_and_not_what_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        *("offramp/campaign/campaign.toml", "offramp/crypto/FORMAT.md", "offramp/templates/form.html"),
        *(
            "offramp/static/built/en/form.js",
            "offramp/static/built/style.css",
            "offramp/static/built/licenses.txt",
            "offramp/static/desk/desk.css",
            "offramp/templates/desk/layout.html",
        ),
    ):
        assert needed in names
    assert not [name for name in names if name.startswith(("tests", "bench", "tools")) or "vectors" in name]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_a_key_and_a_campaign_can_be_made_with_it(wheel: Path, tmp_path: Path) -> None:
    """From its files alone: nothing of the repository is on the path."""
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)
    (tmp_path / "passphrase").write_text("a passphrase of the tests\n")
    script = "import offramp.cli; offramp.cli.main()"
    where = "import offramp; print(offramp.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", *command],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    assert run(where).startswith(str(unpacked))
    assert "0.1.0" in run(script, "--version")
    run(script, "campaign", "new", "campaign", "--passphrase-file", "passphrase")
    assert (tmp_path / "campaign" / "campaign.toml").is_file()
