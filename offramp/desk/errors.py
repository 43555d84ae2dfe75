"""What can go wrong on a laptop. A docstring is what a person reads, unless the raiser says more."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do
from offramp.crypto.errors import OfframpError


class DeskError(OfframpError):
    """Something on this laptop is not as it should be."""


class FileInTheWay(DeskError):
    """There is already a file of that name, and nothing was written over it."""


class MissingFile(DeskError):
    """A file that is needed is not there."""


class BadName(DeskError):
    """A name has up to 40 letters a to z, digits, '-' and '_', and starts with a letter or a digit."""


class PassphraseTooShort(DeskError):
    """A passphrase needs at least 12 characters."""


class PassphraseUnusable(DeskError):
    """The passphrase file must hold one line of text in UTF-8."""


class NotAPublicHalf(DeskError):
    """This is not the public half of an organizer's key: a file NAME.organizer.toml, whole and unchanged."""


class AlreadyEnrolled(DeskError):
    """That organizer is already enrolled."""


class NotEnrolledHere(DeskError):
    """There is no organizer of that name in the campaign's folder."""


class NotACampaignFolder(DeskError):
    """This is not a campaign's folder: it has no campaign.toml or no root.pub."""


class WrongRootKey(DeskError):
    """The root key in this folder is not the one that its root.pub belongs to."""


class TooManyOrganizers(DeskError):
    """There are more organizers than the campaign has slots."""


class NoOrganizers(DeskError):
    """No organizer is enrolled, so nobody could open what is sealed to this keyset."""


class NoOnionYet(DeskError):
    """A campaign's first keyset needs the intake's onion address: --onion ADDRESS."""


class NoKeysets(DeskError):
    """There is no keyset of this campaign in that place."""


class NotADeskFolder(DeskError):
    """This is not a desk's folder: its desk.toml cannot be read. 'offramp desk new' makes one."""


class NoSuchSubmission(DeskError):
    """No submission in this bundle has an id that begins so."""


class NotOurOutput(DeskError):
    """The output file was not begun by 'offramp open' with these options. Nothing was added to it."""


class FetchError(DeskError):
    """Fetching did not work. What was fetched before is safe in the bundle."""


class BundleInUse(FetchError):
    """Another 'offramp fetch' is writing to this bundle. Wait until it ends."""


class DiskAlmostFull(FetchError):
    """There are less than 64 MB free on the disk that holds the bundle. Make room and fetch again."""


class BadTorSetting(FetchError):
    """Tor's SOCKS port is an IP address and a port, such as 127.0.0.1:9050. Names would be looked up."""


class TorNotRunning(FetchError):
    """No tor answers at that SOCKS port. Start tor, or Tor Browser (its port is 9150)."""


class NotASocksPort(FetchError):
    """What answers at that port is not tor's SOCKS port. Tor has 9050, Tor Browser has 9150."""


class ServerNotRunning(FetchError):
    """No server answers at that unix socket. Is 'offramp serve' running?"""


class OnionUnreachable(FetchError):
    """Tor cannot reach that onion: it is off, or the address is wrong, or this laptop is not authorized."""


class AuthorizationMissing(FetchError):
    """This tor may not reach the couriers' onion. Add --control, or see 'offramp courier authorize'."""


class AuthorizationRefused(FetchError):
    """The authorization that this tor has does not open the couriers' onion. Is this courier enrolled?"""


class NotEnrolled(FetchError):
    """The server does not know this courier, or this laptop's clock was set back since it last fetched."""


class ConnectionBroke(FetchError):
    """The connection broke, or was too slow. Fetch again: it goes on where it stopped."""


class ServerBusy(FetchError):
    """The server cannot answer at the moment. Fetch again later."""


class ServerNonsense(FetchError):
    """The server's answer makes no sense. Nothing of it was kept, and nothing was acknowledged."""
