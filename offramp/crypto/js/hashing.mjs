/** `Hash` and the labels of FORMAT.md, section 1: those that the page needs. */

import { blake2b } from "@noble/hashes/blake2.js";
import { toUtf8 } from "./bytes.mjs";

/** @param {string} text @returns {Uint8Array} 16 bytes */
function label(text) {
  const padded = new Uint8Array(16);
  padded.set(toUtf8(text));
  return padded;
}

export const ENVELOPE = /* @__PURE__ */ label("offramp/envelope");
export const SLOT_KEY = /* @__PURE__ */ label("offramp/slot-key");
export const COMMIT = /* @__PURE__ */ label("offramp/commit");
export const BODY_KEY = /* @__PURE__ */ label("offramp/body-key");
export const ENVELOPE_ID = /* @__PURE__ */ label("offramp/env-id");
export const KEYSET = /* @__PURE__ */ label("offramp/keyset");
export const KEYSET_ID = /* @__PURE__ */ label("offramp/keysetid");
export const REPLY_KEY = /* @__PURE__ */ label("offramp/replykey");
export const THREAD = /* @__PURE__ */ label("offramp/thread");
export const SHARD = /* @__PURE__ */ label("offramp/shard");
export const BOARD = /* @__PURE__ */ label("offramp/board");
export const PARCEL = /* @__PURE__ */ label("offramp/parcel");
export const PARCEL_ID = /* @__PURE__ */ label("offramp/parcelid");
export const CARD = /* @__PURE__ */ label("offramp/card");

/**
 * @param {Uint8Array} personalization a label, 16 bytes
 * @param {Uint8Array} data
 * @param {Uint8Array} [key] 32 bytes
 * @returns {Uint8Array} 32 bytes
 */
export const labelledHash = (personalization, data, key) =>
  blake2b(data, { dkLen: 32, personalization, key });
