"""The command line as a whole: quick, complete, and usable where only a laptop's packages are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from offramp.cli import COMMANDS, OVERVIEW, offramp

DESK = [name for name, (module, _) in COMMANDS.items() if ".desk." in module]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that can be typed, as it is typed; a group counts for those in it."""
    context = click.Context(offramp)
    for name in COMMANDS:
        command = offramp.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group) and name in DESK:
            yield from ((f"{name} {sub}", one) for sub, one in command.commands.items())
            if command.invoke_without_command:
                yield name, command
        else:
            yield name, command


def test_the_overview_has_every_command_and_no_other() -> None:
    """A command may stand in two places, for two people type it; not twice in one."""
    listed = [(place, name) for place, rows in OVERVIEW for name, _ in rows]
    assert len(set(listed)) == len(listed)
    assert {name for _, name in listed} == {name for name, _ in commands()}


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(offramp, [*name.split(), "--help"])
    assert result.exit_code == 0
    command = dict(commands())[name]
    assert command.help
    assert all(not isinstance(one, click.Option) or one.help or one.hidden for one in command.params)


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], check=False, text=True, capture_output=True)


def test_help_imports_no_command() -> None:
    program = (
        "import sys\nfrom offramp.cli import offramp\nofframp(['--help'], standalone_mode=False)\n"
        "print(sorted({'offramp.desk', 'offramp.server', 'nacl', 'cryptography', 'stem'} & set(sys.modules)))"
    )
    assert python(program).stdout.splitlines()[-1] == "[]"


WITHOUT_SERVER = (
    "import sys\nfor name in ('gunicorn', 'zopfli'): sys.modules[name] = None\n"
    "from offramp.cli import offramp\n"
)


def test_a_laptop_needs_no_server_packages() -> None:
    program = f"for name in {DESK}: offramp([name, '--help'], standalone_mode=False)"
    done = python(WITHOUT_SERVER + program)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [["serve", "somewhere", "--port", "8080"], ["server", "init", "somewhere"]])
def test_a_laptop_is_told_what_the_server_needs(words: list[str]) -> None:
    done = python(WITHOUT_SERVER + f"offramp({words})")
    assert done.returncode == 1
    assert (
        done.stderr
        == "This needs the server's packages: install Offramp's wheel again, with [server] behind its name.\n"
    )
