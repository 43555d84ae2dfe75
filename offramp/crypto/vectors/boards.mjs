/** Cases of FORMAT.md, section 9: shards and descriptors. */

import { sha256 } from "@noble/hashes/sha2.js";
import { padReply } from "../js/answering.mjs";
import { shardNumber, shardOf } from "../js/board.mjs";
import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { BOARD, ENVELOPE } from "../js/hashing.mjs";
import { OTHER_KEY, PLAIN, REPLY_KEY, flipped, hand, sealed, shownAnswer } from "./answers.mjs";
import { base64, fixedRandom, hash, hex } from "./material.mjs";

const THREAD = fixedRandom("thread")(16);

const bytesOf = (parts) =>
  concat(...parts.map((part) => (part instanceof Uint8Array ? part : new Uint8Array(part))));
const checksumOf = (parts) => sha256(bytesOf(parts)).slice(0, 16);

/** A shard is told in parts: so many dummies, here of zero bytes, or a reply, and at last the checksum. */
function shardCases() {
  const [first, second, third] = [
    { text: "The first." },
    { number: 2, text: "The second." },
    { number: 10, text: "The tenth." },
  ];
  const raw = (why, expect, parts, read) => ({
    kind: "shard",
    expect,
    why,
    reply_key: hex(REPLY_KEY),
    parts: parts.map((part) => (part instanceof Uint8Array ? base64(part) : part)),
    ...(read ? { read } : {}),
  });
  const shard = (why, parts, read) => raw(why, "ok", [...parts, checksumOf(parts)], read);
  const wrong = (why, parts) => raw(why, "WrongShardLength", [...parts, checksumOf(parts)]);
  const damaged = (why, parts, checksum) => raw(why, "ShardDamaged", [...parts, checksum]);
  const found = (answers, malformed = 0) => ({
    answers: answers.map((members) => shownAnswer({ ...PLAIN, ...members })),
    malformed,
  });
  const slots = (count) => 4096 * count;
  const broken = hand("broken", padReply(toUtf8("{}")));
  const whole = [sealed("first", first), slots(63)];
  const earlier = { day: "2026-11-20", text: "The first." };
  return {
    shard_no_answer: shard("nothing for this key", [slots(10), sealed("other", {}, OTHER_KEY), slots(53)], found([])),
    shard_first_and_last: shard(
      "answers in the first and in the last place, the later one first",
      [sealed("second", second), slots(62), sealed("first", first)],
      found([first, second]),
    ),
    shard_numbers: shard(
      "numbers are sorted as numbers",
      [sealed("tenth", third), sealed("second", second), slots(62)],
      found([second, third]),
    ),
    shard_answer_twice: shard(
      "one answer sealed twice is one answer",
      [sealed("once", first), slots(62), sealed("twice", first)],
      found([first]),
    ),
    shard_number_twice: shard(
      "two answers with one number are both there, in the order of their bytes",
      [sealed("first", first), slots(62), sealed("earlier", earlier)],
      found([earlier, first]),
    ),
    shard_malformed: shard(
      "a reply that opens and is no answer does not hide the others",
      [broken, slots(60), broken, sealed("first", first), broken],
      found([first], 3),
    ),
    shard_reply_moved: shard(
      "a reply that is one byte off its place",
      [1, sealed("first", first), slots(63) - 1],
      found([]),
    ),
    shard_checksum_flipped: damaged("one changed bit of the checksum", whole, flipped(checksumOf(whole), 15)),
    shard_checksum_zero: damaged("zeros in the place of the checksum", whole, new Uint8Array(16)),
    shard_checksum_other_hash: damaged(
      "a checksum by another hash",
      whole,
      hash("offramp/replyid", bytesOf(whole)).slice(0, 16),
    ),
    shard_reply_flipped: damaged(
      "one changed bit of a reply, which would look like no answer",
      [flipped(sealed("first", first), 100), slots(63)],
      checksumOf(whole),
    ),
    shard_dummy_flipped: damaged(
      "one changed bit of a dummy",
      [sealed("first", first), slots(63) - 1, Uint8Array.of(1)],
      checksumOf(whole),
    ),
    shard_replies_swapped: damaged(
      "the replies in another order",
      [slots(63), sealed("first", first)],
      checksumOf(whole),
    ),
    shard_empty: raw("no bytes", "WrongShardLength", []),
    shard_checksum_alone: wrong("a checksum of nothing", []),
    shard_checksum_missing: raw("64 replies and no checksum", "WrongShardLength", whole),
    shard_checksum_short: raw("a checksum of 15 bytes", "WrongShardLength", [...whole, checksumOf(whole).slice(1)]),
    shard_one_reply: wrong("one reply and no dummies", [sealed("first", first)]),
    shard_one_byte_short: wrong("one byte less", [sealed("first", first), slots(63) - 1]),
    shard_one_byte_long: wrong("one byte more", [sealed("first", first), slots(63) + 1]),
    shard_one_reply_short: wrong("63 replies", [sealed("first", first), slots(62)]),
    shard_one_reply_long: wrong("65 replies", [sealed("first", first), slots(64)]),
  };
}

function descriptorCases() {
  const raw = ({ magic = BOARD, version = 1, doublings = 3, high = 0, low = 7 } = {}) =>
    concat(magic, Uint8Array.of(version, doublings), u32(high), u32(low));
  const board = (why, expect, bytes, read = {}) => ({
    kind: "board",
    expect,
    why,
    board: hex(bytes),
    ...(expect === "ok" ? { thread: hex(THREAD), read: { ...read, shard: shardOf(read, shardNumber(THREAD)) } } : {}),
  });
  const no = (why, bytes) => board(why, "NotABoard", bytes);
  return {
    board_eight_shards: board("eight shards", "ok", raw(), { doublings: 3, build: 7 }),
    board_one_shard: board("one shard, the first build", "ok", raw({ doublings: 0, low: 1 }), {
      doublings: 0,
      build: 1,
    }),
    board_largest: board(
      "the most shards, the largest build",
      "ok",
      raw({ doublings: 16, high: 0x1fffff, low: 0xffffffff }),
      { doublings: 16, build: Number.MAX_SAFE_INTEGER },
    ),
    board_empty: no("no bytes", new Uint8Array(0)),
    board_magic_alone: no("the magic alone", BOARD),
    board_magic_wrong: no("another magic", raw({ magic: ENVELOPE })),
    board_version_unknown: board("version 2", "UnsupportedVersion", raw({ version: 2 })),
    board_version_unknown_longer: board(
      "version 2, with more bytes",
      "UnsupportedVersion",
      concat(raw({ version: 2 }), Uint8Array.of(0)),
    ),
    board_truncated: no("one byte less", raw().slice(0, -1)),
    board_trailing_byte: no("one byte more", concat(raw(), Uint8Array.of(0))),
    board_doublings_too_many: no("17 doublings", raw({ doublings: 17 })),
    board_build_zero: no("build zero", raw({ low: 0 })),
    board_build_too_large: no("a build of 54 bits", raw({ high: 0x200000, low: 0 })),
    board_page: no("a page in the place of the descriptor", toUtf8("<!doctype html><title>")),
  };
}

/** @returns {Record<string, object>} */
export const boardCases = () => ({ ...shardCases(), ...descriptorCases() });
