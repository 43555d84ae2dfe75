/** Opening envelopes (FORMAT.md, 2.3). For tests: the page must never bundle this. */

import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { concat, equal } from "./bytes.mjs";
import {
  CHUNK_LENGTH,
  MLKEM_CIPHERTEXT_LENGTH,
  SLOT_LENGTH,
  TAG_LENGTH,
  chunkNonce,
  headerLength,
  readHeader,
  smallestClass,
} from "./envelope.mjs";
import {
  BodyDamaged,
  CommitmentMismatch,
  ContentMalformed,
  NotForThisKey,
  SlotDamaged,
  UnknownKeyset,
  WrongSlots,
} from "./errors.mjs";
import { BODY_KEY, COMMIT, labelledHash } from "./hashing.mjs";
import { readContent } from "./letter.mjs";
import { boxKey, boxNonce, slotKeyOf } from "./sealing.mjs";

/**
 * @typedef {object} OpeningKey
 * @property {Uint8Array} x25519 private key, 32 bytes
 * @property {Uint8Array} mlkemSeed 64 bytes
 */

/**
 * @param {OpeningKey} key
 * @returns {import("./keyset.mjs").Recipient}
 */
export const publicHalves = ({ x25519: secret, mlkemSeed }) => ({
  x25519: x25519.getPublicKey(secret),
  mlkem: ml_kem768.keygen(mlkemSeed).publicKey,
});

/** Opens the envelopes of one keyset with one key. */
export class Opener {
  /**
   * @param {import("./keyset.mjs").Keyset} keyset
   * @param {OpeningKey} key
   */
  constructor(keyset, key) {
    const own = publicHalves(key);
    this.keyset = keyset;
    this.key = key;
    this.public = own.x25519;
    this.mlkemSecret = ml_kem768.keygen(key.mlkemSeed).secretKey;
    this.index = keyset.recipients.findIndex(
      (one) => equal(one.x25519, own.x25519) && equal(one.mlkem, own.mlkem),
    );
    if (this.index < 0) throw new NotForThisKey();
  }

  /**
   * @param {Uint8Array} envelope
   * @returns {import("./letter.mjs").Letter}
   * @throws {import("./errors.mjs").EnvelopeError}
   */
  open(envelope) {
    const letter = readContent(this.openContent(envelope)); // 2.3, step 7
    if (letter.campaign !== this.keyset.campaign || !equal(letter.keysetId, this.keyset.id)) {
      throw new ContentMalformed(); // 2.4
    }
    return letter;
  }

  /**
   * @param {Uint8Array} envelope
   * @returns {Uint8Array} the content, proven but not read
   */
  openContent(envelope) {
    const header = readHeader(envelope); // 2.3, step 1
    if (!equal(header.keysetId, this.keyset.id)) throw new UnknownKeyset(); // 2.3, step 2
    if (header.slotCount !== this.keyset.recipients.length) throw new WrongSlots();
    const contentKey = this.openSlot(envelope);
    const commitment = labelledHash(COMMIT, header.keysetId, contentKey); // 2.3, step 4
    if (!equal(commitment, header.commitment)) throw new CommitmentMismatch();
    return unpad(openBody(envelope, header, contentKey));
  }

  /**
   * 2.3, step 3.
   * @param {Uint8Array} envelope
   * @returns {Uint8Array}
   */
  openSlot(envelope) {
    const slot = envelope.subarray(headerLength(this.index), headerLength(this.index) + SLOT_LENGTH);
    const cipherText = slot.slice(0, MLKEM_CIPHERTEXT_LENGTH);
    const box = slot.slice(MLKEM_CIPHERTEXT_LENGTH);
    try {
      const ephemeral = box.slice(0, 32);
      const shared = x25519.getSharedSecret(this.key.x25519, ephemeral);
      const wrapped = openBox(boxKey(shared), boxNonce(ephemeral, this.public), box.slice(32));
      const secret = ml_kem768.decapsulate(cipherText, this.mlkemSecret);
      const slotKey = slotKeyOf(this.keyset.id, this.index, this.public, cipherText, secret);
      return openBox(slotKey, new Uint8Array(24), wrapped);
    } catch {
      throw new SlotDamaged();
    }
  }
}

const openBox = (key, nonce, sealed) => xsalsa20poly1305(key, nonce).decrypt(sealed);

/** 2.3, step 5. */
function openBody(envelope, { slotCount, sizeClass }, contentKey) {
  const start = headerLength(slotCount);
  const bodyKey = labelledHash(BODY_KEY, envelope.subarray(0, start), contentKey);
  const last = Math.ceil(sizeClass / CHUNK_LENGTH) - 1;
  const chunks = [];
  try {
    for (let index = 0; index <= last; index++) {
      const offset = start + index * (CHUNK_LENGTH + TAG_LENGTH);
      const sealed = envelope.slice(offset, offset + CHUNK_LENGTH + TAG_LENGTH);
      chunks.push(openBox(bodyKey, chunkNonce(index, index === last), sealed));
    }
  } catch {
    throw new BodyDamaged();
  }
  return concat(...chunks);
}

/** 2.3, step 6. */
function unpad(padded) {
  const end = 4 + new DataView(padded.buffer).getUint32(0);
  if (smallestClass(end - 4) !== padded.length || padded.subarray(end).some((byte) => byte !== 0)) {
    throw new ContentMalformed();
  }
  return padded.slice(4, end);
}
