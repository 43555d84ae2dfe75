"""The errors of FORMAT.md, section 21, under one root.

A class is something that a caller can act on, and its docstring is what a person may be told.
No error carries data of a letter or a key, for the text of exceptions ends up in logs.
"""

# ruff: noqa: N818 — FORMAT.md fixes these names; they are the `expect` words of the vectors

from __future__ import annotations


class OfframpError(Exception):
    """Something did not have the form that it must have."""

    def __str__(self) -> str:
        """What was given to the error, or else the sentence that its class says of itself."""
        return super().__str__() if self.args else (type(self).__doc__ or type(self).__name__)


class UnsupportedVersion(OfframpError):
    """This was made by a newer version of Offramp than the one that reads it."""


# Section 2: envelopes and what is in them.


class EnvelopeError(OfframpError):
    """This envelope cannot be used."""


class NotAnEnvelope(EnvelopeError):
    """This is not an envelope."""


class WrongSlots(EnvelopeError):
    """This envelope has another number of slots than the keyset, or slots of another length."""


class WrongLength(EnvelopeError):
    """This envelope is longer or shorter than any envelope can be."""


class UnknownKeyset(EnvelopeError):
    """This envelope was sealed to another keyset."""


class SlotDamaged(EnvelopeError):
    """Your slot of this envelope cannot be opened: it was damaged, or made unusable on purpose."""


class CommitmentMismatch(EnvelopeError):
    """This envelope was made to read differently to different organizers."""


class BodyDamaged(EnvelopeError):
    """The text of this envelope was changed or cut after it was sealed."""


class ContentMalformed(EnvelopeError):
    """The content of this envelope was not written by the rules, so nothing of it is shown."""


class TooLarge(EnvelopeError):
    """The text and the attachments are too large together; 8 MiB fit in one envelope."""


# Section 3: keysets.


class KeysetError(OfframpError):
    """This keyset cannot be used."""


class NotAKeyset(KeysetError):
    """This is not a keyset."""


class BadSignature(KeysetError):
    """This keyset was not signed by the campaign's root key."""


class WrongCampaign(KeysetError):
    """This keyset belongs to another campaign."""


class WrongOnion(KeysetError):
    """This keyset belongs to another onion address."""


class SequenceWentBack(KeysetError):
    """This keyset is older than one that was seen before."""


class KeysetNotYetValid(KeysetError):
    """This keyset is not valid yet; the clock may be wrong."""


class KeysetExpired(KeysetError):
    """This keyset has expired."""


class BadRecipient(KeysetError):
    """A key in this keyset cannot be sealed to."""


class NotForThisKey(KeysetError):
    """This key belongs to none of the keyset's recipients."""


class KeyDestroyed(KeysetError):
    """The key that opens this was destroyed on schedule; nobody can open it at this desk any more."""


# Section 4: secret files.


class SecretFileError(OfframpError):
    """This key file cannot be used."""


class NotASecretFile(SecretFileError):
    """This is not a key file of the kind that is needed."""


class WrongPassphrase(SecretFileError):
    """The passphrase is wrong, or the key file was changed."""


class NotEnoughMemory(SecretFileError):
    """This machine has too little free memory for the passphrase of this key file."""


# Section 5: bundles.


class BundleError(OfframpError):
    """This bundle cannot be used."""


class NotABundle(BundleError):
    """This is not a bundle of envelopes."""


class BundleTruncated(BundleError):
    """The last envelope of this bundle is incomplete; those before it are whole."""


# Section 6: couriers' requests.


class RequestRefused(OfframpError):
    """This request was not signed by an enrolled courier, or was seen before."""


# Sections 8 and 9: answers, replies and the board. The phrase's errors (section 7) are the page's alone.


class BoardError(OfframpError):
    """This answer, or this part of the board, cannot be used."""


class AnswerMalformed(BoardError):
    """This answer was not written by the rules, so nothing of it is shown."""


class AnswerTooLong(BoardError):
    """This answer is too long for the board; a parcel holds longer texts."""


class WrongReplyLength(BoardError):
    """This is not a reply: all replies have one length."""


class WrongShardLength(BoardError):
    """This part of the board is longer or shorter than all are."""


class ShardDamaged(BoardError):
    """This part of the board was damaged on its way."""


class NotABoard(BoardError):
    """This is not the description of a board."""


class ShardFull(BoardError):
    """There are more replies for one part of the board than fit there."""


# Section 10: parcels.


class ParcelError(OfframpError):
    """This parcel cannot be used."""


class WrongParcelLength(ParcelError):
    """This parcel is longer or shorter than it must be."""


class ParcelDamaged(ParcelError):
    """This parcel was changed or cut after it was sealed."""


class ParcelTooLarge(ParcelError):
    """This file is too large; 8 MiB fit in one parcel."""


# Section 11: packs.


class PackError(OfframpError):
    """This pack cannot be used."""


class NotAPack(PackError):
    """This is not a pack of answers."""


class PackTruncated(PackError):
    """The last record of this pack is incomplete; those before it are whole."""


# Section 13: events and teams.


class EventError(OfframpError):
    """This event cannot be used."""


class EventMalformed(EventError):
    """This is not an event, or one of a newer version of Offramp."""


class EventForged(EventError):
    """This event does not bear the signature of the organizer that it names."""


class EventOfAnotherCampaign(EventError):
    """This event was made for another campaign."""


class EventFromStranger(EventError):
    """This event was signed by somebody who is not an organizer of this campaign."""


class EventReplayed(EventError):
    """This event is here already."""


class TeamListError(OfframpError):
    """This team list cannot be used."""


class NotATeamList(TeamListError):
    """This is not a team list."""


class TeamListForged(TeamListError):
    """This team list was not signed by the campaign's root key."""


class TeamListOfAnotherCampaign(TeamListError):
    """This team list belongs to another campaign."""


# Section 14: hand-offs and drafts.


class HandOffError(OfframpError):
    """This hand-off cannot be used."""


class NotAHandOff(HandOffError):
    """This is not a hand-off."""


class HandOffForSomebodyElse(HandOffError):
    """This hand-off was made for another adviser, or it was damaged on its way."""


class HandOffDamaged(HandOffError):
    """This hand-off was changed or cut after it was sealed."""


class HandOffMalformed(HandOffError):
    """This hand-off was not written by the rules, so nothing of it is shown."""


class HandOffForged(HandOffError):
    """This hand-off does not bear the signature of the organizer that it names."""


class DraftError(OfframpError):
    """This draft cannot be used."""


class DraftMalformed(DraftError):
    """This is not an adviser's draft, or one of a newer version of Offramp."""


class DraftForged(DraftError):
    """This draft does not bear the signature of the adviser that it names."""


# Section 15: key lists and calendars.


class KeyListError(OfframpError):
    """This list of an organizer's keys cannot be used."""


class NotAKeyList(KeyListError):
    """This is not the list of an organizer's keys."""


class KeyListForged(KeyListError):
    """This list of keys does not bear the signature of the organizer that it names."""


class KeyListOfAnotherCampaign(KeyListError):
    """This list of keys was made for another campaign."""


class CalendarError(OfframpError):
    """This calendar cannot be used."""


class NotACalendar(CalendarError):
    """This is not a calendar of keysets."""


class CalendarBroken(CalendarError):
    """The weeks of this calendar do not follow on each other."""


# Section 16: the card.


class CardError(OfframpError):
    """This card cannot be used."""


class NotACard(CardError):
    """This is not a card."""


class CardForged(CardError):
    """This card was not signed by an organizer of this campaign."""


class CardFromTheFuture(CardError):
    """This card is of a week that has not begun; the clock may be wrong."""


class CardLapsed(CardError):
    """Nobody has confirmed lately that this inbox is read."""


# Section 17: the campaign's words, and its former root keys.


class FormerRootError(OfframpError):
    """What this says about an earlier root key cannot be used."""


class NotAFormerRoot(FormerRootError):
    """This says nothing about an earlier root key."""


class FormerRootForged(FormerRootError):
    """What this says about an earlier root key was not signed by the campaign's root key."""


# Section 19: stick files.


class StickError(OfframpError):
    """This stick file cannot be used."""


class NotAStickFile(StickError):
    """This does not open: the passphrase is another one, or the file was damaged, or is no stick file."""


class StickTooLarge(StickError):
    """This is too much for one stick file: some 3 GB are the most. Put it there in several."""


# Section 20: the manifest.


class ManifestError(OfframpError):
    """This list of what the site serves cannot be used."""


class NotAManifest(ManifestError):
    """This is not a signed list of what a site serves."""


class ManifestForged(ManifestError):
    """This list of what the site serves was not signed by the campaign's root key."""


class ManifestOfAnotherSite(ManifestError):
    """This list of what a site serves was signed for another campaign, or another onion address."""
