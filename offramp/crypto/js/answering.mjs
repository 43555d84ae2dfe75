/**
 * Sealing replies and parcels (FORMAT.md, 8.2 and 10.2), as a desk does.
 * For tests: the page must never bundle this.
 */

import { writeAnswer } from "./answer.mjs";
import { concat, randomBytes } from "./bytes.mjs";
import { CHUNK_LENGTH, chunkNonce, smallestClass } from "./envelope.mjs";
import { AnswerTooLong, ParcelTooLarge } from "./errors.mjs";
import { PARCEL_ID, labelledHash } from "./hashing.mjs";
import { bodyKeyOf } from "./parcel.mjs";
import { MAX_ANSWER_LENGTH, NONCE_LENGTH, PADDED_LENGTH } from "./reply.mjs";
import { pad, secretBox } from "./sealing.mjs";

/**
 * The reply that says `answer` to whoever has the reply key (8.2).
 * @param {import("./answer.mjs").Answer} answer
 * @param {Uint8Array} replyKey 32 bytes
 * @param {(length: number) => Uint8Array} [test_only_random]
 * @returns {Uint8Array} 4096 bytes
 * @throws {AnswerMalformed | AnswerTooLong}
 */
export function sealReply(answer, replyKey, test_only_random = randomBytes) {
  const said = writeAnswer(answer);
  if (said.length > MAX_ANSWER_LENGTH) throw new AnswerTooLong(); // 8.2, step 1
  return sealPaddedReply(padReply(said), replyKey, test_only_random);
}

/** 8.2, step 2. */
export function padReply(said, length = said.length) {
  const padded = new Uint8Array(PADDED_LENGTH);
  padded.set(concat(Uint8Array.of(length >> 8, length & 255), said));
  return padded;
}

/** 8.2, steps 3 and 4. */
export function sealPaddedReply(padded, replyKey, random) {
  const nonce = random(NONCE_LENGTH);
  return concat(nonce, secretBox(replyKey, nonce, padded));
}

/**
 * The sealed bytes of a file under a key that is used for this parcel only (10.2).
 * @param {Uint8Array} data
 * @param {Uint8Array} key 32 bytes
 * @returns {Uint8Array}
 * @throws {ParcelTooLarge}
 */
export function sealData(data, key) {
  if (!smallestClass(data.length)) throw new ParcelTooLarge();
  return sealPaddedParcel(pad([data]), key);
}

/** 10.2, steps 4 and 5. */
export function sealPaddedParcel(padded, key) {
  const bodyKey = bodyKeyOf(key);
  const count = Math.ceil(padded.length / CHUNK_LENGTH);
  return concat(
    ...Array.from({ length: count }, (_, index) => {
      const chunk = padded.subarray(index * CHUNK_LENGTH, (index + 1) * CHUNK_LENGTH);
      return secretBox(bodyKey, chunkNonce(index, index === count - 1), chunk);
    }),
  );
}

/** @param {Uint8Array} sealed @returns {Uint8Array} 16 bytes (10.1) */
export const parcelId = (sealed) => labelledHash(PARCEL_ID, sealed).slice(0, 16);
