/** Cases of FORMAT.md, section 8: answers and replies. */

import { readAnswer, writeAnswer } from "../js/answer.mjs";
import { padReply, sealPaddedReply, sealReply } from "../js/answering.mjs";
import { concat, toHex, toUtf8 } from "../js/bytes.mjs";
import { MAX_ANSWER_LENGTH } from "../js/reply.mjs";
import { base64, fixedRandom, hex } from "./material.mjs";

export const REPLY_KEY = fixedRandom("reply key")(32);
export const OTHER_KEY = fixedRandom("another reply key")(32);

export const PLAIN = { number: 1, day: "2026-11-21", text: "You are not too old for this.", parcels: [] };
const parcel = (name, size, seed = name) => {
  const random = fixedRandom(`parcel ${seed}`);
  return { id: random(16), key: random(32), name, size };
};

export const shownAnswer = ({ number, day, text, parcels }) => ({
  number,
  day,
  text,
  parcels: parcels.map(({ id, key, name, size }) => [toHex(id), toHex(key), name, size]),
});

/** The plain answer as JSON text, with members replaced by other JSON text. */
function json(members = {}) {
  const all = { number: "1", day: '"2026-11-21"', text: '""', parcels: "[]", ...members };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return `{${said.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}

function answerCases() {
  const good = (why, members) => {
    const raw = writeAnswer({ ...PLAIN, ...members });
    return { kind: "answer", expect: "ok", why, answer: base64(raw), read: shownAnswer(readAnswer(raw)) };
  };
  const bad = (why, text) => ({
    kind: "answer",
    expect: "AnswerMalformed",
    why,
    answer: base64(typeof text === "string" ? toUtf8(text) : text),
  });
  const badMember = (why, name, value) => bad(why, json({ [name]: value }));
  const [id, key] = ["ab".repeat(16), "cd".repeat(32)];
  const entry = ({ id: i = `"${id}"`, key: k = `"${key}"`, name = '"a"', size = "1" } = {}) =>
    `[${[i, k, name, size]}]`;
  const badParcel = (why, values) => badMember(why, "parcels", `[${entry(values)}]`);
  return {
    answer_plain: good("an answer with one line of text", {}),
    answer_parcels: good("the largest number, an odd name, and the largest and the smallest file", {
      number: 2 ** 32 - 1,
      day: "2028-02-29",
      text: 'Línea "uno"\n\u2028\u{1f6d1}',
      parcels: [parcel("../r\u00e9sum\u00e9\u0000.pdf", 8_388_604), parcel("é".repeat(127) + "x", 0)],
    }),
    answer_text_in_parcel: good("a long text in a parcel, and a file", {
      text: "",
      parcels: [parcel("", 20_000), parcel("a.pdf", 5)],
    }),
    answer_empty: bad("no bytes", ""),
    answer_not_json: bad("no JSON", "hello"),
    answer_not_utf8: bad("a byte that UTF-8 never has", Uint8Array.of(0x22, 0xff, 0x22)),
    answer_array: bad("an array in the place of the answer", '[1,"2026-11-21","",[]]'),
    answer_null: bad("null in the place of the answer", "null"),
    answer_nested_deeply: bad("brackets that exhaust a recursive reader", "[".repeat(4000)),
    answer_white_space: bad("a line end after the answer", `${json()}\n`),
    answer_byte_order_mark: bad("a byte order mark in front", `\ufeff${json()}`),
    answer_escape: badMember("an escape that nothing demands", "text", '"\\u0041"'),
    answer_lone_surrogate: badMember("half a surrogate pair", "text", '"\\ud83d"'),
    answer_member_missing: badMember("no day", "day", undefined),
    answer_member_unknown: badMember("a member that the format does not have", "extra", '""'),
    answer_member_order: bad("text before day", '{"number":1,"text":"","day":"2026-11-21","parcels":[]}'),
    answer_member_twice: bad("a member twice", json().replace("{", '{"number":2,')),
    answer_number_zero: badMember("number zero", "number", "0"),
    answer_number_negative: badMember("a negative number", "number", "-1"),
    answer_number_large: badMember("a number of 33 bits", "number", "4294967296"),
    answer_number_digits: badMember("a number of 3,000 digits", "number", "9".repeat(3000)),
    answer_number_point: badMember("a number with a point", "number", "1.0"),
    answer_number_exponent: badMember("a number with an exponent", "number", "1e0"),
    answer_number_true: badMember("true as number", "number", "true"),
    answer_number_text: badMember("a number as text", "number", '"1"'),
    answer_day_short: badMember("a day without zeros", "day", '"2026-1-2"'),
    answer_day_compact: badMember("a day without hyphens", "day", '"20261121"'),
    answer_day_none: badMember("a day that no month has", "day", '"2026-11-31"'),
    answer_day_no_leap_year: badMember("a 29th of February too many", "day", '"2026-02-29"'),
    answer_day_year_zero: badMember("the year zero", "day", '"0000-01-01"'),
    answer_day_time: badMember("a time behind the day", "day", '"2026-11-21T12:00:00Z"'),
    answer_day_week: badMember("a day as week and weekday", "day", '"2026-W47-6"'),
    answer_day_other_digits: badMember("a day in Arabic digits", "day", '"٢٠٢٦-١١-٢١"'),
    answer_day_null: badMember("no day", "day", "null"),
    answer_text_number: badMember("a number as text", "text", "1"),
    answer_parcels_object: badMember("an object in the place of the parcels", "parcels", "{}"),
    answer_parcel_short: badMember("a parcel of three values", "parcels", `[["${id}","${key}","a"]]`),
    answer_parcel_text: badMember("a text in the place of a parcel", "parcels", '["abcd"]'),
    answer_parcel_id_short: badParcel("a parcel id of 15 bytes", { id: `"${"ab".repeat(15)}"` }),
    answer_parcel_id_upper_case: badParcel("a parcel id in capital letters", { id: `"${id.toUpperCase()}"` }),
    answer_parcel_id_path: badParcel("a path as parcel id", { id: '"../../../../etc/passwd/../../../"' }),
    answer_parcel_id_spaced: badParcel("a parcel id with spaces", { id: `"${"ab ".repeat(16)}"` }),
    answer_parcel_twice: badMember("one parcel twice", "parcels", `[${entry()},${entry({ name: '"b"' })}]`),
    answer_parcel_key_long: badParcel("a parcel key of 33 bytes", { key: `"${"cd".repeat(33)}"` }),
    answer_parcel_key_null: badParcel("no parcel key", { key: "null" }),
    answer_parcel_name_long: badParcel("a name of 256 bytes", { name: `"${"é".repeat(128)}"` }),
    answer_parcel_name_number: badParcel("a number as name", { name: "1" }),
    answer_parcel_name_surrogate: badParcel("half a surrogate pair in a name", { name: '"\\ud83d"' }),
    answer_parcel_size_large: badParcel("a byte more than the largest class holds", { size: "8388605" }),
    answer_parcel_size_negative: badParcel("a negative size", { size: "-1" }),
    answer_parcel_size_minus_zero: badParcel("a size of minus zero", { size: "-0" }),
    answer_parcel_size_true: badParcel("true as size", { size: "true" }),
    answer_two_texts: bad(
      "a text here and one in a parcel",
      json({ text: '"a"', parcels: `[${entry({ name: '""' })}]` }),
    ),
    answer_nameless_second: badMember(
      "a parcel without a name in the second place",
      "parcels",
      `[${entry()},${entry({ id: `"${"ef".repeat(16)}"`, name: '""' })}]`,
    ),
  };
}

/** The plain answer, or another, as a reply; `why` stands for its randomness. */
export const sealed = (why, members = {}, key = REPLY_KEY) =>
  sealReply({ ...PLAIN, ...members }, key, fixedRandom(`reply: ${why}`));
/** A reply that holds what no writer would put there. */
export const hand = (why, padded) => sealPaddedReply(padded, REPLY_KEY, fixedRandom(`reply: ${why}`));
export const flipped = (bytes, offset) => bytes.map((byte, i) => (i === offset ? byte ^ 1 : byte));

function replyCases() {
  const reply = (why, expect, raw, read) => ({
    kind: "reply",
    expect,
    why,
    reply_key: hex(REPLY_KEY),
    reply: base64(raw),
    ...(expect === "ok" ? { read } : {}),
  });
  const good = (why, members = {}) => reply(why, "ok", sealed(why, members), shownAnswer({ ...PLAIN, ...members }));
  const closed = (why, raw) => reply(why, "ok", raw, null);
  const bad = (why, padded) => reply(why, "AnswerMalformed", hand(why, padded));
  const said = writeAnswer(PLAIN);
  const tail = padReply(said);
  tail[tail.length - 1] = 1;
  const next = padReply(said);
  next[2 + said.length] = 1;
  const sealing = (why, expect, members) => ({
    kind: "reply_sealing",
    expect,
    why,
    reply_key: hex(REPLY_KEY),
    answer: { ...PLAIN, ...members },
  });
  const room = MAX_ANSWER_LENGTH - writeAnswer({ ...PLAIN, text: "" }).length;
  return {
    reply_plain: good("a reply that opens"),
    reply_full: good("an answer that fills its reply to the byte", { text: "a".repeat(room) }),
    reply_other_key: closed("a reply under another key", sealed("another key", {}, OTHER_KEY)),
    reply_dummy: closed("a dummy", fixedRandom("dummy")(4096)),
    reply_zero: closed("zero bytes", new Uint8Array(4096)),
    reply_nonce_flipped: closed("one changed bit of the nonce", flipped(sealed("flipped"), 0)),
    reply_tag_flipped: closed("one changed bit of the tag", flipped(sealed("flipped"), 24)),
    reply_last_flipped: closed("one changed bit of the last byte", flipped(sealed("flipped"), 4095)),
    reply_short: reply("one byte less", "WrongReplyLength", sealed("short").slice(0, -1)),
    reply_long: reply("one byte more", "WrongReplyLength", concat(sealed("long"), Uint8Array.of(0))),
    reply_empty: reply("no bytes", "WrongReplyLength", new Uint8Array(0)),
    reply_length_zero: bad("an answer of no bytes", padReply(said, 0)),
    reply_length_short: bad("a length that cuts the answer", padReply(said, said.length - 1)),
    reply_length_long: bad("a length that takes a byte of padding", padReply(said, said.length + 1)),
    reply_length_beyond: bad("a length of one byte more than there are", padReply(said, MAX_ANSWER_LENGTH + 1)),
    reply_length_huge: bad("the largest length", padReply(said, 65_535)),
    reply_padding_first_nonzero: bad("a byte in the padding behind the answer", next),
    reply_padding_last_nonzero: bad("a byte at the end of the padding", tail),
    reply_not_json: bad("no JSON under the right key", padReply(toUtf8("hello"))),
    sealing_answer_fits: sealing("as long as a reply holds", "ok", { text: "a".repeat(room) }),
    sealing_answer_too_long: sealing("a byte more than a reply holds", "AnswerTooLong", { text: "a".repeat(room + 1) }),
    sealing_answer_number_zero: sealing("an answer without a number", "AnswerMalformed", { number: 0 }),
  };
}

/** @returns {Record<string, object>} */
export const answeringCases = () => ({ ...answerCases(), ...replyCases() });
