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


class LimitRefused(ServerError):
    """These limits make no sense; nothing was changed."""


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


class NotABackup(ServerError):
    """This file is no backup of a server."""


class BackupDamaged(ServerError):
    """This backup was cut off or changed; nothing was restored. Take another one, or get another copy of it."""


class BackupExists(ServerError):
    """There is a file of this name already; nothing was changed."""


class BackupTooLarge(ServerError):
    """The disk with this file has too little room for the backup; write it to another one. Nothing was kept."""


class ChangedMeanwhile(ServerError):
    """The server's files change all the time just now; try again in a minute."""


class AnotherServer(ServerError):
    """This backup is of another server than this folder; nothing was changed."""


class MayStillRun(ServerError):
    """The server of this backup may still run, and two servers at one address would take letters from each other."""


class ServerMoved(ServerError):
    """This server has moved to another machine, and is off here."""


class StillRunning(ServerError):
    """A part of this server could not be ended from here. Stop it (`systemctl stop 'offramp-*'`), and try again."""


class StoreNotMoved(ServerError):
    """Something else writes to the store: not all of it is in the new one, so the old one stays in use."""
