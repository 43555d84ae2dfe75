"""What stands between a server's folder and its onions, beside tor itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.accounts import our_name
from offramp.server.errors import SocketsOutOfReach
from offramp.server.layout import ServerFolder
from offramp.server.publishing import require_reach


@pytest.fixture
def folder(tmp_path: Path) -> ServerFolder:
    folder = ServerFolder.at(tmp_path, tmp_path / "run")
    folder.make_socket_folders()
    return folder


def test_a_tor_of_another_user_needs_a_folder_that_lets_it_in(folder: ServerFolder) -> None:
    """Else an address would be announced that nobody can reach."""
    with pytest.raises(SocketsOutOfReach, match="debian-tor"):
        require_reach(folder, "debian-tor")
    folder.intake_socket.parent.chmod(0o2750)
    with pytest.raises(SocketsOutOfReach, match="debian-tor"):
        require_reach(folder, "debian-tor")
    folder.couriers_socket.parent.chmod(0o2750)
    require_reach(folder, "debian-tor")


@pytest.mark.parametrize("user", ["", "root", our_name()])
def test_our_own_tor_needs_none(folder: ServerFolder, user: str) -> None:
    require_reach(folder, user)
