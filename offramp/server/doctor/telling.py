"""How findings are shown: to people, what is wrong first; to programs, all of them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from offramp.server.doctor.findings import Finding, State, exit_status

_ORDER: Final = (State.WRONG, State.WARNING, State.UNSEEN)
_HEADS: Final = {State.WRONG: "Wrong", State.WARNING: "Warning", State.UNSEEN: "Not looked at"}
_WIDTH: Final = 100


def as_text(findings: Sequence[Finding]) -> Iterator[str]:
    """Lines for an operator.  Checks that say the same share a paragraph."""
    for state in _ORDER:
        alike: dict[tuple[str, str], list[str]] = {}
        for one in findings:
            if one.state is state:
                alike.setdefault((one.sentence, one.cure), []).append(one.check)
        for (sentence, cure), checks in alike.items():
            yield from _wrapped(f"{_HEADS[state]}, {', '.join(checks)}: {sentence}", "")
            if cure:
                yield from _wrapped(f"What to do: {cure}", "  ")
            yield ""
    fine = [one.check for one in findings if one.state is State.FINE]
    yield from _wrapped(f"Fine: {', '.join(fine) or 'nothing'}.", "")


def as_json(findings: Sequence[Finding]) -> str:
    """`{"status": 0, "findings": [{"check": …, "state": …, "sentence": …, "cure": …}, …]}`."""
    found = [one.as_json() for one in findings]
    return json.dumps({"status": exit_status(list(findings)), "findings": found}, indent=1)


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
