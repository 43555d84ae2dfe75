/** What the page's sealing promises beyond the format: it lets the page live, and stops without randomness. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { envelopeId } from "../../offramp/crypto/js/envelope.mjs";
import {
  ContentMalformed,
  EnvelopeError,
  NoRandomness,
  OfframpError,
  TooLarge,
} from "../../offramp/crypto/js/errors.mjs";
import { contentParts } from "../../offramp/crypto/js/letter.mjs";
import { Opener } from "../../offramp/crypto/js/opening.mjs";
import { seal } from "../../offramp/crypto/js/sealing.mjs";
import { fromBase64, keyOf, trusted } from "./browser_vectors.mjs";
import { loadVectors } from "./load_vectors.mjs";

const vector = loadVectors().envelope_smallest;
const keyset = trusted(vector);
const letterWith = (members = {}) => ({
  purpose: "help",
  campaign: keyset.campaign,
  keysetId: keyset.id,
  thread: null,
  replyKey: null,
  fields: [["text", "I would like to leave."]],
  attachments: [],
  ...members,
});
const opened = (envelope) => new Opener(keyset, keyOf(vector)).open(envelope);

const crypto = Object.getOwnPropertyDescriptor(globalThis, "crypto");
afterEach(() => Object.defineProperty(globalThis, "crypto", crypto));
const withCrypto = (value) => Object.defineProperty(globalThis, "crypto", { value, configurable: true });

test("without a generator nothing is sealed", async () => {
  const failing = () => {
    throw new Error("no entropy");
  };
  for (const broken of [undefined, {}, { getRandomValues: failing }]) {
    withCrypto(broken);
    await assert.rejects(seal(letterWith(), keyset), NoRandomness);
  }
});

test("every random byte comes from the browser's generator: 32 for the content key, 64 for each slot", async () => {
  const drawn = [];
  withCrypto({ getRandomValues: (array) => (drawn.push(array.length), array.fill(drawn.length)) });
  const envelope = await seal(letterWith(), keyset);
  assert.equal(
    drawn.reduce((sum, length) => sum + length),
    32 + 64 * keyset.recipients.length,
  );
  assert.deepEqual(opened(envelope), letterWith());
});

test("two envelopes of one letter have nothing in common behind the keyset id", async () => {
  const [one, other] = [await seal(letterWith(), keyset), await seal(letterWith(), keyset)];
  assert.notDeepEqual(one.slice(52, 84), other.slice(52, 84));
  const equalBytes = one.slice(84).filter((byte, i) => byte === other[84 + i]).length;
  assert.ok(
    equalBytes < (one.length - 84) / 128,
    `${equalBytes} bytes are equal, and some 74 may be by chance`,
  );
});

test("the page gets a turn after each slot and each chunk, and hears how far sealing is", async () => {
  let turns = 0;
  const turn = () => (turns++, (timer = setImmediate(turn)));
  let timer = setImmediate(turn);
  const heard = [];
  const turnsAt = [];
  const attachments = [{ name: "a", data: new Uint8Array(200_000) }];
  await seal(letterWith({ attachments }), keyset, {
    onProgress: (...progress) => {
      heard.push(progress);
      turnsAt.push(turns);
    },
  });
  clearImmediate(timer);
  const steps = keyset.recipients.length + 4;
  assert.deepEqual(
    heard,
    Array.from({ length: steps }, (_, i) => [i + 1, steps]),
  );
  assert.ok(
    turnsAt.every((count, i) => i === 0 || count > turnsAt[i - 1]),
    `turns of the page: ${turnsAt}`,
  );
});

test("half of a surrogate pair does not lose a letter", async () => {
  const broken = letterWith({
    fields: [["text", "a\ud83d b\uded1 \ud83d\uded1"]],
    attachments: [{ name: "\ud83d.pdf", data: new Uint8Array(1) }],
  });
  const letter = opened(await seal(broken, keyset));
  assert.deepEqual(letter.fields, [["text", "a\ufffd b\ufffd \ud83d\uded1"]]);
  assert.equal(letter.attachments[0].name, "\ufffd.pdf");
});

test("a letter that no reader would take is not sealed", async () => {
  const bad = [
    { purpose: "joke" },
    { thread: new Uint8Array(15) },
    { replyKey: new Uint8Array(33) },
    { fields: [["text"]] },
    {
      fields: [
        ["a", ""],
        ["a", ""],
      ],
    },
    { fields: [["Text", ""]] },
    { attachments: [{ name: "", data: new Uint8Array(1) }] },
    { attachments: [{ name: "é".repeat(128), data: new Uint8Array(1) }] },
    { campaign: "another" },
    { keysetId: new Uint8Array(32) },
  ];
  for (const members of bad)
    await assert.rejects(seal(letterWith(members), keyset), ContentMalformed, JSON.stringify(members));
});

test("the largest class is filled to the byte, and not beyond", async () => {
  const room =
    8_388_608 -
    4 -
    contentParts(letterWith({ attachments: [{ name: "a", data: new Uint8Array(1_000_000) }] }))
      .slice(0, 2)
      .reduce((sum, part) => sum + part.length, 0);
  const largest = letterWith({ attachments: [{ name: "a", data: new Uint8Array(room).fill(9) }] });
  const envelope = await seal(largest, keyset);
  assert.equal(envelope.length, 84 + 1184 * 2 + 8_388_608 + 16 * 128);
  assert.deepEqual(opened(envelope).attachments[0].data, largest.attachments[0].data);
  const larger = letterWith({ attachments: [{ name: "a", data: new Uint8Array(room + 1) }] });
  await assert.rejects(seal(larger, keyset), TooLarge);
});

test("an error is what its name says, and has no text", () => {
  const error = new TooLarge();
  assert.ok(error instanceof EnvelopeError && error instanceof OfframpError && error instanceof Error);
  assert.equal(error.name, "TooLarge");
  assert.equal(error.message, "");
});

test("the id that is made in steps is the id of the vector", async () => {
  assert.equal(Buffer.from(await envelopeId(fromBase64(vector.envelope))).toString("hex"), vector.id);
});
