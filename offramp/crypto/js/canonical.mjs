/** Canonical JSON (FORMAT.md, 2.4): one spelling for each value, in letters and in answers. */

/** With the flag `u` this finds only halves of surrogate pairs that stand alone. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/**
 * The one spelling of a value whose members stand in the order of the format.
 *
 * A text field may hold half of a surrogate pair, which UTF-8 cannot: it becomes U+FFFD, so that
 * nobody's letter is lost for it.
 * @param {unknown} value
 * @returns {string}
 */
export const toJson = (value) =>
  JSON.stringify(value, (_, one) => (isText(one) ? one.replace(LONE_SURROGATE, "\ufffd") : one));

/**
 * The text that `raw` holds in UTF-8, and what it says as JSON.
 *
 * The caller makes a value of its own from what was said and compares `toJson` of it with the text.
 * That one comparison finds white space, other escapes, numbers spelt otherwise, and members that are
 * unknown, in another order or there twice.
 * @param {Uint8Array} raw
 * @returns {{ text: string, parsed: unknown }}
 * @throws {TypeError | SyntaxError | RangeError} which the caller turns into an error of its own
 */
export function parseJson(raw) {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  return { text, parsed: JSON.parse(text) };
}

/** @param {unknown} value @returns {value is string} */
export const isText = (value) => typeof value === "string";

/** @param {unknown} value */
export const isHex = (value) => isText(value) && /^([0-9a-f]{2})+$/.test(value);
