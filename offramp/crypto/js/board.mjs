/** The board from outside (FORMAT.md, 9): its lengths, shard numbers, and the descriptor. */

import { sha256 } from "@noble/hashes/sha2.js";
import { equal, pause } from "./bytes.mjs";
import { NotABoard, ShardDamaged, UnsupportedVersion, WrongShardLength } from "./errors.mjs";
import { BOARD, SHARD, labelledHash } from "./hashing.mjs";

const VERSION = 1;
export const REPLY_LENGTH = 4096;
export const REPLIES_IN_SHARD = 64;
const BODY_LENGTH = REPLY_LENGTH * REPLIES_IN_SHARD;
export const SHARD_LENGTH = BODY_LENGTH + 16;
export const MAX_DOUBLINGS = 16;
export const DESCRIPTOR_LENGTH = 26;

/** After so many bytes of a checksum the page may paint: some 20 milliseconds without JIT. */
const BETWEEN_PAUSES = 4 * REPLY_LENGTH;

/**
 * @typedef {object} Descriptor
 * @property {number} doublings there are 2 ** doublings shards; 0 to 16
 * @property {number} build 1 to 2^53 - 1, greater with each build
 */

/**
 * @param {Uint8Array} thread 16 bytes
 * @returns {number} the thread's shard number (7.3), 0 to 65 535
 */
export function shardNumber(thread) {
  const [high, low] = labelledHash(SHARD, thread);
  return high * 256 + low;
}

/**
 * @param {Descriptor} descriptor
 * @param {number} number a shard number
 * @returns {number} the index of the shard that holds the replies with this number (9.1)
 */
export const shardOf = ({ doublings }, number) => number % 2 ** doublings;

/**
 * What the descriptor says (9.2).
 * @param {Uint8Array} raw
 * @returns {Descriptor}
 * @throws {NotABoard | UnsupportedVersion}
 */
export function readDescriptor(raw) {
  if (raw.length < 17 || !equal(raw.subarray(0, 16), BOARD)) throw new NotABoard();
  if (raw[16] !== VERSION) throw new UnsupportedVersion(); // before the length, which another version may change
  if (raw.length !== DESCRIPTOR_LENGTH) throw new NotABoard();
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const build = view.getUint32(18) * 2 ** 32 + view.getUint32(22);
  const doublings = raw[17];
  if (doublings > MAX_DOUBLINGS || build < 1 || build > Number.MAX_SAFE_INTEGER) throw new NotABoard();
  return { doublings, build };
}

/**
 * The 64 replies of a shard, dummies among them (9.3). Lets the page paint in between.
 * @param {Uint8Array} shard
 * @returns {Promise<Uint8Array[]>}
 * @throws {WrongShardLength | ShardDamaged}
 */
export async function repliesOf(shard) {
  if (shard.length !== SHARD_LENGTH) throw new WrongShardLength(); // 9.3, step 1
  const checksum = await checksumOf(shard.subarray(0, BODY_LENGTH));
  if (!equal(checksum, shard.subarray(BODY_LENGTH))) throw new ShardDamaged(); // 9.3, step 2
  return Array.from({ length: REPLIES_IN_SHARD }, (_, i) =>
    shard.slice(i * REPLY_LENGTH, (i + 1) * REPLY_LENGTH),
  );
}

/**
 * What a shard ends with (9.1): it finds accidents, and proves nothing.
 * @param {Uint8Array} body the 64 replies
 * @returns {Promise<Uint8Array>} 16 bytes
 */
export async function checksumOf(body) {
  const hash = sha256.create();
  for (let start = 0; start < body.length; start += BETWEEN_PAUSES) {
    hash.update(body.subarray(start, start + BETWEEN_PAUSES));
    await pause();
  }
  return hash.digest().slice(0, 16);
}
