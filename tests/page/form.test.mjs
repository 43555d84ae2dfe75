// The parts of the form that need no page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "../../offramp/crypto/js/bytes.mjs";
import * as errors from "../../offramp/crypto/js/errors.mjs";
import { checkReceipt } from "../../offramp/static/delivery.mjs";
import { shortName } from "../../offramp/static/files.mjs";
import { readKeys, readPins, stillValid } from "../../offramp/static/keys.mjs";
import * as problems from "../../offramp/static/problems.mjs";
import * as words from "../../offramp/static/words.mjs";
import { loadVectors } from "../crypto/load_vectors.mjs";

const vectors = loadVectors();
const ID = "00112233445566778899aabbccddeeff";

test("a receipt counts only for exactly this letter", () => {
  checkReceipt(`{"received":"${ID}"}`, ID);
  for (const text of ["", "null", "[]", "{}", `"${ID}"`, `{"received":"${ID.toUpperCase()}"}`, `{"received":["${ID}"]}`, `{"received":"${ID}"`]) {
    assert.throws(() => checkReceipt(text, ID), problems.WrongReceipt, text);
  }
});

test("a name fits into 255 bytes and keeps its ending", () => {
  assert.equal(shortName("résumé.pdf"), "résumé.pdf");
  for (const name of ["x".repeat(300) + ".pdf", "你".repeat(300) + ".pdf", "🕊".repeat(300) + ".pdf", "\ud800".repeat(300) + ".pdf"]) {
    const short = shortName(name);
    assert.ok(new TextEncoder().encode(short).length <= 255);
    assert.ok(short.endsWith(".pdf"));
    assert.ok(short.isWellFormed());
  }
});

test("the onion address is compared exactly where there is one", () => {
  const pinned = { root: "00ff", campaign: "quit-ice", sequence: "3", wait: "14" };
  const onion = "a".repeat(56) + ".onion";
  assert.equal(readPins(pinned, onion).onion, onion);
  assert.equal(readPins(pinned, "127.0.0.1").onion, undefined);
  assert.deepEqual(readPins(pinned, "localhost"), {
    root: Uint8Array.of(0, 255),
    campaign: "quit-ice",
    minimumSequence: 3,
    limitDays: 14,
    onion: undefined,
  });
});

test("a keyset, or its card, runs out while the page is open", () => {
  const now = Date.now() / 1000;
  assert.ok(stillValid({ until: now + 60 }));
  assert.ok(!stillValid({ until: now - 60 }));
});

test("without a card behind it, a keyset is not enough", () => {
  const { keyset, root, campaign, now, onion } = vectors.keyset_smallest;
  const raw = Buffer.from(keyset, "base64");
  const pins = { root: fromHex(root), campaign, onion, minimumSequence: 1, limitDays: 14 };
  assert.throws(() => readKeys(raw, pins, now), errors.NotACard);
  assert.throws(() => readKeys(Buffer.concat([raw, raw.subarray(0, 89)]), pins, now), errors.NotACard);
  for (const length of [0, 1, 165, raw.length - 1]) {
    assert.throws(() => readKeys(raw.subarray(0, length), pins, now), errors.NotAKeyset, `${length}`);
  }
});

test("the card is said in words", () => {
  const card = { week: 20_773, nextBy: 20_787 };
  const read = "A person last read this inbox in the week of November 16, 2026.";
  assert.equal(words.lastRead(card, 20_787.9), `${read} The next time is by November 30.`);
  assert.equal(words.lastRead(card, 20_788), `${read} The next time was to be by November 30.`);
});

test("every error has a sentence, and none shows code", () => {
  const kinds = [...Object.values(errors), ...Object.values(problems)];
  for (const say of [words.whyNotReceived, words.whyNoKeys]) {
    for (const Kind of kinds) assert.match(say(new Kind(500)), /^[A-Z][^{}]+[.]$/);
    assert.match(say(new TypeError("x is undefined")), /^[A-Z][^{}]+[.]$/);
  }
});

test("keys that are plainly not ours are not asked for again", () => {
  for (const name of ["NotAKeyset", "BadSignature", "WrongCampaign", "WrongOnion", "SequenceWentBack", "BadRecipient", "UnsupportedVersion", "NotACard", "CardForged"]) {
    assert.equal(words.worthAnotherTry(new errors[name]()), false, name);
  }
  for (const kind of [errors.KeysetExpired, errors.KeysetNotYetValid, errors.CardFromTheFuture, errors.CardLapsed, problems.NoAnswer, problems.Refused]) {
    assert.equal(words.worthAnotherTry(new kind()), true);
  }
});

test("sizes are in words, and never less than they are", () => {
  assert.deepEqual([0, 1, 23_588, 999_999, 1_000_001, 8_000_000].map(words.size), ["0 KB", "1 KB", "24 KB", "1000 KB", "1.1 MB", "8.0 MB"]);
  assert.equal(words.amountOf(23_588, 8e6), "24 KB of 8.0 MB");
});
