/**
 * Runs the vectors in anything that runs JavaScript; nothing here is Node's own.
 *
 * For a browser:
 *
 *     npx esbuild tests/crypto/browser_vectors.mjs --bundle --format=iife --global-name=offrampVectors
 *
 * and then, in the page, `await offrampVectors.runVectors(vectors)`, where `vectors` is an object of the parsed
 * files of offramp/crypto/vectors by their names without `.json`. The result has one entry for each vector of a
 * kind that the page knows: `{ name, expect, got, agrees }`, with `got` the error's name or "ok".
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { fromHex, toHex } from "../../offramp/crypto/js/bytes.mjs";
import { envelopeId } from "../../offramp/crypto/js/envelope.mjs";
import { OfframpError } from "../../offramp/crypto/js/errors.mjs";
import { verifyKeyset } from "../../offramp/crypto/js/keyset.mjs";
import { readContent } from "../../offramp/crypto/js/letter.mjs";
import { Opener } from "../../offramp/crypto/js/opening.mjs";
import { seal } from "../../offramp/crypto/js/sealing.mjs";

/** A time at which the keysets of the envelopes are valid. */
const NOW = 1_800_000_000;

export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** The bytes of a vector's envelope, which may be told as another one's with edits. */
export function envelopeOf(vector, vectors) {
  if (typeof vector.envelope === "string") return fromBase64(vector.envelope);
  const { of, edits } = vector.envelope;
  return edits.reduce(edit, envelopeOf(vectors[of], vectors));
}

function edit(bytes, { at, xor, put, insert, cut, swap }) {
  if (cut !== undefined) return bytes.slice(0, cut);
  if (insert !== undefined)
    return Uint8Array.of(...bytes.slice(0, at), ...fromHex(insert), ...bytes.slice(at));
  const edited = bytes.slice();
  if (xor !== undefined) fromHex(xor).forEach((byte, i) => (edited[at + i] ^= byte));
  if (put !== undefined) edited.set(fromHex(put), at);
  if (swap !== undefined) {
    const [first, second, length] = swap;
    edited.set(bytes.slice(second, second + length), first);
    edited.set(bytes.slice(first, first + length), second);
  }
  return edited;
}

/** A letter in the form in which the vectors show it. */
export const shown = ({ purpose, campaign, keysetId, thread, replyKey, fields, attachments }) => ({
  purpose,
  campaign,
  keyset_id: toHex(keysetId),
  thread: thread && toHex(thread),
  reply_key: replyKey && toHex(replyKey),
  fields,
  attachments: attachments.map(({ name, data }) => [name, data.length, toHex(blake2b(data, { dkLen: 32 }))]),
});

export const trusted = ({ keyset, root, campaign }) =>
  verifyKeyset(fromBase64(keyset), { root: fromHex(root), campaign, now: NOW });

export const keyOf = ({ key }) => ({ x25519: fromHex(key.x25519), mlkemSeed: fromHex(key.mlkem_seed) });

/** What each kind of vector does; it returns what a good case must show, and what it does show. */
const RUNNERS = {
  async envelope(vector, vectors) {
    const envelope = envelopeOf(vector, vectors);
    const letter = shown(new Opener(trusted(vector), keyOf(vector)).open(envelope));
    const id = vector.id && toHex(await envelopeId(envelope));
    return [
      { letter: vector.letter, id: vector.id },
      { letter, id },
    ];
  },

  content(vector) {
    return [vector.letter, shown(readContent(fromBase64(vector.content)))];
  },

  keyset({ keyset, root, campaign, onion, now, minimum_sequence: minimumSequence, read }) {
    const expected = { root: fromHex(root), campaign, now, minimumSequence, onion: onion ?? undefined };
    const verified = verifyKeyset(fromBase64(keyset), expected);
    const got = {
      id: toHex(verified.id),
      campaign: verified.campaign,
      onion: verified.onion,
      sequence: verified.sequence,
      previous: toHex(verified.previous),
      valid_from: verified.validFrom,
      valid_until: verified.validUntil,
      recipients: verified.recipients.length,
      last_x25519: toHex(verified.recipients.at(-1).x25519),
    };
    return [read, got];
  },

  async sealing(vector) {
    const { purpose, campaign, keyset_id: keysetId, fields, attachments } = vector.letter;
    const files = attachments.map(([name, size]) => ({ name, data: new Uint8Array(size) }));
    const letter = {
      purpose,
      campaign,
      keysetId: fromHex(keysetId),
      thread: null,
      replyKey: null,
      fields,
      attachments: files,
    };
    await seal(letter, trusted(vector));
    return [null, null];
  },
};

async function run(vector, vectors) {
  try {
    const [wanted, got] = await RUNNERS[vector.kind](vector, vectors);
    return JSON.stringify(wanted) === JSON.stringify(got) ? "ok" : "another result";
  } catch (error) {
    // Anything but our own errors is a bug, and must not pass for a refusal.
    return error instanceof OfframpError ? error.name : `not ours: ${error}`;
  }
}

/**
 * @param {Record<string, object>} vectors
 * @param {(done: number, total: number) => void} [onProgress]
 * @returns {Promise<{ name: string, expect: string, got: string, agrees: boolean }[]>}
 */
export async function runVectors(vectors, onProgress = () => {}) {
  const known = Object.entries(vectors).filter(([, vector]) => vector.kind in RUNNERS);
  const results = [];
  for (const [name, vector] of known) {
    const got = await run(vector, vectors);
    results.push({ name, expect: vector.expect, got, agrees: got === vector.expect });
    onProgress(results.length, known.length);
  }
  return results;
}
