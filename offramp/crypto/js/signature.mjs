/** Ed25519 as strict as libsodium (FORMAT.md, 3.4, step 2). */

import { ed25519 } from "@noble/curves/ed25519.js";

/**
 * The library alone, even without ZIP 215, takes a signature whose point has a part of low order: only the key's
 * owner could make one, but a laptop would refuse what the page takes.
 * @param {Uint8Array} statement
 * @param {Uint8Array} signature 64 bytes
 * @param {Uint8Array} key 32 bytes
 */
export function isSigned(statement, signature, key) {
  if (!ed25519.verify(signature, statement, key, { zip215: false })) return false;
  const point = ed25519.Point.fromBytes(signature.subarray(0, 32));
  return point.isTorsionFree() && !point.isSmallOrder();
}
