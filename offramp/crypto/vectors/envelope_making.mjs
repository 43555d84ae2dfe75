/** How the cases about envelopes are made: sealed, edited, or put together by hand. */

import { concat, u32 } from "../js/bytes.mjs";
import { CHUNK_LENGTH, chunkNonce, envelopeId, headerLength } from "../js/envelope.mjs";
import { BODY_KEY, labelledHash } from "../js/hashing.mjs";
import { contentParts } from "../js/letter.mjs";
import { Opener } from "../js/opening.mjs";
import { fixedHeader, pad, seal, sealPadded, sealSlot, secretBox } from "../js/sealing.mjs";
import { ANN, CAMPAIGN, base64, fixedRandom, hex, makeKeyset, shown, trust } from "./material.mjs";

export const KEYSET = makeKeyset();
export const OTHER_KEYSET = makeKeyset({ sequence: 2, previous: KEYSET.id });
export const BODY = headerLength(2);

export const letterWith = (members = {}, keyset = KEYSET) => ({
  purpose: "help",
  campaign: CAMPAIGN,
  keysetId: keyset.id,
  thread: null,
  replyKey: null,
  fields: [["text", "I would like to leave."]],
  attachments: [],
  ...members,
});

export const keyOf = (key) => ({ x25519: hex(key.x25519), mlkem_seed: hex(key.mlkemSeed) });
export const frame = (why, expect, keyset, key) => ({
  kind: "envelope",
  expect,
  why,
  ...trust(keyset.raw),
  key: keyOf(key),
});

/** A case that opens. */
export async function good(why, letter, { keyset = KEYSET, key = ANN } = {}) {
  const envelope = await seal(letter, keyset, { test_only_random: fixedRandom(why) });
  const letterRead = shown(new Opener(keyset, key).open(envelope));
  const id = hex(await envelopeId(envelope));
  return { ...frame(why, "ok", keyset, key), envelope: base64(envelope), id, letter: letterRead };
}

/** A case made of whole bytes. */
export const whole = (why, expect, envelope, key = ANN) => ({
  ...frame(why, expect, KEYSET, key),
  envelope: base64(envelope),
  ...(expect === "ok" ? { letter: shown(new Opener(KEYSET, key).open(envelope)) } : {}),
});

/** A case that says how it differs from another one. */
export const edited = (why, expect, of, edits, key = ANN) => ({
  ...frame(why, expect, KEYSET, key),
  envelope: { of, edits },
});

export const SMALLEST = "envelope_smallest";
export const CHUNKS = "envelope_four_chunks";
export const smallest = (why, expect, ...edits) => edited(why, expect, SMALLEST, edits);
export const fourChunks = (why, expect, ...edits) => edited(why, expect, CHUNKS, edits);
export const chunkAt = (index) => BODY + index * (CHUNK_LENGTH + 16);

/** An envelope whose slots hold the keys given, with the body under the first of them. */
export function handMade(
  name,
  { contentKeys, slotFor, nonce = chunkNonce(0, true), padded = pad(contentParts(letterWith())) },
) {
  const random = fixedRandom(name);
  const keys = contentKeys ?? [random(32)];
  const makeSlot = slotFor ?? ((index) => sealSlot(index, KEYSET, keys[index] ?? keys[0], random));
  const header = concat(
    fixedHeader(KEYSET, keys[0]),
    makeSlot(0, keys[0], random),
    makeSlot(1, keys[0], random),
  );
  return concat(header, secretBox(labelledHash(BODY_KEY, header, keys[0]), nonce, padded));
}

export const sealed = (name, padded) => sealPadded(padded, KEYSET, { test_only_random: fixedRandom(name) });

/** Padded content of any class, whatever a sealer would say to it. */
export function padded(sizeClass, length, ...parts) {
  const bytes = new Uint8Array(sizeClass);
  bytes.set(concat(u32(length), ...parts));
  return bytes;
}
