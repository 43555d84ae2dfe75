/** What the vectors are made of: keys and randomness that anyone can make again, and nobody may use. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { KEYSET } from "../js/hashing.mjs";
import { verifyKeyset } from "../js/keyset.mjs";
import { publicHalves } from "../js/opening.mjs";

export const hex = (bytes) => Buffer.from(bytes).toString("hex");
export const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** A label of section 1, by its text: the page does not know all of them. */
export const label = (text) => concat(toUtf8(text), new Uint8Array(16 - text.length));

/** `Hash` of section 1. */
export const hash = (name, data, key) => blake2b(data, { dkLen: 32, personalization: label(name), key });

/**
 * A source of bytes in the place of the system's generator: BLAKE2b of a name and a counter.
 * @param {string} name
 * @returns {(length: number) => Uint8Array}
 */
export function fixedRandom(name) {
  let counter = 0;
  const block = () => blake2b(concat(toUtf8(`offramp vectors: ${name}`), u32(counter++)), { dkLen: 64 });
  return (length) => concat(...Array.from({ length: Math.ceil(length / 64) }, block)).slice(0, length);
}

export const NOW = 1_800_000_000;
export const WEEK = 7 * 86_400;
export const CAMPAIGN = "quit-ice";
export const ONION = `${"vectors".repeat(8)}.onion`;
export const ROOT_SEED = fixedRandom("root")(32);
export const ROOT = ed25519.getPublicKey(ROOT_SEED);
export const CARD_SEED = fixedRandom("card")(32);
export const CARD_KEY = ed25519.getPublicKey(CARD_SEED);

/** @param {string} name */
export function openingKey(name) {
  const random = fixedRandom(`opening key of ${name}`);
  return { x25519: random(32), mlkemSeed: random(64) };
}

export const ANN = openingKey("Ann");
export const BEN = openingKey("Ben");
export const PUBLIC = [ANN, BEN].map(publicHalves);

/** @param {number} count of public halves that belong to nobody */
export const dummies = (count) =>
  Array.from({ length: count }, (_, i) => publicHalves(openingKey(`dummy ${i}`)));

const u64 = (number) => concat(u32(Math.floor(number / 2 ** 32)), u32(number % 2 ** 32));

/** The bytes of FORMAT.md, 3.1, before the signature, with whatever values a case wants there. */
export function statement({
  magic = KEYSET,
  version = 2,
  recipients = PUBLIC,
  slotCount = recipients.length,
  sequence = 1,
  previous = new Uint8Array(32),
  validFrom = NOW - 86_400,
  validUntil = validFrom + WEEK,
  cardKey = CARD_KEY,
  onion = ONION,
  campaign = CAMPAIGN,
  campaignLength = campaign.length,
} = {}) {
  const numbers = concat(
    Uint8Array.of(version, slotCount),
    u32(sequence),
    previous,
    u64(validFrom),
    u64(validUntil),
    cardKey,
  );
  const names = concat(toUtf8(onion), Uint8Array.of(campaignLength), toUtf8(campaign));
  return concat(magic, numbers, names, ...recipients.flatMap((one) => [one.x25519, one.mlkem]));
}

/** @param {Uint8Array} said @param {Uint8Array} [seed] */
export const signed = (said, seed = ROOT_SEED) => concat(said, ed25519.sign(said, seed));

/** A signed keyset of these values, in bytes and read, at the time when it is valid. */
export function makeKeyset(values = {}) {
  const raw = signed(statement(values));
  const now = Math.max(NOW, values.validFrom ?? 0);
  return { raw, ...verifyKeyset(raw, { root: ROOT, campaign: values.campaign ?? CAMPAIGN, now }) };
}

/** What every case with a keyset needs to know about it. */
export const trust = (raw) => ({ keyset: base64(raw), root: hex(ROOT), campaign: CAMPAIGN });

/** A letter as the cases show it: attachments by size and plain BLAKE2b, so that large ones stay small. */
export function shown(letter) {
  return {
    purpose: letter.purpose,
    campaign: letter.campaign,
    keyset_id: hex(letter.keysetId),
    thread: letter.thread && hex(letter.thread),
    reply_key: letter.replyKey && hex(letter.replyKey),
    fields: letter.fields,
    attachments: letter.attachments.map(({ name, data }) => [
      name,
      data.length,
      hex(blake2b(data, { dkLen: 32 })),
    ]),
  };
}
