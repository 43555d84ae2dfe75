/** Cases of section 3 of FORMAT.md: keysets, each with what its reader knows and expects. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, toUtf8 } from "../js/bytes.mjs";
import {
  ANN,
  CAMPAIGN,
  NOW,
  ONION,
  PUBLIC,
  ROOT,
  ROOT_SEED,
  WEEK,
  base64,
  dummies,
  fixedRandom,
  hex,
  makeKeyset,
  signed,
  statement,
} from "./material.mjs";

const ORDER = ed25519.Point.Fn.ORDER;
const FROM = NOW - 86_400;
const TOLERANCE = 2 * 86_400;

/** A case; `reader` is what its reader expects where that is not the usual. */
const asked = (why, expect, raw, reader = {}) => ({
  kind: "keyset",
  expect,
  why,
  keyset: base64(raw),
  root: hex(ROOT),
  campaign: CAMPAIGN,
  onion: ONION,
  now: NOW,
  minimum_sequence: 1,
  ...reader,
});

function good(why, values = {}, reader = {}) {
  const { raw, recipients, ...read } = makeKeyset(values);
  return {
    ...asked(why, "ok", raw, { campaign: read.campaign, ...reader }),
    read: {
      id: hex(read.id),
      campaign: read.campaign,
      onion: read.onion,
      sequence: read.sequence,
      previous: hex(read.previous),
      valid_from: read.validFrom,
      valid_until: read.validUntil,
      recipients: recipients.length,
      card_key: hex(read.cardKey),
      last_x25519: hex(recipients.at(-1).x25519),
    },
  };
}

/** Properly signed, and yet wrong. */
const wrong = (why, expect, values, reader) => asked(why, expect, signed(statement(values)), reader);
const malformed = (why, values) => wrong(why, "NotAKeyset", values);

/** A good keyset with some bytes replaced afterwards. */
function changed(why, expect, offset, bytes) {
  const raw = makeKeyset().raw.slice();
  raw.set(bytes, offset);
  return asked(why, expect, raw);
}

/** @returns {Record<string, object>} */
export function keysetCases() {
  return { ...goodCases(), ...layoutCases(), ...signatureCases(), ...meaningCases(), ...recipientCases() };
}

function goodCases() {
  const longest = { validFrom: FROM, validUntil: FROM + 366 * 86_400 };
  const [first, second] = PUBLIC;
  return {
    keyset_smallest: good("two recipients"),
    keyset_ten_slots: good("ten recipients", { recipients: [...PUBLIC, ...dummies(8)] }),
    keyset_second: good("a keyset with a predecessor", {
      sequence: 2,
      previous: fixedRandom("predecessor")(32),
    }),
    keyset_sequence_largest: good("the largest sequence", {
      sequence: 2 ** 32 - 1,
      previous: new Uint8Array(32).fill(1),
    }),
    keyset_sequence_same: good(
      "the smallest sequence that is still accepted",
      { sequence: 7, previous: ROOT },
      { minimum_sequence: 7 },
    ),
    keyset_longest_validity: good("valid for 366 days", longest),
    keyset_first_second: good("two days before its time, as a slow clock says", {}, { now: FROM - TOLERANCE }),
    keyset_last_second: good(
      "at the last second of the two days after its time, as a fast clock says",
      {},
      { now: FROM + WEEK + TOLERANCE - 1 },
    ),
    keyset_campaign_shortest: good("a campaign of one character", { campaign: "7" }),
    keyset_campaign_longest: good("a campaign of 32 characters", { campaign: `a-${"-b".repeat(15)}` }),
    keyset_onion_not_asked: good(
      "a reader that stands on no onion address",
      { onion: `${"a".repeat(56)}.onion` },
      { onion: null },
    ),
    keyset_order_kept: good("the recipients the other way round", { recipients: [second, first] }),
  };
}

/** 3.4, step 1. */
function layoutCases() {
  const { raw } = makeKeyset();
  const resigned = (edit) => signed(edit(raw.slice(0, -64)));
  return {
    keyset_empty: asked("no bytes", "NotAKeyset", new Uint8Array(0)),
    keyset_one_byte_of_magic: asked("one byte", "NotAKeyset", raw.slice(0, 1)),
    keyset_text: asked(
      "a page in the place of the keyset",
      "NotAKeyset",
      toUtf8("<!doctype html>".repeat(20)),
    ),
    keyset_magic_wrong: malformed("the magic of another format", {
      magic: statement()
        .slice(0, 16)
        .map((byte, i) => (i === 15 ? 1 : byte)),
    }),
    keyset_version_zero: wrong("version 0", "UnsupportedVersion", { version: 0 }),
    keyset_version_unknown: wrong("version 3", "UnsupportedVersion", { version: 3 }),
    keyset_version_one: wrong("version 1, which had no card key", "UnsupportedVersion", { version: 1 }),
    keyset_truncated: asked("one byte less", "NotAKeyset", raw.slice(0, -1)),
    keyset_signature_missing: asked("no signature", "NotAKeyset", raw.slice(0, -64)),
    keyset_header_only: asked(
      "a header with no recipients",
      "NotAKeyset",
      raw.slice(0, 165 + CAMPAIGN.length),
    ),
    keyset_trailing_byte: asked("one byte more", "NotAKeyset", concat(raw, Uint8Array.of(0))),
    keyset_trailing_byte_signed: asked(
      "one byte more, and signed",
      "NotAKeyset",
      resigned((said) => concat(said, Uint8Array.of(0))),
    ),
    keyset_slot_count_zero: malformed("no recipients", { recipients: [] }),
    keyset_slot_count_one: malformed("one recipient", { recipients: PUBLIC.slice(0, 1) }),
    keyset_slot_count_eleven: malformed("eleven recipients", { recipients: [...PUBLIC, ...dummies(9)] }),
    keyset_slot_count_too_small: malformed("three recipients that say to be two", {
      recipients: [...PUBLIC, ...dummies(1)],
      slotCount: 2,
    }),
    keyset_slot_count_too_large: malformed("two recipients that say to be three", { slotCount: 3 }),
    keyset_sequence_zero: malformed("sequence 0", { sequence: 0 }),
    keyset_sequence_zero_with_previous: malformed("sequence 0 with a predecessor", {
      sequence: 0,
      previous: ROOT,
    }),
    keyset_previous_at_sequence_one: malformed("a predecessor of the first", { previous: ROOT }),
    keyset_previous_missing: malformed("no predecessor of the second", { sequence: 2 }),
    keyset_from_too_large: malformed("valid from 2^40 seconds on", {
      validFrom: 2 ** 40,
      validUntil: 2 ** 40 + 1,
    }),
    keyset_until_before_from: malformed("valid until before valid from", { validUntil: FROM - 1 }),
    keyset_until_equals_from: malformed("valid for no second", { validUntil: FROM }),
    keyset_validity_too_long: malformed("valid for a second more than 366 days", {
      validUntil: FROM + 366 * 86_400 + 1,
    }),
    keyset_until_huge: malformed("valid until the end of all numbers", { validUntil: 2 ** 63 }),
    keyset_onion_upper_case: malformed("an onion address in capital letters", { onion: ONION.toUpperCase() }),
    keyset_onion_bad_character: malformed("an onion address with a digit that base32 lacks", {
      onion: ONION.replace("v", "1"),
    }),
    keyset_onion_other_domain: malformed("an address that is no onion", {
      onion: ONION.replace(".onion", ".total"),
    }),
    keyset_onion_line_end: malformed("a line end in the address", { onion: `${ONION.slice(0, 61)}\n` }),
    keyset_campaign_empty: malformed("an empty campaign", { campaign: "" }),
    keyset_campaign_upper_case: malformed("a campaign with a capital letter", { campaign: "Quit-ice" }),
    keyset_campaign_hyphen_first: malformed("a campaign that begins with a hyphen", { campaign: "-ice" }),
    keyset_campaign_hyphen_last: malformed("a campaign that ends with a hyphen", { campaign: "quit-" }),
    keyset_campaign_line_end: malformed("a campaign with a line end", { campaign: "quit-ice\n" }),
    keyset_campaign_too_long: malformed("a campaign of 33 characters", { campaign: "a".repeat(33) }),
    keyset_campaign_length_wrong: malformed("a length of the campaign that takes a byte from the keys", {
      campaignLength: CAMPAIGN.length + 1,
    }),
    keyset_campaign_length_255: malformed("a length of the campaign that takes many", {
      campaignLength: 255,
    }),
  };
}

/** 3.4, step 2. */
function signatureCases() {
  const { raw } = makeKeyset();
  const said = raw.slice(0, -64);
  const signature = raw.slice(-64);
  const refused = (why, sig, reader) => asked(why, "BadSignature", concat(said, sig), reader);
  const zeroPoint = ed25519.Point.ZERO.toBytes();
  // The y of the same point plus the field's prime, 2^255 - 19.
  const zeroAgain = Uint8Array.of(0xee, ...new Uint8Array(30).fill(0xff), 0x7f);
  return {
    keyset_signature_flipped: changed("one changed bit of the signature", "BadSignature", raw.length - 60, [
      raw.at(-60) ^ 1,
    ]),
    keyset_signature_zero: refused("a signature of zeros", new Uint8Array(64)),
    keyset_statement_flipped: changed("one changed bit of a recipient's key", "BadSignature", 300, [
      raw[300] ^ 1,
    ]),
    keyset_card_key_flipped: changed("one changed bit of the card key", "BadSignature", 70, [raw[70] ^ 1]),
    keyset_root_other: refused("the signature of another root", signature, {
      root: hex(ed25519.getPublicKey(ANN.x25519)),
    }),
    keyset_signed_by_other: asked("signed by another key", "BadSignature", signed(said, ANN.x25519)),
    keyset_expired_and_forged: asked(
      "expired and of another campaign, but first of all not signed",
      "BadSignature",
      signed(statement({ validFrom: 1, campaign: "another" }), ANN.x25519),
    ),
    keyset_signature_not_reduced: refused(
      "the group's order added to the signature's number",
      notReduced(signature),
    ),
    keyset_signature_point_mixed: refused(
      "a signature whose point has a part of low order",
      craft(said, orderEight()),
    ),
    keyset_signature_point_low_order: refused(
      "a signature whose point is of low order",
      craft(said, orderEight(), 0n),
    ),
    keyset_signature_point_zero: refused(
      "a signature whose point is zero",
      craft(said, ed25519.Point.ZERO, 0n),
    ),
    keyset_signature_point_not_canonical: refused(
      "a signature whose point is zero in another spelling",
      craft(said, ed25519.Point.ZERO, 0n, zeroAgain),
    ),
    keyset_root_low_order: refused(
      "a root key under which careless readers find anything signed",
      concat(ed25519.Point.BASE.multiply(7n).toBytes(), toScalar(7n)),
      { root: hex(zeroPoint) },
    ),
  };
}

const orderEight = () =>
  ed25519.Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

const littleEndian = (bytes) => BigInt(`0x${hex(bytes.slice().reverse())}`);
const toScalar = (number) => Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();

/** The same signature, its number in another spelling. */
export const notReduced = (signature) =>
  concat(signature.slice(0, 32), toScalar(littleEndian(signature.slice(32)) + ORDER));

/** What only the root's owner can make: a signature that is right up to a point of low order. */
function craft(said, point, nonce = littleEndian(fixedRandom("nonce")(32)) % ORDER, spelling = undefined) {
  const { scalar } = ed25519.utils.getExtendedPublicKey(ROOT_SEED);
  const pure = nonce === 0n ? ed25519.Point.ZERO : ed25519.Point.BASE.multiply(nonce);
  const commitment = spelling ?? pure.add(point).toBytes();
  const challenge = littleEndian(sha512(concat(commitment, ROOT, said))) % ORDER;
  return concat(commitment, toScalar((nonce + challenge * scalar) % ORDER));
}

/** 3.4, steps 3 to 5. */
function meaningCases() {
  const other = `${"other".repeat(11)}a.onion`;
  const all = { campaign: "another", onion: other, validFrom: 1 };
  return {
    keyset_campaign_wrong: wrong("the keyset of another campaign", "WrongCampaign", { campaign: "another" }),
    keyset_campaign_prefix: wrong("a campaign that only begins alike", "WrongCampaign", {
      campaign: `${CAMPAIGN}-2`,
    }),
    keyset_onion_wrong: wrong("the keyset of another onion address", "WrongOnion", { onion: other }),
    keyset_sequence_back: wrong(
      "an earlier sequence than one that was seen",
      "SequenceWentBack",
      { sequence: 6, previous: ROOT },
      { minimum_sequence: 7 },
    ),
    keyset_not_yet_valid: wrong(
      "a second before the two days ahead of its time",
      "KeysetNotYetValid",
      {},
      { now: FROM - TOLERANCE - 1 },
    ),
    keyset_from_the_future: wrong("a keyset of the next month", "KeysetNotYetValid", {
      validFrom: NOW + 30 * 86_400,
    }),
    keyset_expired: wrong(
      "at the second when its time has been over for two days",
      "KeysetExpired",
      {},
      { now: FROM + WEEK + TOLERANCE },
    ),
    keyset_old: wrong("the keyset of a month ago", "KeysetExpired", { validFrom: FROM - 30 * 86_400 }),
    keyset_everything_wrong: wrong(
      "campaign, address, sequence and dates: the campaign comes first",
      "WrongCampaign",
      all,
      { minimum_sequence: 2 },
    ),
    keyset_onion_before_sequence: wrong(
      "address, sequence and dates: the address comes first",
      "WrongOnion",
      { onion: other, validFrom: 1 },
      { minimum_sequence: 2 },
    ),
    keyset_sequence_before_dates: wrong(
      "sequence and dates: the sequence comes first",
      "SequenceWentBack",
      { validFrom: 1 },
      { minimum_sequence: 2 },
    ),
    keyset_dates_before_recipients: wrong("dates and recipients: the dates come first", "KeysetExpired", {
      validFrom: 1,
      recipients: [PUBLIC[0], PUBLIC[0]],
    }),
  };
}

/** 3.4, step 6. */
function recipientCases() {
  const [first, second] = PUBLIC;
  const third = dummies(1)[0];
  const bad = (why, recipients) => wrong(why, "BadRecipient", { recipients });
  return {
    keyset_recipient_twice: bad("one recipient twice", [first, second, first]),
    keyset_x25519_twice: bad("one X25519 key twice", [first, second, { ...third, x25519: first.x25519 }]),
    keyset_mlkem_twice: bad("one ML-KEM key twice", [first, second, { ...third, mlkem: second.mlkem }]),
    keyset_x25519_zero: bad("an X25519 key of zeros", [first, { ...second, x25519: new Uint8Array(32) }]),
  };
}
