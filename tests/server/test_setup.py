"""`offramp server …`, as an operator sees it."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.campaign import DEFAULT_CAMPAIGN, translation_beside
from offramp.cli import offramp
from offramp.crypto.calendar import write_calendar
from offramp.crypto.card import Card
from offramp.crypto.keyset import Keyset
from offramp.desk.people import CourierCard
from offramp.server.check import problems
from offramp.server.layout import ServerFolder, load
from offramp.server.publishing import services
from offramp.tor.key_file import load_onion_key
from offramp.tor.service import ProofOfWork
from tests.app.campaign import DAY, TestCampaign, TestCourier
from tests.board.made import Board, Clock, files_in
from tests.server.signed.made import manifest_for


@pytest.fixture
def campaign() -> TestCampaign:
    return TestCampaign()


@pytest.fixture
def made(tmp_path: Path, campaign: TestCampaign) -> ServerFolder:
    """A folder as `server init` leaves it, for a campaign that knows its address."""
    toml, root = campaign.write_inputs(tmp_path)
    code, _ = run("server", "init", tmp_path / "server", "--campaign", toml, "--root", root)
    assert code == 0
    folder = ServerFolder.at(tmp_path / "server")
    campaign.onion = load(folder).intake_address
    return folder


def run(*arguments: object) -> tuple[int, str]:
    """An `offramp` command's exit code, and all that it says."""
    result = CliRunner().invoke(offramp, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_init_makes_a_closed_folder_with_two_addresses(tmp_path: Path, campaign: TestCampaign) -> None:
    toml, root = campaign.write_inputs(tmp_path)
    path = tmp_path / "server"
    code, said = run("server", "init", path, "--campaign", toml, "--root", root)
    state = load(ServerFolder.at(path))
    assert code == 0
    assert said == (
        f"made {path}\n"
        f"the workers' address:  {state.intake_address}\n"
        f"the couriers' address: {state.couriers_address}\n"
    )
    assert state.root == campaign.root
    assert state.campaign.id == campaign.id
    assert state.intake_address != state.couriers_address
    assert load_onion_key(state.folder.intake_key).address == state.intake_address
    assert load_onion_key(state.folder.couriers_key).address == state.couriers_address
    for part in (path, *path.rglob("*")):
        assert stat.S_IMODE(part.stat().st_mode) == (0o700 if part.is_dir() else 0o600)


def test_init_takes_the_campaign_in_all_its_languages(tmp_path: Path, campaign: TestCampaign) -> None:
    toml, root = campaign.write_inputs(tmp_path)
    spanish = translation_beside(DEFAULT_CAMPAIGN, "es").read_bytes()
    translation_beside(toml, "es").write_bytes(spanish)
    code, _ = run("server", "init", tmp_path / "server", "--campaign", toml, "--root", root)
    assert code == 0
    assert (tmp_path / "server" / "campaign.es.toml").read_bytes() == spanish
    state = load(ServerFolder.at(tmp_path / "server"))
    assert [one.language for one in state.campaign.in_every_language] == ["en", "es"]


def test_init_leaves_alone_what_is_there(tmp_path: Path, campaign: TestCampaign, made: ServerFolder) -> None:
    before = {path: path.read_bytes() for path in made.path.rglob("*") if path.is_file()}
    code, said = run(
        "server", "init", made.path, "--campaign", tmp_path / "campaign.toml", "--root", tmp_path / "root.pub"
    )
    assert (code, said) == (1, f"There is something in {made.path} already; nothing was changed.\n")
    assert before == {path: path.read_bytes() for path in made.path.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("root.pub", "0" * 63, "64 hexadecimal digits"),
        ("root.pub", "", "64 hexadecimal digits"),
        ("campaign.toml", "name = ", "campaign.toml"),
    ],
)
def test_init_checks_what_it_is_given(
    tmp_path: Path, campaign: TestCampaign, name: str, text: str, words: str
) -> None:
    toml, root = campaign.write_inputs(tmp_path)
    (tmp_path / name).write_text(text)
    code, said = run("server", "init", tmp_path / "server", "--campaign", toml, "--root", root)
    assert code == 1
    assert words in said
    assert not (tmp_path / "server").exists()


def enroll(tmp_path: Path, made: ServerFolder, courier: TestCourier) -> tuple[int, str]:
    file = tmp_path / "public.toml"
    file.write_bytes(courier.public_file)
    return run("server", "enroll-courier", made.path, file)


def test_enrolling_couriers(tmp_path: Path, made: ServerFolder) -> None:
    carol, dave = TestCourier("carol"), TestCourier("dave")
    code, said = enroll(tmp_path, made, carol)
    assert (code, said.splitlines()[0]) == (0, "enrolled carol; a running server knows in a second")
    card = CourierCard("carol", carol.key, base64.b32decode(carol.client_auth + "===="))
    assert said.endswith(f" {card.words}\n")  # what `offramp courier new` told her
    assert enroll(tmp_path, made, dave)[0] == 0
    assert enroll(tmp_path, made, carol)[0] == 0  # the same again
    assert [courier.name for courier in load(made).couriers] == ["carol", "dave"]
    assert [courier.ed25519 for courier in load(made).couriers] == [carol.key, dave.key]
    assert enroll(tmp_path, made, TestCourier("carol")) == (1, "Another courier is enrolled as carol.\n")
    again = TestCourier("eve", seed=dave.seed)
    assert enroll(tmp_path, made, again) == (1, "This key is enrolled already, as dave.\n")


def test_what_the_desk_writes_is_what_the_server_reads(tmp_path: Path, made: ServerFolder) -> None:
    from offramp.desk.people import CourierCard

    file = tmp_path / "card.toml"
    file.write_bytes(CourierCard("Carol_2", bytes(range(32)), bytes(range(1, 33))).write())
    assert run("server", "enroll-courier", made.path, file)[0] == 0
    (courier,) = load(made).couriers
    assert (courier.name, courier.ed25519) == ("Carol_2", bytes(range(32)))
    assert len(courier.client_auth) == 52


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"offramp courier", b"offramp organizer"),
        (b'name = "carol"', b'name = "../carol"'),
        (b'name = "carol"', b'name = ""'),
        (b'ed25519 = "', b'ed25519 = "0'),
        (b'client_auth = "', b'client_auth = "="'),
        (b'kind = "', b"kind = "),
    ],
)
def test_a_file_that_is_no_couriers(tmp_path: Path, made: ServerFolder, old: bytes, new: bytes) -> None:
    file = tmp_path / "public.toml"
    file.write_bytes(TestCourier().public_file.replace(old, new))
    code, said = run("server", "enroll-courier", made.path, file)
    assert code == 1
    assert "public.toml" in said
    assert load(made).couriers == ()


def add(tmp_path: Path, made: ServerFolder, *keysets: Keyset, card: Card | None = None) -> tuple[int, str]:
    file = tmp_path / "calendar"
    file.write_bytes(write_calendar(keysets))
    (tmp_path / "card").write_bytes(card.raw if card else b"")
    more = ["--card", tmp_path / "card"] if card else []
    return run("server", "add-calendar", made.path, file, *more)


def add_all(tmp_path: Path, made: ServerFolder, campaign: TestCampaign) -> None:
    """A calendar and a card of which nobody need be warned, and the manifest."""
    weeks = campaign.weeks(datetime.now(UTC).date(), 12)
    assert add(tmp_path, made, *weeks, card=campaign.card())[0] == 0
    (tmp_path / "manifest").write_bytes(manifest_for(made, campaign).raw)
    assert run("server", "add-manifest", made.path, tmp_path / "manifest")[0] == 0


def test_a_file_that_is_missing(tmp_path: Path, made: ServerFolder) -> None:
    for command in ("add-calendar", "enroll-courier"):
        code, said = run("server", command, made.path, tmp_path / "none")
        assert (code, said) == (1, f"{tmp_path / 'none'} is missing.\n")


def test_check_says_what_is_missing_until_nothing_is(
    tmp_path: Path, made: ServerFolder, campaign: TestCampaign
) -> None:
    code, said = run("server", "check", made.path)
    assert code == 1
    assert said == (
        "- There is no calendar here, so nothing can be sent; `offramp server add-calendar` adds one.\n"
        "- No courier is enrolled, so nobody can fetch or push; `offramp server enroll-courier` adds one.\n"
        "- There is no manifest, so nobody can tell whether the files are the right ones. The holder of the root key "
        "signs one with `offramp manifest sign`; `offramp server add-manifest` adds it.\n"
    )
    add_all(tmp_path, made, campaign)
    enroll(tmp_path, made, TestCourier())
    assert run("server", "check", made.path) == (0, "nothing is missing\n")


def test_check_sees_what_is_wrong(tmp_path: Path, made: ServerFolder, campaign: TestCampaign) -> None:
    add(tmp_path, made, campaign.keyset(valid_until=DAY), card=campaign.card())
    made.floor.write_text("one\n")
    enroll(tmp_path, made, TestCourier())
    (made.keysets / "z.keyset").write_bytes(b"nonsense")
    made.path.chmod(0o755)
    made.intake_key.chmod(0o644)
    made.couriers_key.unlink()
    made.store.write_bytes(b"nonsense" * 100)
    found = problems(made)
    assert [words for words in found if "chmod 700" in words]
    assert [words for words in found if "chmod 600" in words]
    assert [words for words in found if "couriers.key is missing" in words]
    assert [words for words in found if "z.keyset: This is not a keyset." in words]
    assert [words for words in found if "The last day of the calendar is" in words]
    assert [words for words in found if "floor must hold a number" in words]
    assert [words for words in found if "store.db: " in words]
    assert [words for words in found if "There is no manifest" in words]
    assert len(found) == 8


def test_check_sees_what_is_wrong_with_the_board(
    tmp_path: Path, made: ServerFolder, campaign: TestCampaign
) -> None:
    add_all(tmp_path, made, campaign)
    enroll(tmp_path, made, TestCourier())
    board = Board(made.path, Clock())
    board.rebuild()
    board.database.close()
    before = files_in(made.board)
    assert run("server", "check", made.path) == (0, "nothing is missing\n")
    assert files_in(made.board).keys() == before.keys()
    shard = board.tree.shard(1, 0)
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-1] + bytes((whole[-1] ^ 1,)))
    (damaged,) = problems(made)
    assert "the next rebuild mends them" in damaged
    board.rebuild()
    assert problems(made) == []
    board.database.close()
    made.board_database.write_bytes(b"nonsense" * 100)
    (unreadable,) = problems(made)
    assert "board.db: " in unreadable


@pytest.mark.parametrize(
    "name", ["campaign.toml", "root.pub", "onion/intake.address", "onion/couriers.address"]
)
def test_check_names_a_part_that_is_missing(made: ServerFolder, name: str) -> None:
    (made.path / name).unlink()
    (problem,) = problems(made)
    assert name.rpartition("/")[2] in problem
    assert run("server", "check", made.path)[0] == 1


def test_check_of_nothing(tmp_path: Path) -> None:
    code, said = run("server", "check", tmp_path / "none")
    assert code == 1
    assert said == f"- {tmp_path / 'none'} is no folder; `offramp server init` makes one.\n"


def test_a_path_that_is_too_long_for_a_socket(made: ServerFolder) -> None:
    (problem,) = problems(ServerFolder.at(made.path, made.path / ("x" * 100)))
    assert "too long for a socket's path" in problem


def test_what_is_published(tmp_path: Path, made: ServerFolder) -> None:
    everybody, couriers = services(made)
    state = load(made)
    assert (everybody.address, couriers.address) == (state.intake_address, state.couriers_address)
    assert (everybody.target_socket, couriers.target_socket) == (made.intake_socket, made.couriers_socket)
    assert (everybody.client_auth, everybody.pow) == (None, ProofOfWork())
    assert couriers.client_auth == ()  # nobody is enrolled, so nobody may come
    carol = TestCourier("carol")
    enroll(tmp_path, made, carol)
    assert services(made)[1].client_auth == (carol.client_auth,)
