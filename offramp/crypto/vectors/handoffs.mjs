/** Cases of FORMAT.md, section 14: words, hand-offs and drafts, which only Python reads. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { chunkNonce } from "../js/envelope.mjs";
import { pad, sealedBox, secretBox } from "../js/sealing.mjs";
import { keyOf } from "./envelope_making.mjs";
import { ANN, BEN, CAMPAIGN, PUBLIC, base64, fixedRandom, hash, hex, label } from "./material.mjs";

const ORGANIZER = fixedRandom("an organizer's signing seed")(32);
const ADVISER = fixedRandom("an adviser's signing seed")(32);
const ID = hex(fixedRandom("a hand-off's id")(16));
const PREFIX = concat(label("offramp/handoff"), Uint8Array.of(1));
const BODY = PREFIX.length + 1184;
const publicOf = (seed) => hex(ed25519.getPublicKey(seed));

// Words

function words(name, recipient, signing) {
  const spelt = toUtf8(name);
  const whole = concat(Uint8Array.of(spelt.length), spelt, signing, recipient.x25519, recipient.mlkem);
  const number = BigInt(`0x${hex(hash("offramp/words", whole))}`) >> 146n;
  const places = Array.from({ length: 10 }, (_, i) => Number((number >> BigInt(11 * (9 - i))) & 2047n));
  return {
    kind: "words",
    expect: "ok",
    why: `the words of ${name}'s key`,
    name,
    x25519: hex(recipient.x25519),
    mlkem768: base64(recipient.mlkem),
    ed25519: hex(signing),
    words: places.map((place) => wordlist[place]).join(" "),
  };
}

const wordCases = () => ({
  words_ann: words("ann", PUBLIC[0], ed25519.getPublicKey(ADVISER)),
  words_another_name: words("anna", PUBLIC[0], ed25519.getPublicKey(ADVISER)),
  words_another_key: words("ann", PUBLIC[1], ed25519.getPublicKey(ADVISER)),
});

// Statements

const FILE = toUtf8("%PDF-");
const MEMBERS = {
  campaign: CAMPAIGN,
  id: ID,
  author: publicOf(ORGANIZER),
  adviser: publicOf(ADVISER),
  day: "2026-11-21",
  last_day: "2026-12-21",
  parts: [["What would help you?", "A résumé."]],
  files: [["file-1.pdf", FILE.length]],
  keysets: [3],
};
const BLOBS = concat(FILE, toUtf8("key"));

function signed(
  members = MEMBERS,
  { blobs = BLOBS, seed = ORGANIZER, text = JSON.stringify(members), over = PREFIX } = {},
) {
  const spelt = toUtf8(text);
  const whole = concat(u32(spelt.length), spelt, blobs);
  return concat(whole, ed25519.sign(concat(over, whole), seed));
}

const statement = (why, expect, raw, read) => ({
  kind: "hand_off_statement",
  expect,
  why,
  signed: base64(raw),
  ...(read && { read }),
});
const said = (why, changes, options) => {
  const members = { ...MEMBERS, ...changes };
  return statement(why, "ok", signed(members, options), members);
};
const wrong = (why, changes, options) =>
  statement(why, "HandOffMalformed", signed({ ...MEMBERS, ...changes }, options));
const spelt = (why, text) => statement(why, "HandOffMalformed", signed(MEMBERS, { text }));
const TEXT = JSON.stringify(MEMBERS);
const flipped = (raw, at) => raw.map((byte, i) => (i === (at < 0 ? raw.length + at : at) ? byte ^ 1 : byte));

const statementCases = () => ({
  handoff_statement_plain: said("a part, a file and a keyset", {}),
  handoff_statement_parts_alone: said("no file", { files: [], keysets: [] }, { blobs: new Uint8Array() }),
  handoff_statement_file_alone: said("no part", { parts: [] }),
  handoff_statement_one_day: said("it ends on its first day", { last_day: "2026-11-21" }),
  handoff_statement_a_year: said("the longest", { last_day: "2027-11-22" }),
  handoff_statement_file_empty: said("an empty file", { files: [["a", 0], ["b", 5]] }),
  handoff_statement_too_long: wrong("a day more than the longest", { last_day: "2027-11-23" }),
  handoff_statement_ends_before: wrong("it ends before it begins", { last_day: "2026-11-20" }),
  handoff_statement_nothing: wrong("neither part nor file", { parts: [], files: [], keysets: [8] }),
  handoff_statement_campaign_upper_case: wrong("a campaign that cannot be", { campaign: "Quit-ICE" }),
  handoff_statement_id_short: wrong("an id of 15 bytes", { id: ID.slice(2) }),
  handoff_statement_id_upper_case: wrong("an id in upper case", { id: ID.toUpperCase() }),
  handoff_statement_adviser_short: wrong("an adviser's key of 31 bytes", { adviser: publicOf(ADVISER).slice(2) }),
  handoff_statement_author_null: wrong("no author", { author: null }),
  handoff_statement_day_compact: wrong("a day without hyphens", { day: "20261121" }),
  handoff_statement_day_none: wrong("the 30th of February", { day: "2026-02-30", last_day: "2026-03-01" }),
  handoff_statement_part_three: wrong("a part of three strings", { parts: [["a", "b", "c"]] }),
  handoff_statement_part_number: wrong("a part whose text is a number", { parts: [["a", 1]] }),
  handoff_statement_file_name_empty: wrong("a file without a name", { files: [["", 5]] }),
  handoff_statement_file_name_long: wrong("a name of 256 bytes", { files: [["é".repeat(128), 5]] }),
  handoff_statement_file_true: wrong("a size that is true", { files: [["a", true], ["b", 4]] }),
  handoff_statement_file_negative: wrong("a negative size", { files: [["a", -1], ["b", 6]] }),
  handoff_statement_file_overrun: wrong("a file that is longer than the rest", { files: [["a", 9]], keysets: [] }),
  handoff_statement_file_trailing: wrong("a byte that belongs to no file", { keysets: [2] }),
  handoff_statement_keyset_text: wrong("a keyset whose length is text", { keysets: ["3"] }),
  handoff_statement_member_unknown: wrong("a member more", { case: ID }),
  handoff_statement_member_missing: spelt("no campaign", JSON.stringify({ ...MEMBERS, campaign: undefined })),
  handoff_statement_member_order: spelt("another order", JSON.stringify({ id: ID, ...MEMBERS })),
  handoff_statement_member_twice: spelt("a member twice", TEXT.replace('{"', `{"campaign":"${CAMPAIGN}","`)),
  handoff_statement_white_space: spelt("white space", TEXT.replace(",", ", ")),
  handoff_statement_escape: spelt("an escape that is not needed", TEXT.replace("é", "\\u00e9")),
  handoff_statement_lone_surrogate: spelt("half a pair", TEXT.replace("é", "\\ud800")),
  handoff_statement_not_json: spelt("no JSON", "Hello"),
  handoff_statement_empty: statement("no bytes", "HandOffMalformed", new Uint8Array()),
  handoff_statement_length_huge: statement(
    "a length with its highest bit set",
    "HandOffMalformed",
    concat(Uint8Array.of(255), signed().slice(1)),
  ),
  handoff_statement_signature_flipped: statement("a changed signature", "HandOffForged", flipped(signed(), -1)),
  handoff_statement_part_changed: statement(
    "one letter changed",
    "HandOffForged",
    flipped(signed(), 4 + TEXT.indexOf("help")),
  ),
  handoff_statement_file_changed: statement("a changed file", "HandOffForged", flipped(signed(), -70)),
  handoff_statement_by_another: statement(
    "signed by somebody else",
    "HandOffForged",
    signed(MEMBERS, { seed: ADVISER }),
  ),
  handoff_statement_over_itself: statement(
    "signed without the magic in front",
    "HandOffForged",
    signed(MEMBERS, { over: new Uint8Array() }),
  ),
  handoff_statement_author_low_order: statement(
    "an author's key of low order",
    "HandOffForged",
    signed({ ...MEMBERS, author: `01${"00".repeat(31)}` }),
  ),
});

// Files

function sealed({
  prefix = PREFIX,
  slotLabel = "offramp/ho-slot",
  bodyLabel = "offramp/ho-body",
  padded = pad([signed()]),
} = {}) {
  const random = fixedRandom("hand-off");
  const contentKey = random(32);
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(PUBLIC[0].mlkem, random(32));
  const slotKey = hash(slotLabel, concat(PREFIX, PUBLIC[0].x25519, cipherText), sharedSecret);
  const wrapped = secretBox(slotKey, new Uint8Array(24), contentKey);
  const header = concat(prefix, cipherText, sealedBox(PUBLIC[0].x25519, wrapped, random(32)));
  return concat(header, secretBox(hash(bodyLabel, header, contentKey), chunkNonce(0, true), padded));
}

const file = (why, expect, envelope, key = ANN) => ({ kind: "hand_off", expect, why, key: keyOf(key), envelope });
const whole = (why, expect, raw, key) => ({
  ...file(why, expect, base64(raw), key),
  ...(expect === "ok" && { signed: base64(signed()) }),
});
const edited = (why, expect, ...edits) => file(why, expect, { of: "handoff_smallest", edits });

/** Padded content of the smallest class, whatever a sealer would say to it. */
function padded(length, fill = 0) {
  const bytes = new Uint8Array(16_384).fill(fill);
  bytes.set(concat(u32(length), signed()));
  return bytes;
}

const fileCases = () => ({
  handoff_smallest: whole("a hand-off of the smallest class", "ok", sealed()),
  handoff_for_somebody_else: file(
    "another adviser's key",
    "HandOffForSomebodyElse",
    { of: "handoff_smallest", edits: [] },
    BEN,
  ),
  handoff_empty: whole("no bytes", "NotAHandOff", new Uint8Array()),
  handoff_magic_cut: whole("a part of the magic", "NotAHandOff", PREFIX.slice(0, 12)),
  handoff_magic_wrong: edited("another magic", "NotAHandOff", { at: 8, put: hex(toUtf8("draft")) }),
  handoff_version_missing: whole("the magic alone", "HandOffDamaged", PREFIX.slice(0, 16)),
  handoff_version_unknown: edited("version 2", "UnsupportedVersion", { at: 16, put: "02" }),
  handoff_header_alone: whole("no body", "HandOffDamaged", sealed().slice(0, BODY)),
  handoff_one_byte_short: edited("one byte less", "HandOffDamaged", { cut: BODY + 16_384 + 15 }),
  handoff_one_byte_long: edited("one byte more", "HandOffDamaged", { at: BODY, insert: "00" }),
  handoff_slot_mlkem_flipped: edited("a changed bit in the first lock", "HandOffForSomebodyElse", { at: 20, xor: "01" }),
  handoff_slot_box_flipped: edited("a changed bit in the second", "HandOffForSomebodyElse", { at: BODY - 1, xor: "01" }),
  handoff_slot_of_an_envelope: edited("a slot key made with the label of envelopes", "HandOffForSomebodyElse", {
    at: PREFIX.length,
    put: hex(sealed({ slotLabel: "offramp/slot-key" }).slice(PREFIX.length, BODY)),
  }),
  handoff_body_flipped: edited("a changed bit in the body", "HandOffDamaged", { at: BODY + 100, xor: "01" }),
  handoff_body_of_an_envelope: whole(
    "a body key made with the label of envelopes",
    "HandOffDamaged",
    sealed({ bodyLabel: "offramp/body-key" }),
  ),
  handoff_length_too_long: whole("a length that does not fit", "HandOffMalformed", sealed({ padded: padded(16_381) })),
  handoff_padding: whole("padding that is not zero", "HandOffMalformed", sealed({ padded: padded(signed().length, 1) })),
});

// Drafts

const DRAFT = {
  campaign: CAMPAIGN,
  hand_off: ID,
  day: "2026-11-25",
  text: "Try the newspapers.",
  files: [["cv.odt", 3]],
};

function draftBytes(
  members = DRAFT,
  {
    magic = "offramp/draft",
    version = 1,
    author = ADVISER,
    seed = author,
    blobs = toUtf8("new"),
    text = JSON.stringify(members),
    length,
  } = {},
) {
  const said = toUtf8(text);
  const head = concat(label(magic), Uint8Array.of(version), ed25519.getPublicKey(author), u32(length ?? said.length));
  const signedBytes = concat(head, said, blobs);
  return concat(signedBytes, ed25519.sign(signedBytes, seed));
}

const draft = (why, expect, raw, read) => ({
  kind: "draft",
  expect,
  why,
  draft: base64(raw),
  ...(read && {
    read: { ...read, author: publicOf(ADVISER) },
    id: hex(hash("offramp/draft-id", raw.slice(0, -64)).slice(0, 16)),
  }),
});
const drafted = (why, changes, options) => {
  const members = { ...DRAFT, ...changes };
  return draft(why, "ok", draftBytes(members, options), members);
};
const misdrafted = (why, changes, options) =>
  draft(why, "DraftMalformed", draftBytes({ ...DRAFT, ...changes }, options));
const NO_FILES = { blobs: new Uint8Array() };

const draftCases = () => ({
  draft_plain: drafted("a text and a file", {}),
  draft_text_alone: drafted("no file", { files: [] }, NO_FILES),
  draft_file_alone: drafted("no text", { text: "" }),
  draft_nothing: misdrafted("neither text nor file", { text: " \n", files: [] }, NO_FILES),
  draft_hand_off_short: misdrafted("an id of 15 bytes", { hand_off: ID.slice(2) }),
  draft_hand_off_upper_case: misdrafted("an id in upper case", { hand_off: ID.toUpperCase() }),
  draft_campaign_empty: misdrafted("no campaign", { campaign: "" }),
  draft_day_time: misdrafted("a day with a time", { day: "2026-11-25T00:00" }),
  draft_file_name_empty: misdrafted("a file without a name", { files: [["", 3]] }),
  draft_file_name_long: misdrafted("a name of 256 bytes", { files: [["é".repeat(128), 3]] }),
  draft_file_overrun: misdrafted("a file that reaches into the signature", { files: [["a", 4]] }),
  draft_file_trailing: misdrafted("a byte that belongs to no file", { files: [["a", 2]] }),
  draft_member_unknown: misdrafted("a member more", { number: 1 }),
  draft_white_space: misdrafted("white space", {}, { text: JSON.stringify(DRAFT).replace(",", ", ") }),
  draft_not_json: misdrafted("no JSON", {}, { text: "Hello" }),
  draft_length_long: misdrafted("a text that reaches into the signature", {}, { length: 1000 }),
  draft_length_short: misdrafted("a text that is cut", {}, { length: 20 }),
  draft_magic_wrong: draft("another magic", "DraftMalformed", draftBytes(DRAFT, { magic: "offramp/handoff" })),
  draft_empty: draft("no bytes", "DraftMalformed", new Uint8Array()),
  draft_header_alone: draft(
    "nothing but a header and a signature",
    "DraftMalformed",
    concat(draftBytes().slice(0, 53), new Uint8Array(64)),
  ),
  draft_version_unknown: draft("version 2", "UnsupportedVersion", draftBytes(DRAFT, { version: 2 })),
  draft_by_another: draft("signed by somebody else", "DraftForged", draftBytes(DRAFT, { seed: ORGANIZER })),
  draft_signature_flipped: draft("a changed signature", "DraftForged", flipped(draftBytes(), -1)),
  draft_text_changed: draft("one letter changed", "DraftForged", flipped(draftBytes(), 60)),
  draft_file_changed: draft("a changed file", "DraftForged", flipped(draftBytes(), -65)),
});

/** @returns {Record<string, object>} */
export const handOffCases = () => ({ ...wordCases(), ...statementCases(), ...fileCases(), ...draftCases() });
