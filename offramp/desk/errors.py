"""What can go wrong on a laptop. A docstring is what a person reads, unless the raiser says more."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

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


class AlreadyEnrolled(DeskError):
    """That organizer is already enrolled."""


class NotEnrolledHere(DeskError):
    """There is no organizer of that name in the campaign's folder."""


class NotACampaignFolder(DeskError):
    """This is not a campaign's folder: it has no campaign.toml or no root.pub."""


class WrongRootKey(DeskError):
    """This is another root key than the one that root.pub in the campaign's folder belongs to."""


class TooManyOrganizers(DeskError):
    """There are more organizers than the campaign has slots."""


class NoOrganizers(DeskError):
    """No organizer is enrolled, so nobody could open what is sent."""


class NoOnionYet(DeskError):
    """A campaign's first calendar needs the workers' onion address: --onion ADDRESS."""


class NoKeysets(DeskError):
    """There is no keyset of this campaign in that place."""


class NotADeskFolder(DeskError):
    """This is not a desk's folder: its desk.toml cannot be read. 'offramp desk new' makes one."""


class WrongRole(DeskError):
    """This is for another desk: an organizer's command at an adviser's desk, or the other way round."""


class RootKeyReplaced(DeskError):
    """This copy of the campaign has a root key that the desk does not know. Compare words: 'offramp desk new-root'."""


class NeedsCampaign(DeskError):
    """A desk with a vault needs the campaign's folder, or a copy of it: --campaign FOLDER."""


class NoSuchSubmission(DeskError):
    """No submission in this bundle has an id that begins so."""


class NotOurOutput(DeskError):
    """The output file was not begun by 'offramp open' with these options. Nothing was added to it."""


class DeskInUse(DeskError):
    """Another 'offramp' command is writing answers at this desk. End it first, then run this one again."""


class NoRoom(DeskError):
    """There is too little room on the disk that holds the vault. Make room first. Nothing was written."""


class NoAnswerWanted(DeskError):
    """This letter brought no key to seal an answer with. If it says how to reach them, write to them there."""


class ReplyKeysDiffer(DeskError):
    """The letters of this conversation want their answers under different keys, so one is not who it says."""


class NothingToSay(DeskError):
    """An answer needs some text, or a file. Nothing was written."""


class NotText(DeskError):
    """The answer's text is not text in UTF-8. Is it the right file? Send other files with --file."""


class TextTooLong(DeskError):
    """The text is too long: 100 000 bytes are the most. Send a longer one with --file."""


class NowhereToType(DeskError):
    """The answer cannot be typed here, for this is no terminal. Give it with --text FILE."""


class NobodyToAsk(DeskError):
    """With the text from standard input there is nobody to ask whether it is right. Add --yes."""


class EmptyFile(DeskError):
    """There is nothing in that file, so it would not help anybody."""


class BadFileName(DeskError):
    """A name for a file is short plain text, and has none of / \\ : * ? " < > |. Give another: --file-as."""


class FilesTooLarge(DeskError):
    """The files are too large: 8 000 000 bytes together are the most in one answer."""


class TooManyFiles(DeskError):
    """These are too many files for one answer. Write a second one, or put them into one archive."""


class ClockWrong(DeskError):
    """This laptop's clock is behind the letter that is to be answered. Set it right: answers go by the day."""


class NoSuchAnswer(DeskError):
    """There is no answer of that number in this case. 'offramp case' shows them."""


class AlreadyTakenBack(DeskError):
    """That answer was taken back before."""


class AnswerExpired(DeskError):
    """That answer has expired, and is no longer on the board."""


class OutboxDamaged(DeskError):
    """The outbox is damaged. Move it away: 'offramp pack' makes it again from the vault."""


class NotQueued(DeskError):
    """It is in the vault, but not in the outbox yet. Make room on the disk; 'offramp pack' puts it there then."""


class CourierError(DeskError):
    """The couriers' side could not be used. What was carried before is safe."""


class BundleInUse(CourierError):
    """Another 'offramp fetch' is writing to this bundle. Wait until it ends."""


class DiskAlmostFull(CourierError):
    """There are less than 64 MB free on the disk that holds the bundle. Make room and fetch again."""


class BadTorSetting(CourierError):
    """Tor's SOCKS port is an IP address and a port, such as 127.0.0.1:9050. Names would be looked up."""


class TorNotRunning(CourierError):
    """No tor answers at that SOCKS port. Start tor, or Tor Browser (its port is 9150)."""


class NotASocksPort(CourierError):
    """What answers at that port is not tor's SOCKS port. Tor has 9050, Tor Browser has 9150."""


class ServerNotRunning(CourierError):
    """No server answers at that unix socket. Is 'offramp serve' running?"""


class OnionUnreachable(CourierError):
    """Tor cannot reach that onion: it is off, or the address is wrong, or this laptop is not authorized."""


class AuthorizationMissing(CourierError):
    """This tor may not reach the couriers' onion. Add --control, or see 'offramp courier authorize'."""


class AuthorizationRefused(CourierError):
    """The authorization that this tor has does not open the couriers' onion. Is this courier enrolled?"""


class NotEnrolled(CourierError):
    """The server does not know this courier, or this laptop's clock was set back since it was there."""


class ConnectionBroke(CourierError):
    """The connection broke, or was too slow. Run this again: it goes on where it stopped."""


class ServerBusy(CourierError):
    """The server cannot answer at the moment. Try again later."""


class ServerNonsense(CourierError):
    """The server's answer makes no sense. Nothing of it was kept, and nothing was acknowledged."""


class ServerFull(CourierError):
    """The server has no room for answers. Whoever runs it must make some; then push again."""


class LimitsRefused(CourierError):
    """The server refuses these limits: a number is too small or too large. Nothing was changed."""


class NoHealth(CourierError):
    """This server does not say how it does: it runs an older version."""


class PostsRefused(CourierError):
    """The server refuses this: its place on the board is full, or a clock, here or there, is wrong."""
