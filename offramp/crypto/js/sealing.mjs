/** Sealing a letter to all recipients of a keyset (FORMAT.md, 2.2), in the page. */

import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { concat, equal, pause, randomBytes, toUtf8, u32 } from "./bytes.mjs";
import {
  CHUNK_LENGTH,
  SLOT_LENGTH,
  TAG_LENGTH,
  VERSION,
  chunkNonce,
  envelopeLength,
  headerLength,
  smallestClass,
} from "./envelope.mjs";
import { BadRecipient, ContentMalformed, TooLarge } from "./errors.mjs";
import { BODY_KEY, COMMIT, ENVELOPE, SLOT_KEY, labelledHash } from "./hashing.mjs";
import { contentParts } from "./letter.mjs";

/**
 * @typedef {object} SealingOptions
 * @property {(done: number, total: number) => void} [onProgress] called after each slot and each chunk
 * @property {(length: number) => Uint8Array} [test_only_random] instead of the browser's generator
 */

/**
 * The envelope of a letter, for a keyset that was verified. Lets the page paint after each slot and chunk.
 * @param {import("./letter.mjs").Letter} letter
 * @param {import("./keyset.mjs").Keyset} keyset
 * @param {SealingOptions} [options]
 * @returns {Promise<Uint8Array>}
 * @throws {TooLarge | ContentMalformed | BadRecipient | import("./errors.mjs").NoRandomness}
 */
export async function seal(letter, keyset, options) {
  // 2.4: no reader would take it.
  if (letter.campaign !== keyset.campaign || !equal(letter.keysetId, keyset.id)) throw new ContentMalformed();
  return sealPadded(pad(contentParts(letter)), keyset, options);
}

/**
 * 2.2, steps 1 and 2.
 * @param {Uint8Array[]} parts of the content
 * @returns {Uint8Array}
 */
export function pad(parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const sizeClass = smallestClass(length);
  if (!sizeClass) throw new TooLarge();
  const padded = new Uint8Array(sizeClass);
  let offset = 0;
  for (const part of [u32(length), ...parts]) {
    padded.set(part, offset);
    offset += part.length;
  }
  return padded;
}

/**
 * 2.2, steps 3 to 7.
 * @param {Uint8Array} padded
 * @param {import("./keyset.mjs").Keyset} keyset
 * @param {SealingOptions} [options]
 * @returns {Promise<Uint8Array>}
 */
export async function sealPadded(
  padded,
  keyset,
  { onProgress = () => {}, test_only_random = randomBytes } = {},
) {
  const slotCount = keyset.recipients.length;
  const chunkCount = Math.ceil(padded.length / CHUNK_LENGTH);
  let done = 0;
  const step = () => {
    onProgress(++done, slotCount + chunkCount);
    return pause();
  };

  const contentKey = test_only_random(32); // 2.2, step 3
  const envelope = new Uint8Array(envelopeLength(padded.length, slotCount));
  envelope.set(fixedHeader(keyset, contentKey));
  for (let index = 0; index < slotCount; index++) {
    envelope.set(sealSlot(index, keyset, contentKey, test_only_random), headerLength(index));
    await step();
  }
  let offset = headerLength(slotCount);
  const bodyKey = labelledHash(BODY_KEY, envelope.subarray(0, offset), contentKey); // 2.2, step 6
  for (let index = 0; index < chunkCount; index++) {
    const chunk = padded.subarray(index * CHUNK_LENGTH, (index + 1) * CHUNK_LENGTH);
    envelope.set(secretBox(bodyKey, chunkNonce(index, index === chunkCount - 1), chunk), offset); // 2.2, step 7
    offset += chunk.length + TAG_LENGTH;
    await step();
  }
  return envelope;
}

/**
 * The first 84 bytes (2.1), with the commitment (2.2, step 4).
 * @param {import("./keyset.mjs").Keyset} keyset
 * @param {Uint8Array} contentKey
 */
export function fixedHeader(keyset, contentKey) {
  const numbers = Uint8Array.of(VERSION, keyset.recipients.length, SLOT_LENGTH >> 8, SLOT_LENGTH & 255);
  return concat(ENVELOPE, numbers, keyset.id, labelledHash(COMMIT, keyset.id, contentKey));
}

/**
 * 2.2, step 5.
 * @param {number} index
 * @param {import("./keyset.mjs").Keyset} keyset
 * @param {Uint8Array} contentKey
 * @param {(length: number) => Uint8Array} random
 * @returns {Uint8Array} 1184 bytes
 */
export function sealSlot(index, keyset, contentKey, random) {
  const recipient = keyset.recipients[index];
  const { cipherText, sharedSecret } = orBadRecipient(ml_kem768.encapsulate, recipient.mlkem, random(32)); // step 5.1
  const slotKey = slotKeyOf(keyset.id, index, recipient.x25519, cipherText, sharedSecret);
  const wrapped = secretBox(slotKey, new Uint8Array(24), contentKey); // step 5.3
  return concat(cipherText, sealedBox(recipient.x25519, wrapped, random(32))); // step 5.4
}

/** 2.2, step 5.2. */
export const slotKeyOf = (keysetId, index, x25519Public, cipherText, sharedSecret) =>
  labelledHash(SLOT_KEY, concat(keysetId, Uint8Array.of(index), x25519Public, cipherText), sharedSecret);

/** `SecretBox` of section 1. */
export const secretBox = (key, nonce, message) => xsalsa20poly1305(key, nonce).encrypt(message);

/**
 * `SealedBox` of section 1.
 * @param {Uint8Array} recipient X25519 public key
 * @param {Uint8Array} message
 * @param {Uint8Array} secret the fresh private key
 */
export function sealedBox(recipient, message, secret) {
  // Not getPublicKey: its table for the base point takes longer to make than eight keys this way.
  const ephemeral = x25519.scalarMult(secret, x25519.GuBytes);
  const shared = orBadRecipient(x25519.getSharedSecret, secret, recipient);
  return concat(ephemeral, secretBox(boxKey(shared), boxNonce(ephemeral, recipient), message));
}

/** libsodium's `crypto_box_beforenm`: HSalsa20 of the shared point. */
export function boxKey(shared) {
  const words = (bytes) => new Uint32Array(bytes.slice().buffer);
  const key = new Uint32Array(8);
  hsalsa(words(toUtf8("expand 32-byte k")), words(shared), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

/** The nonce of a sealed box comes from both public keys, so that it need not travel. */
export const boxNonce = (ephemeral, recipient) => blake2b(concat(ephemeral, recipient), { dkLen: 24 });

/**
 * The libraries refuse a point of low order and coefficients out of range. Nothing else here can fail:
 * lengths were checked with the keyset, and the randomness was drawn before.
 */
function orBadRecipient(use, ...values) {
  try {
    return use(...values);
  } catch {
    throw new BadRecipient();
  }
}
