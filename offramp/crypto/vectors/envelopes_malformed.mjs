/** Envelopes whose content is refused (FORMAT.md, 2.3, steps 6 and 7), and sealing that must not happen. */

import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { contentParts } from "../js/letter.mjs";
import { pad } from "../js/sealing.mjs";
import {
  KEYSET,
  OTHER_KEYSET,
  SMALLEST,
  frame,
  letterWith,
  padded,
  sealed,
  whole,
} from "./envelope_making.mjs";
import { ANN, BEN, PUBLIC, hex, makeKeyset, openingKey, shown, trust } from "./material.mjs";

/** @returns {Promise<Record<string, object>>} */
export async function malformedEnvelopes() {
  const parts = contentParts(letterWith());
  const length = concat(...parts).length;
  const made = async (why, bytes) => whole(why, "ContentMalformed", await sealed(why, bytes));
  const dirty = padded(16_384, length, ...parts);
  dirty[16_383] = 1;
  const dirtyAtOnce = padded(16_384, length, ...parts, Uint8Array.of(1));
  const letter = (members) => pad(contentParts(letterWith(members)));
  return {
    envelope_padding_last_nonzero: await made("padding whose last byte is one", dirty),
    envelope_padding_first_nonzero: await made("padding whose first byte is one", dirtyAtOnce),
    envelope_content_length_too_long: await made(
      "content that says to be longer than the class",
      padded(16_384, 16_381, ...parts),
    ),
    envelope_content_length_huge: await made(
      "a length with its highest bit set",
      padded(16_384, 0xffffffff, ...parts),
    ),
    envelope_content_length_short: await made(
      "content cut by its length",
      padded(16_384, length - 1, ...parts),
    ),
    envelope_content_empty: await made("content of no bytes", padded(16_384, 0)),
    envelope_class_not_smallest: await made(
      "a class larger than the content needs",
      padded(65_536, length, ...parts),
    ),
    envelope_campaign_other_inside: await made(
      "a letter for another campaign",
      letter({ campaign: "another" }),
    ),
    envelope_keyset_other_inside: await made(
      "a letter for another keyset",
      letter({ keysetId: OTHER_KEYSET.id }),
    ),
    envelope_letter_malformed: await made(
      "a letter that is no JSON",
      padded(16_384, 8, u32(4), toUtf8("help")),
    ),
    envelope_key_in_no_slot: {
      ...frame("a key that is not in the keyset", "NotForThisKey", KEYSET, openingKey("Zoe")),
      envelope: { of: SMALLEST, edits: [] },
    },
    envelope_key_half_in_slot: {
      ...frame("Ann's X25519 key with Ben's ML-KEM key", "NotForThisKey", KEYSET, {
        ...ANN,
        mlkemSeed: BEN.mlkemSeed,
      }),
      envelope: { of: SMALLEST, edits: [] },
    },
  };
}

/** @returns {Record<string, object>} what must not be sealed: 2.2, and the end of 3.4 */
export function sealingCases() {
  const sealing = (why, expect, keyset, letter) => ({
    kind: "sealing",
    expect,
    why,
    ...trust(keyset.raw),
    letter,
  });
  const toKeyset = (keyset, members = {}) => ({ ...shown(letterWith({}, keyset)), ...members });
  const lowOrder = makeKeyset({
    recipients: [PUBLIC[0], { ...PUBLIC[1], x25519: Uint8Array.of(1, ...new Uint8Array(31)) }],
  });
  const ofEight = makeKeyset({ recipients: [PUBLIC[0], { ...PUBLIC[1], x25519: orderEight() }] });
  const outOfRange = makeKeyset({
    recipients: [PUBLIC[0], { ...PUBLIC[1], mlkem: new Uint8Array(1184).fill(255) }],
  });
  return {
    sealing_x25519_low_order: sealing(
      "an X25519 key of order four",
      "BadRecipient",
      lowOrder,
      toKeyset(lowOrder),
    ),
    sealing_x25519_order_eight: sealing(
      "an X25519 key of order eight",
      "BadRecipient",
      ofEight,
      toKeyset(ofEight),
    ),
    sealing_mlkem_out_of_range: sealing(
      "an ML-KEM key with coefficients out of range",
      "BadRecipient",
      outOfRange,
      toKeyset(outOfRange),
    ),
    sealing_too_large: sealing(
      "one byte more than the largest class holds",
      "TooLarge",
      KEYSET,
      toKeyset(KEYSET, { attachments: [["a", 8_388_608, null]] }),
    ),
    sealing_campaign_other: sealing(
      "a letter for another campaign",
      "ContentMalformed",
      KEYSET,
      toKeyset(KEYSET, { campaign: "another" }),
    ),
    sealing_keyset_other: sealing(
      "a letter for another keyset",
      "ContentMalformed",
      KEYSET,
      toKeyset(KEYSET, { keyset_id: hex(OTHER_KEYSET.id) }),
    ),
    sealing_field_name_bad: sealing(
      "a letter that no reader would take",
      "ContentMalformed",
      KEYSET,
      toKeyset(KEYSET, { fields: [["No", ""]] }),
    ),
  };
}

/** A point of order eight on the curve of X25519. */
const orderEight = () =>
  Buffer.from("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", "hex");
