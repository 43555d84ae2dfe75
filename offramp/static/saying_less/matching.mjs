// How the rules look at a text. A rule is a pattern; what it finds is a place in the text.
//
// Every pattern is Unicode's, for \b knows no é: WORD_START and WORD_END stand for it.

/**
 * A place in a text that points to a person.
 *
 * @typedef {object} Finding
 * @property {string} kind one of KINDS in words.mjs
 * @property {number} start where it begins, in UTF-16 units
 * @property {number} end where it ends
 * @property {string | null} instead vaguer words for it, in the text's own language; "" where it is best left out, and
 *   null where nothing helps but to take out the whole sentence
 */

export const WORD_START = "(?<![\\p{L}\\p{N}])";
export const WORD_END = "(?![\\p{L}\\p{N}])";

/** A word that begins with a capital, as names do; also “O’Neill”, “Ana-María” and “J.” */
export const CAPITAL = "\\p{Lu}(?:\\p{L}|['’-](?=\\p{L}))*";
/** A name of several words, also “Montes de Oca” and “Anthony P. Russo”. */
export const NAME = `(?:["“]?(?:\\p{Lu}\\.|${CAPITAL})["”]?)(?:[ \\t]+(?:(?:de|del|la|las|los|von|van|y)[ \\t]+)*["“]?(?:\\p{Lu}\\.|${CAPITAL})["”]?){0,3}`;

// What the rules know is written with these letters. Without JIT, a pattern with all of Unicode's takes long to make.
const LATIN = "a-zA-ZÀ-ɏ";
const latin = (source) =>
  source.replace(/\[(?:\\.|[^\]\\])*\]|\\p\{L\}/gu, (part) =>
    part.startsWith("[") ? part.replace("\\p{L}", LATIN).replace("\\p{N}", "\\d") : `[${LATIN}]`);

/** A pattern that is looked for everywhere, whole words only. Sources are joined as they are. */
export const words = (source, flags = "i") => new RegExp(latin(`${WORD_START}(?:${source})${WORD_END}`), `gu${flags}`);

/**
 * The same source in either case, for patterns in which the rest (a name, for one) must have its capitals: the flag “i”
 * would make \\p{Lu} any letter.
 */
export const anyCase = (source) =>
  source.replace(/\\p\{\w+\}|\\.|\(\?<\w+>|\[[^\]]*\]|\p{Ll}/gu, (part) => {
    if (part.startsWith("[")) return part.replace(/\]$/, `${part.slice(1, -1).replace(/\\./g, "").toUpperCase()}]`);
    return part.length === 1 ? `[${part}${part.toUpperCase()}]` : part;
  });

/**
 * What a pattern finds. `make(match)` gives the words to write instead, or undefined where it is nothing after all.
 * Where the pattern has a group `it`, only that part is meant.
 */
export function every(text, kind, pattern, make) {
  const found = [];
  for (const match of text.matchAll(pattern)) {
    const instead = make(match);
    if (instead === undefined) continue;
    const it = match.groups?.it ?? match[0];
    // The last such part: what leads to it stands before it.
    const start = match.index + match[0].lastIndexOf(it);
    found.push({ kind, start, end: start + it.length, instead });
  }
  return found;
}

/** Before a rule's own words: an article goes with what is replaced, for the vaguer words bring their own. */
export const WITH_ARTICLE = "(?:(?:an?|the|our|el|la|un|una|al|del) (?:acting )?(?:equipo |grupo |unidad )?)?";

/** The words in the place of “al …” and “del …”, which hold an article. */
export const contracted = ([found], instead) => (/^al /i.test(found) ? "a " : /^del /i.test(found) ? "de " : "") + instead;

/** The text before a place, as far as it can matter. */
export const before = (match, length = 24) => match.input.slice(Math.max(0, match.index - length), match.index);

/** The text after a place, as far as it can matter. */
export const after = (match, length = 24) =>
  match.input.slice(match.index + match[0].length, match.index + match[0].length + length);
