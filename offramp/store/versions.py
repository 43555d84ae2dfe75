"""The versions of a store's tables, and the way from any of them to any other."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.store.errors import UnknownVersion


@dataclass(frozen=True, slots=True)
class Step:
    """From one version of the tables to the next, and back: statements without a transaction of their own."""

    up: str
    down: str


@dataclass(frozen=True, slots=True)
class Schema:
    """The newest tables, the steps that led to them, oldest first, and the number of the version before all steps."""

    tables: str
    steps: tuple[Step, ...] = ()
    first: int = 1

    @property
    def version(self) -> int:
        """The newest version's number."""
        return self.first + len(self.steps)

    def path(self, now: int, to: int) -> list[str]:
        """The statements that lead from the version *now*, 0 where there are no tables; none where it is *to* already.

        Raises UnknownVersion where *to* never was.
        """
        if not self.first <= to <= self.version:
            raise UnknownVersion
        made, reached = ([self.tables], self.version) if now == 0 else ([], now)
        made += [step.up for step in self.steps[reached - self.first : to - self.first]]
        made += [step.down for step in reversed(self.steps[to - self.first : reached - self.first])]
        return made
