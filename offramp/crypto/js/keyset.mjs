/** The keyset (FORMAT.md, 3.1, 3.3 and 3.4): whom to seal to, signed by the campaign's root key. */

import { equal } from "./bytes.mjs";
import { MAX_SLOTS, MIN_SLOTS } from "./envelope.mjs";
import {
  BadRecipient,
  BadSignature,
  KeysetExpired,
  KeysetNotYetValid,
  NotAKeyset,
  SequenceWentBack,
  UnsupportedVersion,
  WrongCampaign,
  WrongOnion,
} from "./errors.mjs";
import { KEYSET, KEYSET_ID, labelledHash } from "./hashing.mjs";
import { isSigned } from "./signature.mjs";

/**
 * @typedef {object} Recipient
 * @property {Uint8Array} x25519 32 bytes
 * @property {Uint8Array} mlkem 1184 bytes
 */

/**
 * @typedef {object} Keyset
 * @property {string} campaign
 * @property {string} onion
 * @property {number} sequence
 * @property {Uint8Array} previous 32 bytes
 * @property {number} validFrom seconds since 1970-01-01 UTC
 * @property {number} validUntil
 * @property {Uint8Array} cardKey 32 bytes
 * @property {Recipient[]} recipients
 * @property {Uint8Array} id 32 bytes
 */

const VERSION = 2;
const FIXED_LENGTH = 165;
const X25519_LENGTH = 32;
const RECIPIENT_LENGTH = 1216;
const SIGNATURE_LENGTH = 64;
const LONGEST_VALIDITY = 366 * 86400;
/** Seconds by which the clocks of a server and of a reader may be wrong together (3.4, step 5). */
export const TOLERANCE = 2 * 86400;
const ONION = /^[a-z2-7]{56}\.onion$/;
export const CAMPAIGN_ID = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/**
 * The keyset that may be sealed to at the time `now`, after all checks of 3.4.
 * @param {Uint8Array} raw
 * @param {object} expected
 * @param {Uint8Array} expected.root the campaign's Ed25519 public key, 32 bytes
 * @param {string} expected.campaign
 * @param {number} expected.now in seconds since 1970-01-01 UTC
 * @param {string} [expected.onion]
 * @param {number} [expected.minimumSequence]
 * @returns {Keyset}
 * @throws {import("./errors.mjs").KeysetError}
 */
export function verifyKeyset(raw, { root, campaign, now, onion, minimumSequence = 1 }) {
  const keyset = parse(raw);
  const end = raw.length - SIGNATURE_LENGTH;
  if (!isSigned(raw.subarray(0, end), raw.subarray(end), root)) throw new BadSignature(); // 3.4, step 2
  if (keyset.campaign !== campaign) throw new WrongCampaign(); // 3.4, step 3
  if (onion !== undefined && keyset.onion !== onion) throw new WrongOnion();
  if (keyset.sequence < minimumSequence) throw new SequenceWentBack(); // 3.4, step 4
  if (now < keyset.validFrom - TOLERANCE) throw new KeysetNotYetValid(); // 3.4, step 5
  if (now >= keyset.validUntil + TOLERANCE) throw new KeysetExpired();
  checkRecipients(keyset.recipients);
  return keyset;
}

/**
 * 3.4, step 1.
 * @param {Uint8Array} raw
 * @returns {Keyset}
 */
function parse(raw) {
  if (raw.length < FIXED_LENGTH || !equal(raw.subarray(0, 16), KEYSET)) throw new NotAKeyset();
  if (raw[16] !== VERSION) throw new UnsupportedVersion();
  const view = new DataView(raw.buffer, raw.byteOffset);
  const seconds = (offset) => view.getUint32(offset) * 2 ** 32 + view.getUint32(offset + 4);
  const text = (start, end) => String.fromCharCode(...raw.subarray(start, end));
  const slotCount = raw[17];
  const start = FIXED_LENGTH + raw[164];
  const end = start + RECIPIENT_LENGTH * slotCount;
  const keyset = {
    sequence: view.getUint32(18),
    previous: raw.slice(22, 54),
    validFrom: seconds(54),
    validUntil: seconds(62),
    cardKey: raw.slice(70, 102),
    onion: text(102, 164),
    campaign: text(FIXED_LENGTH, start),
    recipients: [],
    id: KEYSET,
  };
  if (
    slotCount < MIN_SLOTS ||
    slotCount > MAX_SLOTS ||
    raw.length !== end + SIGNATURE_LENGTH ||
    keyset.sequence < 1 ||
    (keyset.sequence === 1) !== isZero(keyset.previous) ||
    keyset.validFrom >= 2 ** 40 ||
    keyset.validUntil <= keyset.validFrom ||
    keyset.validUntil > keyset.validFrom + LONGEST_VALIDITY ||
    !ONION.test(keyset.onion) ||
    !CAMPAIGN_ID.test(keyset.campaign)
  ) {
    throw new NotAKeyset();
  }
  for (let offset = start; offset < end; offset += RECIPIENT_LENGTH) {
    const middle = offset + X25519_LENGTH;
    keyset.recipients.push({
      x25519: raw.slice(offset, middle),
      mlkem: raw.slice(middle, offset + RECIPIENT_LENGTH),
    });
  }
  keyset.id = labelledHash(KEYSET_ID, raw.subarray(0, end));
  return keyset;
}

/**
 * How long a keyset is, by what it says of itself; the card stands right behind it (16.1).
 * @param {Uint8Array} raw
 * @returns {number} not a number where even that is missing
 */
export const keysetLength = (raw) => FIXED_LENGTH + raw[164] + RECIPIENT_LENGTH * raw[17] + SIGNATURE_LENGTH;

/** @param {Uint8Array} bytes */
const isZero = (bytes) => bytes.every((byte) => byte === 0);

/**
 * 3.4, step 6.
 * @param {Recipient[]} recipients
 */
function checkRecipients(recipients) {
  const different = (keys) => new Set(keys.map(String)).size === recipients.length;
  if (
    !different(recipients.map((one) => one.x25519)) ||
    !different(recipients.map((one) => one.mlkem)) ||
    recipients.some((one) => isZero(one.x25519))
  ) {
    throw new BadRecipient();
  }
}
