/** An answer (FORMAT.md, 8.1): what an adviser wrote, in canonical JSON. */

import { fromHex, toHex, toUtf8 } from "./bytes.mjs";
import { isHex, isText, parseJson, toJson } from "./canonical.mjs";
import { SIZE_CLASSES } from "./envelope.mjs";
import { AnswerMalformed } from "./errors.mjs";

/**
 * @typedef {object} Parcel
 * @property {Uint8Array} id 16 bytes
 * @property {Uint8Array} key 32 bytes
 * @property {string} name at most 255 bytes of UTF-8; "" where the parcel is the answer's own text
 * @property {number} size of the file in bytes
 */

/**
 * @typedef {object} Answer
 * @property {number} number 1 to 2^32 - 1
 * @property {string} day as in "2026-11-21"
 * @property {string} text
 * @property {Parcel[]} parcels
 */

const MAX_NUMBER = 2 ** 32 - 1;
export const MAX_PARCEL_SIZE = SIZE_CLASSES.at(-1) - 4; // what the largest class holds behind its length
const MAX_NAME = 255;
const DAY = /^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/**
 * The answer's one spelling. The page writes no answers; tests do.
 * @param {Answer} answer
 * @returns {Uint8Array}
 * @throws {AnswerMalformed} for one that no reader would take
 */
export function writeAnswer(answer) {
  check(answer);
  return toUtf8(canonical(answer));
}

/**
 * @param {Uint8Array} raw
 * @returns {Answer}
 * @throws {AnswerMalformed} for all but the one spelling of an answer
 */
export function readAnswer(raw) {
  const { text, parsed } = orMalformed(() => parseJson(raw));
  const answer = answerOf(parsed);
  check(answer);
  if (canonical(answer) !== text) throw new AnswerMalformed();
  return answer;
}

/**
 * The text of an answer whose text is a parcel (8.1).
 * @param {Uint8Array} data
 * @returns {string}
 * @throws {AnswerMalformed} where it is not UTF-8
 */
export const readLongText = (data) =>
  orMalformed(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data));

function orMalformed(read) {
  try {
    return read();
  } catch {
    throw new AnswerMalformed();
  }
}

/** @param {unknown} parsed @returns {Answer} */
function answerOf(parsed) {
  const { number, day, text, parcels } = Object(parsed);
  demand(isText(day) && isText(text) && Array.isArray(parcels));
  return { number, day, text, parcels: parcels.map(parcelOf) };
}

/** @param {unknown} entry @returns {Parcel} */
function parcelOf(entry) {
  demand(Array.isArray(entry) && entry.length === 4);
  const [id, key, name, size] = entry;
  demand(isHex(id) && isHex(key) && isText(name));
  return { id: fromHex(id), key: fromHex(key), name, size };
}

/** @param {boolean} condition */
function demand(condition) {
  if (!condition) throw new AnswerMalformed();
}

/**
 * The ranges of 8.1 that have nothing to do with how the answer is spelt.
 * @param {Answer} answer
 */
function check({ number, day, text, parcels }) {
  demand(isWhole(number, 1, MAX_NUMBER) && isDay(day));
  demand(new Set(parcels.map(({ id }) => toHex(id))).size === parcels.length);
  parcels.forEach(({ id, key, name, size }, index) => {
    demand(id.length === 16 && key.length === 32 && toUtf8(name).length <= MAX_NAME);
    demand(isWhole(size, 0, MAX_PARCEL_SIZE));
    // Two texts would leave open which of them is the answer.
    demand(name !== "" || (index === 0 && text === ""));
  });
}

const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;

function isDay(text) {
  const noon = new Date(`${text}T12:00:00Z`);
  // Some readers take a day too many for the first of the next month, and others take it for none.
  return DAY.test(text) && !Number.isNaN(noon.getTime()) && noon.toISOString().startsWith(text);
}

/**
 * The one spelling of an answer: compact JSON, the members in the order of 8.1.
 * @param {Answer} answer
 * @returns {string}
 */
const canonical = ({ number, day, text, parcels }) =>
  toJson({
    number,
    day,
    text,
    parcels: parcels.map(({ id, key, name, size }) => [toHex(id), toHex(key), name, size]),
  });
