/** Replies (FORMAT.md, 8): finding the answers in a shard. */

import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { readAnswer, writeAnswer } from "./answer.mjs";
import { REPLIES_IN_SHARD, REPLY_LENGTH, repliesOf } from "./board.mjs";
import { pause, toHex } from "./bytes.mjs";
import { AnswerMalformed, WrongReplyLength } from "./errors.mjs";

export const NONCE_LENGTH = 24;
export const PADDED_LENGTH = REPLY_LENGTH - NONCE_LENGTH - 16;
export const MAX_ANSWER_LENGTH = PADDED_LENGTH - 2;

/** After so many replies the page may paint: some 20 milliseconds without JIT. */
const BETWEEN_PAUSES = 8;

/**
 * The answer in a reply, or null where the key does not open it (8.3).
 * @param {Uint8Array} reply
 * @param {Uint8Array} replyKey 32 bytes
 * @returns {import("./answer.mjs").Answer | null}
 * @throws {WrongReplyLength | AnswerMalformed}
 */
export function openReply(reply, replyKey) {
  if (reply.length !== REPLY_LENGTH) throw new WrongReplyLength(); // 8.3, step 1
  const padded = decrypt(reply, replyKey);
  if (!padded) return null; // 8.3, step 2: another's, a dummy, or damaged
  const end = 2 + padded[0] * 256 + padded[1]; // 8.3, step 3
  if (end > PADDED_LENGTH || padded.subarray(end).some((byte) => byte !== 0)) throw new AnswerMalformed();
  return readAnswer(padded.subarray(2, end)); // 8.3, step 4
}

/** @returns {Uint8Array | null} */
function decrypt(reply, key) {
  const box = xsalsa20poly1305(key, reply.slice(0, NONCE_LENGTH));
  try {
    return box.decrypt(reply.slice(NONCE_LENGTH));
  } catch {
    return null;
  }
}

/**
 * All answers in a shard that the reply key opens (9.3): by number, each once.
 * Tries every reply, for there may be more than one. Lets the page paint in between.
 * @param {Uint8Array} shard
 * @param {Uint8Array} replyKey 32 bytes
 * @param {{ onProgress?: (done: number, total: number) => void }} [options]
 * @returns {Promise<{ answers: import("./answer.mjs").Answer[], malformed: number }>} with how many
 *   replies opened and were no answer
 * @throws {WrongShardLength | ShardDamaged}
 */
export async function openShard(shard, replyKey, { onProgress = () => {} } = {}) {
  const found = new Map(); // by the answer's bytes in hexadecimal
  let malformed = 0;
  for (const [index, reply] of (await repliesOf(shard)).entries()) {
    if (index % BETWEEN_PAUSES === 0) {
      onProgress(index, REPLIES_IN_SHARD);
      await pause();
    }
    try {
      const answer = openReply(reply, replyKey);
      if (answer) found.set(toHex(writeAnswer(answer)), answer);
    } catch (error) {
      if (!(error instanceof AnswerMalformed)) throw error;
      malformed += 1; // it must not hide the others
    }
  }
  const inOrder = [...found].sort(
    ([one, a], [other, b]) => a.number - b.number || (one < other ? -1 : 1), // as the bytes are ordered
  );
  return { answers: inOrder.map(([, answer]) => answer), malformed };
}
