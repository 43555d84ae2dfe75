// What the tests' page in Firefox needs of ours.

export { runVectors, fromBase64 } from "./browser_vectors.mjs";
export { SHARD_LENGTH, checksumOf } from "../../offramp/crypto/js/board.mjs";
export { verifyKeyset } from "../../offramp/crypto/js/keyset.mjs";
export { openShard } from "../../offramp/crypto/js/reply.mjs";
export { seal } from "../../offramp/crypto/js/sealing.mjs";

export function toBase64(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(text);
}
