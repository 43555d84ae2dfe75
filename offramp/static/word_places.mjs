// Where the words of a phrase stand in what a person typed, so that one of them can be replaced and the rest stays.

const UNSEEN = /\p{Cf}/u;
const IN_WORDS = /[\p{L}\p{M}\p{Nd}]/u;
const DIGIT = /\p{Nd}/u;

/**
 * @param {string} text
 * @returns {{ start: number, end: number }[]} for each word of typedWords(text) (FORMAT 7.2), where it stands
 */
export function placesOfWords(text) {
  const places = [];
  let word = null; // the one that we are in
  let at = 0;
  for (const character of text) {
    for (const one of character.normalize("NFKD").toLowerCase()) {
      if (UNSEEN.test(one)) continue;
      if (!IN_WORDS.test(one)) {
        word = null;
      } else if (word) {
        word.end = at + character.length;
      } else if (!DIGIT.test(one)) {
        // The number in front of a word is no part of it.
        word = { start: at, end: at + character.length };
        places.push(word);
      }
    }
    at += character.length;
  }
  return places;
}

/**
 * @param {string} text
 * @param {number} place of the word that is replaced, counted from 1
 * @param {string} word to stand there
 * @returns {string}
 */
export function replaceWord(text, place, word) {
  const { start, end } = placesOfWords(text)[place - 1];
  return text.slice(0, start) + word + text.slice(end);
}
