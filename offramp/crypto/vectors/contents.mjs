/** Cases of FORMAT.md, 2.4: contents without the envelope around them. */

import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { contentParts, readContent } from "../js/letter.mjs";
import { CAMPAIGN, base64, fixedRandom, hex, shown } from "./material.mjs";

const KEYSET_ID = fixedRandom("keyset id of contents")(32);

const PLAIN = {
  purpose: "help",
  campaign: CAMPAIGN,
  keysetId: KEYSET_ID,
  thread: null,
  replyKey: null,
  fields: [["text", "I would like to leave."]],
  attachments: [],
};

/** The plain letter as JSON text, with members replaced by other JSON text. */
function json(members = {}) {
  const all = {
    purpose: '"help"',
    campaign: `"${CAMPAIGN}"`,
    keyset: `"${hex(KEYSET_ID)}"`,
    thread: "null",
    reply_key: "null",
    fields: "[]",
    attachments: "[]",
    ...members,
  };
  return `{${Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `"${name}":${value}`)
    .join(",")}}`;
}

const content = (letter, rest = "") => {
  const bytes = typeof letter === "string" ? toUtf8(letter) : letter;
  return concat(u32(bytes.length), bytes, toUtf8(rest));
};

const good = (why, letter) => {
  const bytes = concat(...contentParts(letter));
  return { kind: "content", expect: "ok", why, content: base64(bytes), letter: shown(readContent(bytes)) };
};

const bad = (why, bytes) => ({ kind: "content", expect: "ContentMalformed", why, content: base64(bytes) });
const badText = (why, text, rest) => bad(why, content(text, rest));
const badMember = (why, name, value, rest) => badText(why, json({ [name]: value }), rest);
const badField = (why, field) => badMember(why, "fields", `[${field}]`);
const badAttachment = (why, entry, rest = "") => badMember(why, "attachments", `[${entry}]`, rest);

const twice = (member, text) => text.replace(member, `${member},${member}`);
const ordered = ({ purpose, campaign, ...others }) => ({ campaign, purpose, ...others });

/** @returns {Record<string, object>} */
export function contentCases() {
  const random = fixedRandom("contents");
  const unicode = "né\u0301 \u{1f6d1} \u2028\u2029 \ufeff \uffff \u{10ffff} \ufdd0 \u007f \u0085 ’";
  return {
    content_plain: good("a letter with one line of text", PLAIN),
    content_no_fields: good("a letter that says nothing", { ...PLAIN, fields: [] }),
    content_everything: good("every member, several values, two attachments of which one is empty", {
      purpose: "follow-up",
      campaign: "a-1",
      keysetId: KEYSET_ID,
      thread: random(16),
      replyKey: random(32),
      fields: [
        ["languages", "English", "Español", ""],
        ["a", ""],
        [`z${"_9".repeat(15)}_`, "a name of 32 characters"],
      ],
      attachments: [
        { name: "../../etc/passwd\u0000\n", data: random(50) },
        { name: "é".repeat(127) + "x", data: new Uint8Array(0) },
      ],
    }),
    content_unicode: good("characters that some serialisers escape, and this one must not", {
      ...PLAIN,
      fields: [["text", unicode]],
    }),
    content_escapes: good("every character that JSON makes one escape", {
      ...PLAIN,
      fields: [["text", `"\\/${Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join("")}`]],
    }),
    content_same_attachment_name: good("two attachments may have one name", {
      ...PLAIN,
      attachments: [
        { name: "a", data: random(1) },
        { name: "a", data: random(2) },
      ],
    }),

    content_empty: bad("no bytes at all", new Uint8Array(0)),
    content_shorter_than_a_length: bad("three bytes", new Uint8Array(3)),
    content_letter_empty: bad("a letter of no bytes", content("")),
    content_letter_too_long: bad(
      "a letter that says to be longer than the content",
      concat(u32(400), toUtf8(json())),
    ),
    content_letter_length_huge: bad(
      "a length with its highest bit set",
      concat(u32(0xffffffff), toUtf8(json())),
    ),
    content_not_json: badText("no JSON", "help me"),
    content_cut: badText("JSON that ends too early", json().slice(0, -1)),
    content_array: badText("an array in the place of the letter", "[]"),
    content_null: badText("null in the place of the letter", "null"),
    content_nested_deeply: badText("brackets that exhaust a recursive reader", "[".repeat(20_000)),
    content_not_utf8: bad("a byte that UTF-8 never has", replaced("leave", "le\xffve")),
    content_utf8_overlong: bad("a letter a in two bytes", replaced("leave", "le\xc1\xa1ve")),
    content_utf8_surrogate: bad(
      "a surrogate pair as six bytes",
      replaced("leave", "le\xed\xa0\xbd\xed\xbb\x91ve"),
    ),
    content_utf8_beyond: bad("a character beyond U+10FFFF", replaced("leave", "le\xf4\x90\x80\x80ve")),
    content_byte_order_mark: badText("a byte order mark in front", `\ufeff${json()}`),
    content_white_space: badText("a space after a comma", json().replace(",", ", ")),
    content_line_end: badText("a line end after the letter", `${json()}\n`),
    content_two_letters: badText("a second letter behind the first", json() + json()),
    content_member_twice: badText("a member twice, with the same value", twice('"purpose":"help"', json())),
    content_member_twice_other_value: badText(
      "a member twice, with two values",
      json().replace("{", '{"purpose":"offer",'),
    ),
    content_member_order: badText("campaign before purpose", JSON.stringify(ordered(JSON.parse(json())))),
    content_member_missing: badMember("no thread", "thread", undefined),
    content_member_unknown: badMember("a member that the format does not have", "extra", '""'),
    content_member_proto: badMember(
      "a member that changes objects in careless readers",
      "__proto__",
      '{"purpose":"help"}',
    ),
    content_member_number: badMember("a member whose name is a number", "1", "1"),
    content_escape_solidus: badField("an escape that JSON allows and does not demand", '["text","\\/"]'),
    content_escape_letter: badField("an escaped letter", '["text","\\u0041"]'),
    content_escape_long: badField("a long escape where there is a short one", '["text","\\u000a"]'),
    content_escape_upper_case: badField("an escape with upper-case digits", '["text","\\u001F"]'),
    content_escape_pair: badField("a character outside the BMP as two escapes", '["text","\\ud83d\\uded1"]'),
    content_escape_delete: badField("an escape of U+007F", '["text","\\u007f"]'),
    content_escape_line_separator: badField("an escape of U+2028", '["text","\\u2028"]'),
    content_lone_surrogate: badField("half a surrogate pair as an escape", '["text","\\ud83d"]'),
    content_lone_surrogate_low: badField("the other half", '["text","\\uded1"]'),
    content_lone_surrogate_name: badAttachment("half a surrogate pair in a file's name", '["\\ud83d",0]'),
    content_control_character: badField("a line end that is not escaped", '["text","\n"]'),
    content_purpose_cover: good("a letter that says nothing", {
      ...PLAIN,
      purpose: "cover",
      fields: [],
      attachments: [{ name: "cover", data: new Uint8Array(40) }],
    }),
    content_purpose_unknown: badMember("a purpose that the format does not have", "purpose", '"joke"'),
    content_purpose_number: badMember("a number as purpose", "purpose", "1"),
    content_purpose_array: badMember("an array as purpose", "purpose", '["help"]'),
    content_campaign_empty: badMember("an empty campaign", "campaign", '""'),
    content_campaign_upper_case: badMember("a campaign with a capital letter", "campaign", '"Quit-ice"'),
    content_campaign_hyphen_last: badMember("a campaign that ends in a hyphen", "campaign", '"quit-"'),
    content_campaign_line_end: badMember("a campaign with a line end", "campaign", '"quit-ice\\n"'),
    content_campaign_too_long: badMember("a campaign of 33 characters", "campaign", `"${"a".repeat(33)}"`),
    content_keyset_short: badMember("a keyset id of 31 bytes", "keyset", `"${"00".repeat(31)}"`),
    content_keyset_upper_case: badMember("a keyset id in capital letters", "keyset", `"${"AB".repeat(32)}"`),
    content_keyset_spaced: badMember("a keyset id with spaces", "keyset", `"${"00 ".repeat(32)}"`),
    content_keyset_null: badMember("no keyset id", "keyset", "null"),
    content_thread_long: badMember("a thread id of 17 bytes", "thread", `"${"00".repeat(17)}"`),
    content_thread_empty: badMember("an empty thread id", "thread", '""'),
    content_thread_false: badMember("false as thread id", "thread", "false"),
    content_reply_key_short: badMember("a reply key of 16 bytes", "reply_key", `"${"00".repeat(16)}"`),
    content_reply_key_number: badMember("zero as reply key", "reply_key", "0"),
    content_fields_object: badMember("an object in the place of the fields", "fields", "{}"),
    content_fields_null: badMember("no fields", "fields", "null"),
    content_field_text: badField("a text in the place of a field", '"text"'),
    content_field_empty: badField("a field with no name", "[]"),
    content_field_without_value: badField("a name with no value", '["text"]'),
    content_field_value_number: badField("a number as value", '["text",1]'),
    content_field_value_not_a_number: badField(
      "a value that is not JSON, but that some readers take",
      '["text",NaN]',
    ),
    content_field_value_null: badField("null as value", '["text",null]'),
    content_field_name_empty: badField("an empty name", '["",""]'),
    content_field_name_upper_case: badField("a name with a capital letter", '["Text",""]'),
    content_field_name_digit_first: badField("a name that begins with a digit", '["1a",""]'),
    content_field_name_line_end: badField("a name with a line end", '["text\\n",""]'),
    content_field_name_too_long: badField("a name of 33 characters", `["${"a".repeat(33)}",""]`),
    content_field_twice: badField("one name twice", '["text","a"],["text","b"]'),
    content_attachments_object: badMember("an object in the place of the attachments", "attachments", "{}"),
    content_attachment_overrun: badAttachment(
      "an attachment that is longer than what follows",
      '["a",3]',
      "ab",
    ),
    content_attachment_trailing: badAttachment("a byte after the last attachment", '["a",2]', "abc"),
    content_trailing: bad("a byte after a letter with no attachments", content(json(), "x")),
    content_attachment_negative: badAttachment("a negative size", '["a",-1]'),
    content_attachment_minus_zero: badAttachment("a size of minus zero", '["a",-0]'),
    content_attachment_point: badAttachment("a size with a point", '["a",1.0]', "x"),
    content_attachment_fraction: badAttachment("a size that is no whole number", '["a",1.5]', "xx"),
    content_attachment_exponent: badAttachment("a size with an exponent", '["a",1e0]', "x"),
    content_attachment_leading_zero: badAttachment("a size with a leading zero", '["a",01]', "x"),
    content_attachment_size_text: badAttachment("a size as text", '["a","1"]', "x"),
    content_attachment_size_true: badAttachment("true as size", '["a",true]', "x"),
    content_attachment_size_false: badAttachment("false as size", '["a",false]'),
    content_attachment_size_null: badAttachment("null as size", '["a",null]'),
    content_attachment_size_digits: badAttachment("a size of 5,000 digits", `["a",${"9".repeat(5000)}]`, "x"),
    content_attachment_size_infinite: badAttachment("a size beyond all numbers", '["a",1e999]', "x"),
    content_attachment_too_large: badAttachment("a size of one byte more than 8 MiB", '["a",8388609]'),
    content_attachment_name_empty: badAttachment("a file with no name", '["",0]'),
    content_attachment_name_too_long: badAttachment(
      "a name of 256 bytes in 128 characters",
      `["${"é".repeat(128)}",0]`,
    ),
    content_attachment_name_number: badAttachment("a number as name", "[1,0]"),
    content_attachment_three: badAttachment("an entry with three values", '["a",0,0]'),
    content_attachment_one: badAttachment("an entry with no size", '["a"]'),
  };
}

/** The plain letter's bytes with one word replaced by bytes that are given as Latin-1. */
function replaced(word, latin1) {
  const text = Buffer.from(concat(...contentParts(PLAIN)).subarray(4)).toString("latin1");
  return content(Uint8Array.from(Buffer.from(text.replace(word, latin1), "latin1")));
}
