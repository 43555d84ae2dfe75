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
import { readAnswer } from "../../offramp/crypto/js/answer.mjs";
import { parcelId, sealData, sealReply } from "../../offramp/crypto/js/answering.mjs";
import { readDescriptor, shardNumber, shardOf } from "../../offramp/crypto/js/board.mjs";
import { concat, fromHex, toHex } from "../../offramp/crypto/js/bytes.mjs";
import { checkCardDate, readCard } from "../../offramp/crypto/js/card.mjs";
import { envelopeId } from "../../offramp/crypto/js/envelope.mjs";
import { OfframpError } from "../../offramp/crypto/js/errors.mjs";
import { verifyKeyset } from "../../offramp/crypto/js/keyset.mjs";
import { readContent } from "../../offramp/crypto/js/letter.mjs";
import { Opener } from "../../offramp/crypto/js/opening.mjs";
import { openParcel } from "../../offramp/crypto/js/parcel.mjs";
import { readPhrase, replyKeyOf, threadOf, wordsOf } from "../../offramp/crypto/js/phrase.mjs";
import { openReply, openShard } from "../../offramp/crypto/js/reply.mjs";
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

/** An answer in the form in which the vectors show it. */
export const shownAnswer = ({ number, day, text, parcels }) => ({
  number,
  day,
  text,
  parcels: parcels.map(({ id, key, name, size }) => [toHex(id), toHex(key), name, size]),
});

/** The bytes of a shard: base64, or so many zeros in the place of dummies. */
const shardOfParts = (parts) =>
  concat(...parts.map((part) => (typeof part === "number" ? new Uint8Array(part) : fromBase64(part))));

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
      card_key: toHex(verified.cardKey),
      last_x25519: toHex(verified.recipients.at(-1).x25519),
    };
    return [read, got];
  },

  card({ card, card_key: cardKey, root, campaign, now, limit_days: limitDays, read }) {
    const found = readCard(fromHex(card), { cardKey: fromHex(cardKey), root: fromHex(root), campaign });
    checkCardDate(found, now, limitDays);
    const day = (count) => new Date(count * 86_400_000).toISOString().slice(0, 10);
    return [read, { week: day(found.week), next_by: day(found.nextBy) }];
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

  phrase({ text, read }) {
    const entropy = readPhrase(text);
    const thread = threadOf(entropy);
    const got = {
      entropy: toHex(entropy),
      words: wordsOf(entropy).join(" "),
      reply_key: toHex(replyKeyOf(entropy)),
      thread: toHex(thread),
      shard_number: shardNumber(thread),
    };
    return [read, got];
  },

  answer({ answer, read }) {
    return [read, shownAnswer(readAnswer(fromBase64(answer)))];
  },

  reply({ reply, reply_key: replyKey, read }) {
    const answer = openReply(fromBase64(reply), fromHex(replyKey));
    return [read, answer && shownAnswer(answer)];
  },

  reply_sealing({ answer, reply_key: replyKey }) {
    const key = fromHex(replyKey);
    return [shownAnswer(answer), shownAnswer(openReply(sealReply(answer, key), key))];
  },

  async shard({ parts, reply_key: replyKey, read }) {
    const { answers, malformed } = await openShard(shardOfParts(parts), fromHex(replyKey));
    return [read, { answers: answers.map(shownAnswer), malformed }];
  },

  board({ board, thread, read }) {
    const descriptor = readDescriptor(fromHex(board));
    const shard = thread && shardOf(descriptor, shardNumber(fromHex(thread)));
    return [read, { ...descriptor, shard }];
  },

  async parcel(vector, vectors) {
    const sealed = envelopeOf(vector, vectors);
    const { id, data, key, size } = vector;
    const opened = await openParcel(sealed, { key: fromHex(key), size });
    return [
      { id, data },
      { id: toHex(parcelId(sealed)), data: toHex(opened) },
    ];
  },

  async parcel_sealing(vector) {
    const { size, fill, id } = vector;
    const key = fromHex(vector.key);
    const data = new Uint8Array(size).fill(fill);
    const sealed = sealData(data, key);
    const opened = await openParcel(sealed, { key, size });
    return [
      { id, data: toHex(data) },
      { id: toHex(parcelId(sealed)), data: toHex(opened) },
    ];
  },
};

async function run(vector, vectors) {
  try {
    const [wanted, got] = await RUNNERS[vector.kind](vector, vectors);
    return JSON.stringify(wanted) === JSON.stringify(got) ? "ok" : "another result";
  } catch (error) {
    // Anything but our own errors is a bug, and must not pass for a refusal.
    if (!(error instanceof OfframpError)) return `not ours: ${error}`;
    const { count, place, suggestions } = error;
    const told = JSON.stringify({ count, place, suggestions });
    return told === JSON.stringify(vector.told ?? {}) ? error.name : `${error.name} with ${told}`;
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
