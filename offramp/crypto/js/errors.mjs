/**
 * The errors of FORMAT.md, section 7, under the same names as in Python.
 *
 * Their `name` is what the page looks up its own sentence by; they carry no text and no data.
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
