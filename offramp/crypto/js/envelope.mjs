/** The envelope from outside (FORMAT.md, 2.1 and 2.5): its layout, lengths, header and id. */

import { blake2b } from "@noble/hashes/blake2.js";
import { equal, pause } from "./bytes.mjs";
import { NotAnEnvelope, UnsupportedVersion, WrongLength, WrongSlots } from "./errors.mjs";
import { ENVELOPE, ENVELOPE_ID } from "./hashing.mjs";

export const VERSION = 1;
export const SIZE_CLASSES = [16384, 65536, 262144, 1048576, 4194304, 8388608];
export const MIN_SLOTS = 2;
export const MAX_SLOTS = 10;
export const FIXED_HEADER_LENGTH = 84;
export const MLKEM_CIPHERTEXT_LENGTH = 1088;
export const SLOT_LENGTH = 1184;
export const CHUNK_LENGTH = 65536;
export const TAG_LENGTH = 16;

/** @param {number} slotCount @returns {number} the bytes before the body (2.1) */
export const headerLength = (slotCount) => FIXED_HEADER_LENGTH + SLOT_LENGTH * slotCount;

/**
 * @param {number} sizeClass
 * @param {number} slotCount
 * @returns {number} the exact length in bytes of every such envelope (2.1)
 */
export const envelopeLength = (sizeClass, slotCount) =>
  headerLength(slotCount) + sizeClass + TAG_LENGTH * Math.ceil(sizeClass / CHUNK_LENGTH);

/** @param {number} length of the content @returns {number | undefined} the smallest class for it (2.2, step 1) */
export const smallestClass = (length) => SIZE_CLASSES.find((sizeClass) => 4 + length <= sizeClass);

/**
 * @param {number} index
 * @param {boolean} isLast
 * @returns {Uint8Array} the nonce of a chunk (2.2, step 7); unique, since a body key is used for one body
 */
export function chunkNonce(index, isLast) {
  const nonce = new Uint8Array(24);
  new DataView(nonce.buffer).setUint32(4, index); // there are never 2^32 chunks
  nonce[23] = isLast ? 1 : 0;
  return nonce;
}

/**
 * The header after all checks of 2.3, step 1, in its order.
 * @param {Uint8Array} envelope
 * @returns {{ slotCount: number, keysetId: Uint8Array, commitment: Uint8Array, sizeClass: number }}
 */
export function readHeader(envelope) {
  if (envelope.length < FIXED_HEADER_LENGTH || !equal(envelope.subarray(0, 16), ENVELOPE)) {
    throw new NotAnEnvelope();
  }
  if (envelope[16] !== VERSION) throw new UnsupportedVersion();
  const slotCount = envelope[17];
  const slotLength = envelope[18] * 256 + envelope[19];
  if (slotCount < MIN_SLOTS || slotCount > MAX_SLOTS || slotLength !== SLOT_LENGTH) throw new WrongSlots();
  const sizeClass = SIZE_CLASSES.find((one) => envelopeLength(one, slotCount) === envelope.length);
  if (!sizeClass) throw new WrongLength();
  return { slotCount, keysetId: envelope.slice(20, 52), commitment: envelope.slice(52, 84), sizeClass };
}

/**
 * The 16 bytes by which server, courier and desk name an envelope (2.5).
 * Without JIT the hash takes some two seconds a megabyte, so it pauses, and is best done while the page sends.
 * @param {Uint8Array} envelope
 * @returns {Promise<Uint8Array>}
 */
export async function envelopeId(envelope) {
  const hash = blake2b.create({ dkLen: 32, personalization: ENVELOPE_ID });
  for (let start = 0; start < envelope.length; start += CHUNK_LENGTH) {
    hash.update(envelope.subarray(start, start + CHUNK_LENGTH));
    await pause();
  }
  return hash.digest().slice(0, 16);
}
