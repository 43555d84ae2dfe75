"""A family of pages: what belongs together in one module, and its place in the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint
from markupsafe import Markup

from offramp.desk.desk import Role


@dataclass(frozen=True, slots=True)
class Family:
    """`menu` has pairs of words and endpoint; `roles` says at whose desk these pages are.

    `beside_case` makes a section of each case's page, rendered, for what this family has to say about a case.
    """

    pages: Blueprint
    menu: tuple[tuple[str, str], ...] = ()
    roles: tuple[Role, ...] = ("organizer",)
    beside_case: Callable[[bytes], Markup] | None = None
