"""The names of this machine's users and groups, as the machine knows them; no environment variable is believed."""

from __future__ import annotations

import grp
import os
import pwd


def our_name() -> str:
    """The name of the user that this process acts as."""
    return user_name(os.geteuid())


def user_name(number: int) -> str:
    """A user's name, or its number where it has none, as in a container."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def group_name(number: int) -> str:
    """A group's name, or its number where it has none."""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
