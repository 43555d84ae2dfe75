/** The content of an envelope (FORMAT.md, 2.4): a letter in canonical JSON, and its attachments. */

import { fromHex, toHex, toUtf8, u32 } from "./bytes.mjs";
import { isHex, isText, parseJson, toJson } from "./canonical.mjs";
import { ContentMalformed } from "./errors.mjs";
import { CAMPAIGN_ID } from "./keyset.mjs";

/**
 * @typedef {object} Attachment
 * @property {string} name 1 to 255 bytes of UTF-8
 * @property {Uint8Array} data at most 8 MiB
 */

/**
 * @typedef {object} Letter
 * @property {"help" | "offer" | "follow-up" | "team" | "cover"} purpose
 * @property {string} campaign
 * @property {Uint8Array} keysetId 32 bytes
 * @property {Uint8Array | null} thread 16 bytes
 * @property {Uint8Array | null} replyKey 32 bytes
 * @property {string[][]} fields a field's name, then its values
 * @property {Attachment[]} attachments
 */

const PURPOSES = ["help", "offer", "follow-up", "team", "cover"];
const MAX_ATTACHMENT = 8388608;
const MAX_NAME = 255;
const FIELD_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/**
 * The content in parts, so that a large attachment is copied only once, into its place.
 * @param {Letter} letter
 * @returns {Uint8Array[]}
 * @throws {ContentMalformed} for a letter that no reader would take
 */
export function contentParts(letter) {
  check(letter);
  const text = toUtf8(canonical(letter));
  return [u32(text.length), text, ...letter.attachments.map((one) => one.data)];
}

/**
 * The letter that `content` says. The page does not read letters; tests do.
 * @param {Uint8Array} content
 * @returns {Letter}
 * @throws {ContentMalformed} for all but the one spelling of it
 */
export function readContent(content) {
  const { text, parsed, end } = parse(content);
  const letter = letterOf(parsed, content, end);
  check(letter);
  if (canonical(letter) !== text) throw new ContentMalformed();
  return letter;
}

/** @param {Uint8Array} content */
function parse(content) {
  try {
    const end = 4 + new DataView(content.buffer, content.byteOffset, content.length).getUint32(0);
    if (end > content.length) throw new RangeError();
    return { ...parseJson(content.subarray(4, end)), end };
  } catch {
    throw new ContentMalformed();
  }
}

/**
 * @param {unknown} parsed
 * @param {Uint8Array} content
 * @param {number} end of the letter
 * @returns {Letter}
 */
function letterOf(parsed, content, end) {
  const { purpose, campaign, keyset, thread, reply_key: replyKey, fields, attachments } = Object(parsed);
  demand([purpose, campaign].every(isText) && [fields, attachments].every(Array.isArray));
  demand(fields.every((field) => Array.isArray(field) && field.every(isText)));
  let offset = end;
  const files = attachments.map((entry) => {
    demand(Array.isArray(entry) && entry.length === 2 && isText(entry[0]) && Number.isInteger(entry[1]));
    const [name, size] = entry;
    demand(size >= 0 && size <= content.length - offset);
    return { name, data: content.slice(offset, (offset += size)) };
  });
  demand(offset === content.length);
  return {
    purpose,
    campaign,
    keysetId: bytesOf(keyset),
    thread: thread === null ? null : bytesOf(thread),
    replyKey: replyKey === null ? null : bytesOf(replyKey),
    fields,
    attachments: files,
  };
}

function bytesOf(digits) {
  demand(isHex(digits));
  return fromHex(digits);
}

/** @param {boolean} condition */
function demand(condition) {
  if (!condition) throw new ContentMalformed();
}

/**
 * The ranges of 2.4 that have nothing to do with how the letter is spelt.
 * @param {Letter} letter
 */
function check({ purpose, campaign, keysetId, thread, replyKey, fields, attachments }) {
  demand(
    PURPOSES.includes(purpose) &&
      CAMPAIGN_ID.test(campaign) &&
      keysetId.length === 32 &&
      (thread === null || thread.length === 16) &&
      (replyKey === null || replyKey.length === 32) &&
      fields.every((field) => field.length > 1 && FIELD_NAME.test(field[0])) &&
      new Set(fields.map((field) => field[0])).size === fields.length &&
      attachments.every(({ name, data }) => {
        const length = toUtf8(name).length;
        return length > 0 && length <= MAX_NAME && data.length <= MAX_ATTACHMENT;
      }),
  );
}

/**
 * The one spelling of a letter: compact JSON, the members in the order of 2.4.
 * @param {Letter} letter
 * @returns {string}
 */
const canonical = ({ purpose, campaign, keysetId, thread, replyKey, fields, attachments }) =>
  toJson({
    purpose,
    campaign,
    keyset: toHex(keysetId),
    thread: thread && toHex(thread),
    reply_key: replyKey && toHex(replyKey),
    fields,
    attachments: attachments.map(({ name, data }) => [name, data.length]),
  });
