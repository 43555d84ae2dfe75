/**
 * The errors of FORMAT.md, section 21, under the same names as in Python.
 *
 * Their `name` is what the page looks up its own sentence by; they carry no text, and no data but for
 * those of the phrase, which say where a person should look again.
 */

export class OfframpError extends Error {
  constructor() {
    super();
    this.name = new.target.name;
  }
}

/**
 * A computed key names the class, so that its name survives a minifier.
 * @param {string} name
 * @param {typeof OfframpError} parent
 * @returns {typeof OfframpError}
 */
const kind = (name, parent) => ({ [name]: class extends parent {} })[name];

export const UnsupportedVersion = /* @__PURE__ */ kind("UnsupportedVersion", OfframpError);
/** The browser has no generator of random bytes that it vouches for: nothing may be sealed. */
export const NoRandomness = /* @__PURE__ */ kind("NoRandomness", OfframpError);

// Section 2: envelopes and what is in them.
export const EnvelopeError = /* @__PURE__ */ kind("EnvelopeError", OfframpError);
export const NotAnEnvelope = /* @__PURE__ */ kind("NotAnEnvelope", EnvelopeError);
export const WrongSlots = /* @__PURE__ */ kind("WrongSlots", EnvelopeError);
export const WrongLength = /* @__PURE__ */ kind("WrongLength", EnvelopeError);
export const UnknownKeyset = /* @__PURE__ */ kind("UnknownKeyset", EnvelopeError);
export const SlotDamaged = /* @__PURE__ */ kind("SlotDamaged", EnvelopeError);
export const CommitmentMismatch = /* @__PURE__ */ kind("CommitmentMismatch", EnvelopeError);
export const BodyDamaged = /* @__PURE__ */ kind("BodyDamaged", EnvelopeError);
export const ContentMalformed = /* @__PURE__ */ kind("ContentMalformed", EnvelopeError);
export const TooLarge = /* @__PURE__ */ kind("TooLarge", EnvelopeError);

// Section 3: keysets.
export const KeysetError = /* @__PURE__ */ kind("KeysetError", OfframpError);
export const NotAKeyset = /* @__PURE__ */ kind("NotAKeyset", KeysetError);
export const BadSignature = /* @__PURE__ */ kind("BadSignature", KeysetError);
export const WrongCampaign = /* @__PURE__ */ kind("WrongCampaign", KeysetError);
export const WrongOnion = /* @__PURE__ */ kind("WrongOnion", KeysetError);
export const SequenceWentBack = /* @__PURE__ */ kind("SequenceWentBack", KeysetError);
export const KeysetNotYetValid = /* @__PURE__ */ kind("KeysetNotYetValid", KeysetError);
export const KeysetExpired = /* @__PURE__ */ kind("KeysetExpired", KeysetError);
export const BadRecipient = /* @__PURE__ */ kind("BadRecipient", KeysetError);
export const NotForThisKey = /* @__PURE__ */ kind("NotForThisKey", KeysetError);

// Section 7: phrases.
export const PhraseError = /* @__PURE__ */ kind("PhraseError", OfframpError);
/** Has `count`, the number of words that there are. */
export const PhraseWrongLength = /* @__PURE__ */ kind("PhraseWrongLength", PhraseError);
/** Has `place`, counted from 1, and `suggestions`, at most three words. */
export const PhraseUnknownWord = /* @__PURE__ */ kind("PhraseUnknownWord", PhraseError);
export const PhraseWrongChecksum = /* @__PURE__ */ kind("PhraseWrongChecksum", PhraseError);

// Sections 8 and 9: answers, replies and the board.
export const BoardError = /* @__PURE__ */ kind("BoardError", OfframpError);
export const AnswerMalformed = /* @__PURE__ */ kind("AnswerMalformed", BoardError);
export const AnswerTooLong = /* @__PURE__ */ kind("AnswerTooLong", BoardError);
export const WrongReplyLength = /* @__PURE__ */ kind("WrongReplyLength", BoardError);
export const WrongShardLength = /* @__PURE__ */ kind("WrongShardLength", BoardError);
export const ShardDamaged = /* @__PURE__ */ kind("ShardDamaged", BoardError);
export const NotABoard = /* @__PURE__ */ kind("NotABoard", BoardError);

// Section 10: parcels.
export const ParcelError = /* @__PURE__ */ kind("ParcelError", OfframpError);
export const WrongParcelLength = /* @__PURE__ */ kind("WrongParcelLength", ParcelError);
export const ParcelDamaged = /* @__PURE__ */ kind("ParcelDamaged", ParcelError);
export const ParcelTooLarge = /* @__PURE__ */ kind("ParcelTooLarge", ParcelError);

// Section 16: the card.
export const CardError = /* @__PURE__ */ kind("CardError", OfframpError);
export const NotACard = /* @__PURE__ */ kind("NotACard", CardError);
export const CardForged = /* @__PURE__ */ kind("CardForged", CardError);
export const CardFromTheFuture = /* @__PURE__ */ kind("CardFromTheFuture", CardError);
export const CardLapsed = /* @__PURE__ */ kind("CardLapsed", CardError);
