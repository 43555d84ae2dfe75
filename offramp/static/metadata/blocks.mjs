// What the readers of all kinds of files need: bytes, and the words for what they find.

/** A file that is broken, or made in a way that is not known here: it is left as it is. */
export class NotUnderstood extends Error {}

/**
 * What was found in a file: `what` names a sentence of words.mjs, `value` is what stands there, if it says anything.
 * Nothing longer than a line is shown, and of times only the day.
 */
export function finding(what, value = "") {
  // What stands in a file is anybody's: no control characters, and none that turn the direction of the page's words.
  const line = String(value).replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const day = TIMES.includes(what) && /^(\d{4})[:-](\d\d)[:-](\d\d)(?!\d)/.exec(line);
  if (day) return { what, value: day.slice(1).join("-") };
  return { what, value: line.length > MOST ? `${line.slice(0, MOST).toWellFormed()}…` : line };
}

const TIMES = ["time", "reviewed"];
const MOST = 80;

/** Each finding once, in the order in which they came. */
export function once(findings) {
  return [...new Map(findings.map((one) => [`${one.what} ${one.value}`, one])).values()];
}

/** Several stretches of bytes as one. */
export function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whether the ASCII text stands in the bytes at this place. */
export function standsAt(bytes, at, text) {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** A DataView of the same bytes. */
export const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes as text, one character each. */
export const latin = (bytes) => new TextDecoder("latin1").decode(bytes);
