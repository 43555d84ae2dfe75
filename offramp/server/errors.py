"""What can be wrong with a server's folder or its start, in sentences for the person who runs it."""

# ruff: noqa: N818 - each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.crypto.errors import OfframpError


class ServerError(OfframpError):
    """The server cannot do this."""


class FolderExists(ServerError):
    """There is something in this folder already; nothing was changed."""


class PartMissing(ServerError):
    """Something that a server needs is missing from its folder."""


class PartMalformed(ServerError):
    """A file in the server's folder is not what it should be."""


class CalendarWentBack(ServerError):
    """This calendar is older than one that was added to this server before; nothing was changed."""


class CalendarOver(ServerError):
    """The last day of this calendar is over; nothing was changed."""


class NoCardInIt(ServerError):
    """There is no card in this file."""


class LaterCardHere(ServerError):
    """The calendar is here. The card was not taken: a later one is here already."""


class ManifestWentBack(ServerError):
    """This manifest is older than the one that is here; nothing was changed."""


class ManifestAhead(ServerError):
    """The pages of this manifest take only keys that are not here yet. Add the newest calendar first."""


class ManifestDiffers(ServerError):
    """This server would serve other files than this manifest lists; nothing was changed."""


class SameRoot(ServerError):
    """This is the root key that this server goes by already; nothing was changed."""


class NoSuchCourier(ServerError):
    """No courier of that name is enrolled on this server."""


class CourierConflict(ServerError):
    """Another courier is enrolled under this name or with this key."""


class AlreadyRunning(ServerError):
    """This part of the server is running already."""


class PortTaken(ServerError):
    """Another program listens on this port."""


class DidNotStart(ServerError):
    """A part of the server did not start."""


class PartEnded(ServerError):
    """A part of the server ended, so all of it was stopped."""


class SocketsOutOfReach(ServerError):
    """tor cannot reach the server's sockets."""
