// The twelve words as a person types them: read in this page only, and every mistake named before anything is asked
// of the server (FORMAT 7.2).

import { wordlist } from "@scure/bip39/wordlists/english.js";
import { PhraseError } from "../crypto/js/errors.mjs";
import { WORDS, readPhrase, replyKeyOf, threadOf, typedWords } from "../crypto/js/phrase.mjs";
import { whyNotAPhrase } from "./answer_words.mjs";
import { replaceWord } from "./word_places.mjs";

/**
 * What is wrong with the words that were typed.
 * @typedef {object} Mistake
 * @property {string} sentence
 * @property {{ word: string, text: string }[]} corrections words that may be meant, each with the whole text as it
 *   would then be
 */

/**
 * @param {string} text as it was typed
 * @returns {{ keys: { thread: Uint8Array, replyKey: Uint8Array } } | { mistake: Mistake }} what comes of the words
 *   (7.3), or what is wrong with them
 */
export function readWords(text) {
  try {
    const entropy = readPhrase(text);
    return { keys: { thread: threadOf(entropy), replyKey: replyKeyOf(entropy) } };
  } catch (error) {
    if (!(error instanceof PhraseError)) throw error;
    return { mistake: mistakeOf(error, text) };
  }
}

function mistakeOf(error, text) {
  const words = typedWords(text);
  const foreign = looksForeign(words);
  const { place, suggestions = [] } = error;
  // Where most words are of another language, what is like one of them by chance does not help.
  const corrections = foreign ? [] : suggestions.map((word) => ({ word, text: replaceWord(text, place, word) }));
  return { sentence: whyNotAPhrase(error, { word: words[place - 1]?.normalize(), foreign }), corrections };
}

/** Whether these are words, but not ours: more than half of the twelve are in no place of the list. */
function looksForeign(words) {
  const known = words.filter((word) => wordlist.includes(word)).length;
  return words.length > 0 && words.length <= 2 * WORDS && known < words.length / 2;
}
