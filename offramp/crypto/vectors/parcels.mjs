/** Cases of FORMAT.md, section 10: parcels. One is there in its bytes, and others say how they differ from it. */

import { parcelId, sealData, sealPaddedParcel } from "../js/answering.mjs";
import { padded } from "./envelope_making.mjs";
import { base64, fixedRandom, hex } from "./material.mjs";

const KEY = fixedRandom("parcel key")(32);
const DATA = fixedRandom("parcel")(50);
const SMALLEST = "parcel_smallest";

const parcel = (why, expect, envelope, { key = KEY, size = DATA.length } = {}) => ({
  kind: "parcel",
  expect,
  why,
  envelope,
  key: hex(key),
  size,
});
const edited = (why, expect, edits, values) => parcel(why, expect, { of: SMALLEST, edits }, values);
const damaged = (why, ...edits) => edited(why, "ParcelDamaged", edits);
const wrong = (why, ...edits) => edited(why, "WrongParcelLength", edits);
const hand = (why, bytes, values) => parcel(why, "ParcelDamaged", base64(sealPaddedParcel(bytes, KEY)), values);

/** What a key makes of so many bytes of one value is told by its id, so that large ones stay small. */
const sealing = (why, size, fill = 7) => ({
  kind: "parcel_sealing",
  expect: "ok",
  why,
  key: hex(KEY),
  size,
  fill,
  id: hex(parcelId(sealData(new Uint8Array(size).fill(fill), KEY))),
});

/** @returns {Record<string, object>} */
export function parcelCases() {
  const sealed = sealData(DATA, KEY);
  const last = sealed.length - 1;
  const tail = padded(16_384, DATA.length, DATA);
  tail[16_383] = 1;
  const next = padded(16_384, DATA.length, DATA);
  next[4 + DATA.length] = 1;
  return {
    [SMALLEST]: {
      ...parcel("a small file", "ok", base64(sealed)),
      id: hex(parcelId(sealed)),
      data: hex(DATA),
    },
    parcel_other_key: edited("another key", "ParcelDamaged", [], { key: fixedRandom("other")(32) }),
    parcel_tag_flipped: damaged("one changed bit of the tag", { at: 0, xor: "01" }),
    parcel_first_flipped: damaged("one changed bit of the length inside", { at: 19, xor: "01" }),
    parcel_last_flipped: damaged("one changed bit of the last byte", { at: last, xor: "80" }),
    parcel_size_other: edited("another size than the answer says", "ParcelDamaged", [], { size: 51 }),
    parcel_size_of_other_class: edited("a size of another class", "WrongParcelLength", [], { size: 16_381 }),
    parcel_size_of_no_class: edited("a size beyond all classes", "WrongParcelLength", [], { size: 8_388_605 }),
    parcel_empty: wrong("no bytes", { cut: 0 }),
    parcel_one_byte_short: wrong("one byte less", { cut: last }),
    parcel_one_byte_long: wrong("one byte more", { at: last, insert: "00" }),
    parcel_length_beyond: hand("a length beyond the class", padded(16_384, 16_381, DATA)),
    parcel_length_huge: hand("a length with its highest bit set", padded(16_384, 0xffffffff, DATA)),
    parcel_length_short: hand("a length that cuts the file", padded(16_384, 49, DATA)),
    parcel_length_short_and_size: hand("the same, and the answer says so too", padded(16_384, 49, DATA), { size: 49 }),
    parcel_padding_first_nonzero: hand("a byte in the padding behind the file", next),
    parcel_padding_last_nonzero: hand("a byte at the end of the padding", tail),
    sealing_parcel_empty: sealing("a file of no bytes", 0),
    sealing_parcel_class_full: sealing("a class filled to the byte", 16_380),
    sealing_parcel_class_next: sealing("a byte more than a class holds", 16_381),
    sealing_parcel_four_chunks: sealing("four chunks", 150_000),
    sealing_parcel_too_large: {
      kind: "parcel_sealing",
      expect: "ParcelTooLarge",
      why: "a byte more than the largest class holds",
      key: hex(KEY),
      size: 8_388_605,
      fill: 0,
      id: null,
    },
  };
}
