/** What the vectors cannot say of phrases and answers in the page: randomness, pauses, bundles. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { readLongText } from "../../offramp/crypto/js/answer.mjs";
import { sealData, sealReply } from "../../offramp/crypto/js/answering.mjs";
import { SHARD_LENGTH, checksumOf } from "../../offramp/crypto/js/board.mjs";
import {
  AnswerMalformed,
  BoardError,
  NoRandomness,
  OfframpError,
  ParcelError,
  PhraseError,
  PhraseUnknownWord,
  ShardDamaged,
  WrongParcelLength,
  WrongShardLength,
} from "../../offramp/crypto/js/errors.mjs";
import { lengthForSize, openParcel } from "../../offramp/crypto/js/parcel.mjs";
import { newEntropy, readPhrase, typedWords, wordsOf } from "../../offramp/crypto/js/phrase.mjs";
import { openShard } from "../../offramp/crypto/js/reply.mjs";

const JS = fileURLToPath(new URL("../../offramp/crypto/js/", import.meta.url));
const BODY_LENGTH = 64 * 4096;
const REPLY_KEY = Uint8Array.from(randomBytes(32));
const answer = (number, members = {}) => ({
  number,
  day: "2026-11-21",
  text: `Answer ${number}.`,
  parcels: [],
  ...members,
});

/** A shard of dummies with replies in some of their places. */
async function shardWith(replies) {
  const shard = new Uint8Array(SHARD_LENGTH);
  shard.set(randomBytes(BODY_LENGTH));
  for (const [place, reply] of Object.entries(replies)) shard.set(reply, 4096 * place);
  shard.set(await checksumOf(shard.subarray(0, BODY_LENGTH)), BODY_LENGTH);
  return shard;
}

/** How often others had their turn while `work` ran. */
async function turnsDuring(work) {
  let turns = 0;
  let over = false;
  const count = () => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const result = await work;
  over = true;
  return { turns, result };
}

test("a new phrase is another each time, and is read again", () => {
  const phrases = Array.from({ length: 50 }, () => wordsOf(newEntropy()).join(" "));
  assert.equal(new Set(phrases).size, 50);
  for (const phrase of phrases) assert.equal(wordsOf(readPhrase(phrase)).join(" "), phrase);
});

test("no phrase is made without randomness", (context) => {
  context.mock.method(crypto, "getRandomValues", () => {
    throw new Error("none");
  });
  assert.throws(() => newEntropy(), NoRandomness);
});

test("an unknown word can be named", () => {
  const typed = `1. ABANDON 2. abandon 3. ábandon ${"about ".repeat(9)}`;
  assert.throws(
    () => readPhrase(typed),
    (error) => {
      assert.ok(error instanceof PhraseUnknownWord && error instanceof PhraseError);
      assert.equal(error.message, "");
      assert.equal(typedWords(typed)[error.place - 1], "a\u0301bandon");
      assert.equal(error.suggestions[0], "abandon");
      return true;
    },
  );
});

test("a shard gives a reader their answers, and lets the page paint", async () => {
  const replies = { 63: sealReply(answer(1), REPLY_KEY), 5: sealReply(answer(2), REPLY_KEY) };
  const shard = await shardWith(replies);
  const { turns, result } = await turnsDuring(openShard(shard, REPLY_KEY));
  assert.deepEqual(result, { answers: [answer(1), answer(2)], malformed: 0 });
  assert.ok(turns >= 21, `${turns} turns`); // 16 for the checksum, 8 for the replies
  assert.deepEqual(await openShard(shard, new Uint8Array(32)), { answers: [], malformed: 0 });
});

test("a shard may be a part of a larger buffer, at any offset", async () => {
  const shard = await shardWith({ 7: sealReply(answer(3), REPLY_KEY) });
  const larger = new Uint8Array(SHARD_LENGTH + 3);
  larger.set(shard, 3);
  assert.equal((await openShard(larger.subarray(3), REPLY_KEY)).answers.length, 1);
  await assert.rejects(openShard(larger, REPLY_KEY), WrongShardLength);
  await assert.rejects(openShard(larger.subarray(2, -1), REPLY_KEY), ShardDamaged);
});

test("a lone surrogate becomes U+FFFD, and no bad answer is sealed", async () => {
  const reply = sealReply(answer(1, { text: "\ud83d" }), REPLY_KEY);
  const { answers } = await openShard(await shardWith({ 0: reply }), REPLY_KEY);
  assert.equal(answers[0].text, "\ufffd");
  for (const members of [{ number: 0 }, { number: 1.5 }, { day: "2026-02-30" }, { day: "x" }])
    assert.throws(() => sealReply(answer(1, members), REPLY_KEY), AnswerMalformed);
});

test("a parcel opens with pauses, and says how far it is", async () => {
  const data = Uint8Array.from(randomBytes(150_000));
  const sealed = sealData(data, REPLY_KEY);
  assert.equal(sealed.length, lengthForSize(data.length));
  const progress = [];
  const opening = openParcel(
    sealed,
    { key: REPLY_KEY, size: data.length },
    { onProgress: (done, total) => progress.push([done, total]) },
  );
  const { turns, result } = await turnsDuring(opening);
  assert.deepEqual(Buffer.from(result), Buffer.from(data));
  assert.deepEqual(progress.at(-1), [4, 4]);
  assert.ok(turns >= 4, `${turns} turns`);
});

test("chunks of a parcel stay in their places", async () => {
  const sealed = sealData(new Uint8Array(150_000), REPLY_KEY);
  const moved = sealed.slice();
  moved.set(sealed.subarray(65_552, 131_104), 0);
  await assert.rejects(openParcel(moved, { key: REPLY_KEY, size: 150_000 }), { name: "ParcelDamaged" });
  assert.throws(() => lengthForSize(8_388_605), WrongParcelLength);
});

test("a text from a parcel is UTF-8, or malformed", () => {
  assert.equal(readLongText(Buffer.from("\ufeffLínea \u{1f6d1}")), "\ufeffLínea \u{1f6d1}");
  assert.throws(() => readLongText(Uint8Array.of(0xff)), AnswerMalformed);
});

test("errors have their roots", () => {
  assert.ok(new WrongShardLength() instanceof BoardError && new BoardError() instanceof OfframpError);
  assert.ok(new WrongParcelLength() instanceof ParcelError && new ParcelError() instanceof OfframpError);
});

const bundleOf = async (contents) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: JS },
    bundle: true,
    minify: true,
    format: "iife",
    target: "firefox140",
    legalComments: "none",
    external: ["/static/*"], // what a page loads only when it is wanted
    metafile: true,
    write: false,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  // A module of which nothing is left is no part of the bundle.
  const parts = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  return { parts, size: gzipSync(outputFiles[0].text, { level: 9 }).length };
};

const READER = `
  import { readLongText } from "./answer.mjs";
  import { readDescriptor, shardNumber, shardOf } from "./board.mjs";
  import { lengthForSize, openParcel } from "./parcel.mjs";
  import { readPhrase, replyKeyOf, threadOf } from "./phrase.mjs";
  import { openShard } from "./reply.mjs";
  globalThis.page = { readLongText, readDescriptor, shardNumber, shardOf, lengthForSize, openParcel,
                      readPhrase, replyKeyOf, threadOf, openShard };
`;

test("a page that reads answers has no part in it that seals or opens letters", async () => {
  const { parts, size } = await bundleOf(READER);
  assert.ok(parts.some((path) => path.endsWith("crypto/js/reply.mjs")));
  for (const other of ["answering", "opening", "sealing", "letter", "keyset", "ml-kem", "ed25519"])
    assert.ok(!parts.some((path) => path.includes(other)), other);
  assert.ok(size <= 19_500, `${size} bytes`);
});

test("the form has no part of the phrase in it", async () => {
  const { parts } = await bundleOf('import "../../static/form.mjs";');
  assert.ok(parts.some((path) => path.endsWith("crypto/js/sealing.mjs")));
  for (const other of ["@scure", "phrase", "suggestions", "reply.mjs", "answer.mjs", "parcel.mjs", "board.mjs"])
    assert.ok(!parts.some((path) => path.includes(other)), other);
});
