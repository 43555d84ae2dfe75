/** Ten words that people compare (FORMAT.md, 3.3 and 4.1): in the offline sealer, those of a keyset. */

import { wordlist } from "@scure/bip39/wordlists/english.js";

const COUNT = 10;
const BITS = 11; // of a word's place in the list

/**
 * @param {Uint8Array} keysetId 32 bytes
 * @returns {string} ten words (3.3)
 */
export function keysetWords(keysetId) {
  const bits = Array.from(keysetId, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: COUNT }, (_, i) => wordlist[parseInt(bits.slice(BITS * i, BITS * (i + 1)), 2)]).join(" ");
}
