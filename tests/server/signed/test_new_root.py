"""`offramp server new-root` and `remove-courier`: what somebody else may have is worth nothing any more."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.calendar import write_calendar
from offramp.crypto.errors import BadSignature
from offramp.crypto.words import campaign_words
from offramp.server.enrollment import Enrollment
from offramp.server.errors import NoSuchCourier, PartMalformed, PartMissing, SameRoot
from offramp.server.layout import ServerFolder, load
from offramp.server.publishing import services
from offramp.server.setup import enroll_courier, make_folder, remove_courier
from offramp.server.signed.calendars import add_calendar
from offramp.server.signed.floor import Floor, read_floor
from offramp.server.signed.keysets import KeysetShelf
from offramp.server.signed.new_root import check_new_root, replace_root
from tests.app.campaign import DAY, TestCampaign, TestCourier


@dataclass
class Operated:
    """A server's folder with two keysets, of which the second replaced the first, and a card."""

    folder: ServerFolder
    campaign: TestCampaign
    place: Path
    pulse: itertools.count[int] = field(default_factory=lambda: itertools.count(0, 10))

    def adds(self, campaign: TestCampaign, *sequences: int) -> None:
        for number in sequences:
            keyset = campaign.keyset(number, valid_from=-DAY * number)
            (self.place / "calendar").write_bytes(write_calendar([keyset]))
            (self.place / "card").write_bytes(campaign.card().raw)
            add_calendar(self.folder, self.place / "calendar", self.place / "card")

    def shelf(self) -> KeysetShelf:
        """As a server that runs has it open."""

        def beat() -> float:
            return float(next(self.pulse))

        state = load(self.folder)
        floor = Floor(self.folder.floor, pulse=beat)
        return KeysetShelf(
            self.folder.keysets,
            root=state.root,
            campaign=state.campaign.id,
            onion=state.intake_address,
            floor=floor,
            pulse=beat,
        )

    def offers(self, root: bytes) -> Path:
        """A root.pub."""
        path = self.place / "new.pub"
        path.write_text(f"{root.hex()}\n")
        return path


@pytest.fixture
def operated(tmp_path: Path) -> Operated:
    campaign = TestCampaign()
    toml, root = campaign.write_inputs(tmp_path)
    campaign.onion = make_folder(tmp_path / "server", campaign=toml, root=root).intake_address
    made = Operated(ServerFolder.at(tmp_path / "server"), campaign, tmp_path)
    made.adds(campaign, 1, 2)
    return made


def run(*arguments: object, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(offramp, [str(argument) for argument in arguments], input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_it_is_closed_until_there_is_a_calendar_by_the_new_key(operated: Operated) -> None:
    running, floor = operated.shelf(), read_floor(operated.folder.floor)
    assert running.current()
    new = TestCampaign(onion=operated.campaign.onion)
    path = operated.offers(new.root)
    words = campaign_words(operated.campaign.onion, new.root)
    code, said = run("server", "new-root", operated.folder.path, path, typed="y\n")
    assert code == 0
    assert f"ten words would be: {words}\n" in said
    assert running.current() is None
    assert running.accepted() == {}
    assert load(operated.folder).root == new.root
    assert operated.shelf().current() is None
    assert not list(operated.folder.cards.iterdir())
    with pytest.raises(BadSignature):
        operated.adds(operated.campaign, 3)
    operated.adds(new, 3)
    current = operated.shelf().current()
    assert current is not None
    assert current.sequence == 3
    assert read_floor(operated.folder.floor) >= floor


def test_whoever_hears_other_words_changes_nothing(operated: Operated) -> None:
    before = load(operated.folder).root
    code, _ = run(
        "server", "new-root", operated.folder.path, operated.offers(TestCampaign().root), typed="n\n"
    )
    assert code == 1
    assert load(operated.folder).root == before
    assert operated.shelf().current()


def test_the_same_key_and_what_is_none_change_nothing(operated: Operated) -> None:
    with pytest.raises(SameRoot):
        check_new_root(operated.folder, operated.folder.root)
    with pytest.raises(PartMissing):
        check_new_root(operated.folder, operated.place / "nowhere")
    with pytest.raises(PartMalformed):
        check_new_root(operated.folder, operated.folder.campaign)
    assert operated.shelf().current()


def test_killed_in_the_middle_it_shows_no_older_keyset_and_can_be_repeated(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the floor's file, so that it is the order that counts."""
    operated.folder.floor.unlink()
    new = TestCampaign().root
    removed: list[Path] = []
    unlink = Path.unlink

    def dies_at_the_second(path: Path, missing_ok: bool = False) -> None:
        if removed:
            raise InterruptedError
        removed.append(path)
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", dies_at_the_second)
        with pytest.raises(InterruptedError):
            replace_root(operated.folder, new)
    current = operated.shelf().current()
    assert current is not None
    assert current.sequence == 2
    replace_root(operated.folder, new)
    assert load(operated.folder).root == new
    assert not list(operated.folder.keysets.iterdir())


def test_a_courier_who_is_removed_fetches_no_more(operated: Operated) -> None:
    one, other = TestCourier("carol"), TestCourier("dave")
    for each in (one, other):
        (operated.place / "courier").write_bytes(each.public_file)
        enroll_courier(operated.folder, operated.place / "courier")
    seconds = itertools.count(0, 10)
    running = Enrollment(operated.folder.couriers, host="host", pulse=lambda: float(next(seconds)))
    verifier, _ = running.current()
    remove_courier(operated.folder, "carol")
    renewed, keys = running.current()
    assert set(keys) == {other.key}
    assert renewed.epoch != verifier.epoch, "nothing that was signed before counts"
    assert services(operated.folder)[1].client_auth == (other.client_auth,)
    with pytest.raises(NoSuchCourier):
        remove_courier(operated.folder, "carol")
    with pytest.raises(NoSuchCourier):
        remove_courier(operated.folder, "../root")
