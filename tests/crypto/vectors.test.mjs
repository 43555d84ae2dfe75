/** Every vector that concerns the page, in Node. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as errors from "../../offramp/crypto/js/errors.mjs";
import { runVectors } from "./browser_vectors.mjs";
import { loadVectors } from "./load_vectors.mjs";

const KINDS = ["envelope", "content", "keyset", "sealing", "secret_file", "bundle", "request", "pack"];
const ANSWERS = ["phrase", "answer", "reply", "reply_sealing", "shard", "board", "parcel", "parcel_sealing"];
const TEAMS = ["team_list", "event"];
const WEEKLY = ["card", "key_list", "calendar", "campaign_words", "former_root", "manifest"];
const ADVISERS = ["words", "hand_off", "hand_off_statement", "draft"];
const vectors = loadVectors();

for (const { name, expect, got } of await runVectors(vectors)) {
  test(`vector ${name}`, () => assert.equal(got, expect));
}

test("there are vectors of every kind, most of them failures", () => {
  const all = Object.values(vectors);
  assert.ok(all.length >= 45);
  assert.ok(all.filter(({ expect }) => expect !== "ok").length > all.length / 2);
  assert.deepEqual(new Set(all.map(({ kind }) => kind)), new Set([...KINDS, ...ANSWERS, ...TEAMS, ...ADVISERS, ...WEEKLY]));
});

test("every error that reading and sealing can raise is what some vector expects", () => {
  const expected = new Set(Object.values(vectors).map(({ expect }) => expect));
  const roots = ["OfframpError", "EnvelopeError", "KeysetError", "PhraseError", "BoardError", "ParcelError", "CardError"];
  const untold = Object.keys(errors).filter((name) => !expected.has(name) && !roots.includes(name));
  assert.deepEqual(untold, ["NoRandomness"]); // sealing.test.mjs has it
});
