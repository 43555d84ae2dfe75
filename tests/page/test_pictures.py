"""The parts of `make pictures`: the pages are photographed as they are, and no picture becomes large."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from tests.harness.firefox import Firefox
from tests.page.boards import Person, TestBoard
from tests.page.page_server import PageServer
from tools import pictures
from tools.pictures import Camera, PictureTooLarge, answers_picture, shrink, worker_pictures


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


@pytest.mark.browser
def test_the_workers_pages(browser: Firefox, server: PageServer, tmp_path: Path) -> None:
    camera = Camera(browser, tmp_path)
    words = worker_pictures(camera, server.url)
    assert len(server.sealed) == 1
    board = TestBoard()
    board.answer(Person.whose_words(" ".join(words)), pictures.ANSWER)
    board.put_on(server)
    answers_picture(camera, server.url, words)
    assert pictures.ANSWER in browser.text
    taken = {path.stem: size(path) for path in tmp_path.iterdir()}
    wide = (1000, 760)
    assert taken == {"worker": wide, "worker-form": wide, "worker-phone": (360, 760), "answers": wide}


def test_a_picture_of_a_page_is_small_and_still_sharp(tmp_path: Path) -> None:
    path = tmp_path / "flat.png"
    picture = Image.new("RGB", (1000, 760), "#eef4f5")
    picture.paste("#0b4a5e", (10, 10, 200, 60))
    picture.save(path)
    shrink(path)
    assert path.stat().st_size < 5_000
    with Image.open(path) as shrunk:
        assert shrunk.convert("RGB").getpixel((100, 30)) == (0x0B, 0x4A, 0x5E)


def test_a_picture_that_stays_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.png"
    Image.frombytes("RGB", (1000, 760), os.urandom(3 * 1000 * 760)).save(path)
    with pytest.raises(PictureTooLarge):
        shrink(path)


@pytest.mark.parametrize("name", pictures.NAMES)
def test_the_readmes_pictures_are_there(name: str) -> None:
    path = pictures.PICTURES / f"{name}.png"
    assert path.stat().st_size <= pictures.MOST_BYTES
    assert size(path)[1] == 760
