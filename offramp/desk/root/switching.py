"""Several files of a campaign's folder that change together: all of them, or none, whenever a laptop goes off."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.files import PRIVATE, PUBLIC, make_private_folder, read_whole, write_new
from offramp.disk import sync_folder

_PLACE: Final = ".new"
_MARK: Final = "whole"
_LIMIT: Final = 1_048_576
_SECRET: Final = ("root.key", "shares/")


def switch(folder: CampaignFolder, files: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
    """Write `files` (by their places in the folder) over what is there, and remove those that are `gone`.

    Whoever is interrupted has all as it was before, or after `finish` all as it is to be. OSError.
    """
    finish(folder)
    place = folder.path / _PLACE
    make_private_folder(place)
    for name, data in files.items():
        make_private_folder((place / name).parent)
        write_new(place / name, data, mode=_mode(name))
    for below in {(place / name).parent for name in files}:
        sync_folder(below)
    sync_folder(place)
    sync_folder(folder.path)
    removed = [name for name in gone if name not in files]
    write_new(
        place / _MARK, json.dumps({"new": list(files), "gone": removed}).encode()
    )  # from here on, after
    finish(folder)


def finish(folder: CampaignFolder) -> None:
    """End what `switch` began, if it was interrupted: to be called before anything else is done there. OSError."""
    place = folder.path / _PLACE
    if (place / _MARK).exists():
        said = json.loads(read_whole(place / _MARK, limit=_LIMIT))
        for name in said["new"]:
            _move(place / name, folder.path / name)
        for name in said["gone"]:
            (folder.path / name).unlink(missing_ok=True)
        for below in {(folder.path / name).parent for name in (*said["new"], *said["gone"])}:
            if below.exists():
                sync_folder(below)
        (place / _MARK).unlink()
        sync_folder(place)
    if place.exists():
        shutil.rmtree(place)
        sync_folder(folder.path)


def root_folder(path: Path) -> CampaignFolder:
    """The campaign's folder on the root laptop, with all that an interrupted command had begun to change. OSError."""
    folder = CampaignFolder(path)
    finish(folder)
    return folder


def _move(new: Path, path: Path) -> None:
    """Only what an interrupted run did not move already."""
    if new.exists():
        make_private_folder(path.parent)
        new.replace(path)


def _mode(name: str) -> int:
    return PRIVATE if name.startswith(_SECRET) else PUBLIC
