// Which of the twelve words are asked back, and whether what was typed is one of them.

import { randomBytes } from "../crypto/js/bytes.mjs";
import { WORDS, typedWords } from "../crypto/js/phrase.mjs";

const ASKED = 3;

/**
 * Three different places, counted from 0, in rising order; every three are as likely as any other.
 * Raises NoRandomness.
 */
export function drawPlaces(test_only_random = randomBytes) {
  // Places in the order of 32 random bits each: two of them the same, and so an order less random, comes once in 65 million.
  const lots = new Uint32Array(test_only_random(4 * WORDS).buffer);
  const places = Array.from(lots.keys()).sort((a, b) => lots[a] - lots[b]);
  return places.slice(0, ASKED).sort((a, b) => a - b);
}

/** Whether this is that word, read as FORMAT 7.2 reads: not by case, spaces, or a number before it. */
export function isWord(typed, word) {
  const words = typedWords(typed);
  return words.length === 1 && words[0] === word;
}
