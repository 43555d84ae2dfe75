/** The phrase (FORMAT.md, 7): twelve words that a person keeps, and what comes of them. It never leaves the page. */

import { sha256 } from "@noble/hashes/sha2.js";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, randomBytes } from "./bytes.mjs";
import { PhraseUnknownWord, PhraseWrongChecksum, PhraseWrongLength } from "./errors.mjs";
import { REPLY_KEY, THREAD, labelledHash } from "./hashing.mjs";
import { suggestions } from "./suggestions.mjs";

export const WORDS = 12;
const ENTROPY_LENGTH = 16;
const BITS = 11; // of a word's place in the list

/**
 * @param {(length: number) => Uint8Array} [test_only_random] instead of the browser's generator
 * @returns {Uint8Array} 16 bytes (7.1, step 1)
 * @throws {import("./errors.mjs").NoRandomness}
 */
export const newEntropy = (test_only_random = randomBytes) => test_only_random(ENTROPY_LENGTH);

/**
 * 7.1, steps 2 and 3.
 * @param {Uint8Array} entropy 16 bytes
 * @returns {string[]} the twelve words
 */
export function wordsOf(entropy) {
  const words = [];
  let held = 0; // bits that are in no word yet, below 2^(11 + 8)
  let count = 0;
  for (const byte of concat(entropy, checksumOf(entropy))) {
    held = (held << 8) | byte;
    count += 8;
    if (count >= BITS) {
      count -= BITS;
      words.push(wordlist[held >>> count]);
      held &= (1 << count) - 1;
    }
  }
  return words;
}

/** @returns {Uint8Array} one byte, whose upper four bits are the checksum */
const checksumOf = (entropy) => sha256(entropy).subarray(0, 1);

/**
 * What a person typed, taken apart (7.2, steps 1 and 2), so that the page can show which word is meant.
 * @param {string} text
 * @returns {string[]}
 */
export const typedWords = (text) =>
  (
    text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/\p{Cf}/gu, "") // invisible characters that come along when one copies from a page
      .match(/[\p{L}\p{M}\p{Nd}]+/gu) ?? []
  )
    .map((word) => word.replace(/^\p{Nd}+/u, ""))
    .filter((word) => word !== "");

/**
 * The entropy of a phrase as a person typed it (7.2).
 * @param {string} text
 * @returns {Uint8Array} 16 bytes
 * @throws {PhraseWrongLength | PhraseUnknownWord | PhraseWrongChecksum}
 */
export function readPhrase(text) {
  const words = typedWords(text);
  if (words.length !== WORDS) throw Object.assign(new PhraseWrongLength(), { count: words.length });
  const places = words.map((word) => wordlist.indexOf(word));
  const unknown = places.indexOf(-1);
  if (unknown >= 0) {
    const found = suggestions(words[unknown], wordlist);
    throw Object.assign(new PhraseUnknownWord(), { place: unknown + 1, suggestions: found });
  }
  const entropy = entropyOf(places);
  // 7.2, step 5: the last four bits are in the last word, so comparing that is enough.
  if (wordsOf(entropy)[WORDS - 1] !== words[WORDS - 1]) throw new PhraseWrongChecksum();
  return entropy;
}

/** The first 128 of the words' 132 bits. */
function entropyOf(places) {
  const bits = places.map((place) => place.toString(2).padStart(BITS, "0")).join("");
  return Uint8Array.from({ length: ENTROPY_LENGTH }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8), 2));
}

/**
 * 7.3.
 * @param {Uint8Array} entropy 16 bytes
 * @returns {Uint8Array} 32 bytes, which open the answers
 */
export const replyKeyOf = (entropy) => labelledHash(REPLY_KEY, entropy);

/**
 * 7.3.
 * @param {Uint8Array} entropy 16 bytes
 * @returns {Uint8Array} 16 bytes, which join a person's letters
 */
export const threadOf = (entropy) => labelledHash(THREAD, entropy).slice(0, 16);
