"""What the commands share that work at a desk: whose folder it is, its passphrase, and the unlocked desk."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.desk import Desk, Role
from offramp.desk.desk_folder import read_settings
from offramp.desk.errors import MissingFile, NotADeskFolder
from offramp.desk.handing.errors import NotJoinedYet
from offramp.desk.passphrases import known_passphrase

desk_folder = click.option(
    "--desk",
    "folder",
    type=PATH,
    default=Path("desk"),
    show_default=True,
    metavar="DIR",
    help="The desk's folder (see 'offramp desk new').",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A desk's folder, and what its desk.toml says."""

    folder: Path
    settings: dict[str, str]

    @classmethod
    def of(cls, folder: Path) -> Place:
        """Raises NotADeskFolder."""
        return cls(folder, read_settings(folder))

    @property
    def vault(self) -> Path:
        return Path(self.settings["vault"])

    @property
    def bundle(self) -> Path:
        return Path(self.settings["bundle"])

    @property
    def outbox(self) -> Path:
        return Path(self.settings["outbox"])

    @property
    def knows_campaign(self) -> bool:
        """Whether desk.toml says where the campaign's folder is."""
        return "campaign" in self.settings

    @property
    def campaign(self) -> CampaignFolder:
        """Raises NotADeskFolder where desk.toml does not say; NotJoinedYet at an adviser's desk."""
        if "campaign" not in self.settings:
            if self.settings.get("role") == "adviser":
                raise NotJoinedYet
            raise NotADeskFolder(f"{self.folder / 'desk.toml'} does not say where the campaign's folder is.")
        return CampaignFolder(Path(self.settings["campaign"]))

    def passphrase(self, given: Path | None, of: str = "this desk") -> str:
        """The vault's: from a file, where one was given or desk.toml names one, or asked for."""
        stands_in = self.settings.get("passphrase_file")
        return known_passphrase(of, given or (Path(stands_in) if stands_in else None))

    def check_vault(self) -> None:
        """To be asked before a passphrase is typed for nothing. Raises MissingFile."""
        if not self.vault.is_file():
            raise MissingFile(f"{self.vault} is not there: this folder has no vault. See 'offramp desk new'.")

    @contextlib.contextmanager
    def unlocked(self, given: Path | None) -> Iterator[Desk]:
        """The desk, until the block ends. Raises what Desk.unlock does."""
        self.check_vault()
        campaign = self.campaign  # what is missing is said before a passphrase is typed for nothing
        desk = Desk.unlock(self.vault, self.passphrase(given), campaign)
        try:
            yield desk
        finally:
            desk.lock()


def at_desk(*roles: Role) -> Callable[[Callable[..., Any]], Any]:
    """For commands of `offramp`: the function gets `desk: Desk` and `place: Place` beside its own parameters.

    Without `roles`, the command is for organizers. Raises WrongRole for others.
    """

    def decorate(command: Callable[..., Any]) -> Any:
        @wraps(command)
        def run(folder: Path, passphrase_file: Path | None, **others: Any) -> Any:
            place = Place.of(folder)
            with place.unlocked(passphrase_file) as desk:
                desk.check_role(*(roles or ("organizer",)))
                return command(desk=desk, place=place, **others)

        return desk_folder(passphrase_file(run))

    return decorate
