/** Which words somebody may have meant (FORMAT.md, 7.2, step 4). */

const SUGGESTIONS = 3;
const FARTHEST = 2;
const PREFIX = 4; // letters, by which BIP39's words all differ

/**
 * @param {string} typed
 * @param {readonly string[]} list
 * @returns {string[]} at most three words, the likeliest first
 */
export function suggestions(typed, list) {
  const letters = Array.from(typed);
  return list
    .map((word, index) => ({ word, index, rank: rankOf(letters, word) }))
    .filter(({ rank }) => rank <= 2 * FARTHEST + 1)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, SUGGESTIONS)
    .map(({ word }) => word);
}

/** Less is likelier: first by distance, then by whether the first letter is the same. */
function rankOf(letters, word) {
  const distance = sharesPrefix(letters, word) ? 1 : editDistance(letters, word);
  return 2 * distance + (letters[0] === word[0] ? 0 : 1);
}

/** Whether one begins as the other, as far as it takes to know a word. */
function sharesPrefix(letters, word) {
  const length = Math.min(PREFIX, letters.length, word.length);
  return length >= 3 && letters.slice(0, length).join("") === word.slice(0, length);
}

/**
 * How many letters were left out, added, changed, or exchanged with their neighbour; at most FARTHEST + 1.
 * @param {string[]} a
 * @param {string} b
 */
function editDistance(a, b) {
  if (Math.abs(a.length - b.length) > FARTHEST) return FARTHEST + 1;
  let before = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(changed, above[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.length];
}
