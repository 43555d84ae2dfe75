/** Cases of FORMAT.md, section 11: packs, which only Python reads. */

import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { fixedRandom, hash, hex, label } from "./material.mjs";

const HEAD = hex(label("offramp/pack")) + "01";
const DAY = 20_778;
const LAST_DAY = "2026-11-21";
const MOST_DAYS = 2_932_896;
const PARCEL = 16_400;
const ENVELOPE = 18_852; // of the smallest class, with two slots
const CARD = 89;
const ID = fixedRandom("taken back")(16);

const u16 = (number) => Uint8Array.of(number >> 8, number & 255);

/** A record in parts; what is a number there is so many zeros, in the place of a reply or parcel. */
function record(kind, days, ...payload) {
  const size = payload.reduce((sum, part) => sum + (part.length ?? part), 5);
  const head = concat(u32(size), Uint8Array.of(kind), u32(days));
  return [hex(head), ...payload.map((part) => (part.length === undefined ? part : hex(part)))];
}

const reply = (number = 513, days = DAY) => record(1, days, u16(number), 4096);
const parcel = (size = PARCEL) => record(2, DAY, size);
const envelope = (size = ENVELOPE, days = DAY) => record(4, days, size);
const card = (size = CARD, days = DAY) => record(5, days, size);
const takenBack = (days = DAY, id = ID) => record(3, days, id);

const idOf = (name, size) => hex(hash(name, new Uint8Array(size)).slice(0, 16));
const shownReply = (number = 513, day = LAST_DAY) => ["reply", day, idOf("offramp/replyid", 4096), number];
const shownParcel = (size = PARCEL) => ["parcel", LAST_DAY, idOf("offramp/parcelid", size)];
const shownEnvelope = (size = ENVELOPE) => ["envelope", LAST_DAY, idOf("offramp/env-id", size)];
const shownCard = () => ["card", LAST_DAY, idOf("offramp/card-id", CARD)];
const shownTakenBack = (day = LAST_DAY, id = ID) => ["taken back", day, hex(id)];

/** `read` is every record that there is before the end or the error. */
const pack = (why, expect, parts, read = []) => ({ kind: "pack", expect, why, parts, read });
const good = (why, records, read) => pack(why, "ok", [HEAD, ...records.flat()], read);
const bad = (why, ...records) => pack(why, "NotAPack", [HEAD, ...records.flat()]);
const cut = (why, parts, read) => pack(why, "PackTruncated", parts, read);

const goodCases = () => ({
  pack_nothing: good("a pack with nothing in it", [], []),
  pack_of_each_kind: good(
    "a reply, a parcel, something taken back, an envelope and a card; a pack does not look into them",
    [reply(), parcel(), takenBack(), envelope(), card()],
    [shownReply(), shownParcel(), shownTakenBack(), shownEnvelope(), shownCard()],
  ),
  pack_taken_back_first: good(
    "a reply that was taken back before it came",
    [takenBack(DAY, hash("offramp/replyid", new Uint8Array(4096)).slice(0, 16)), reply()],
    [["taken back", LAST_DAY, idOf("offramp/replyid", 4096)], shownReply()],
  ),
  pack_record_twice: good("one record twice", [reply(), reply()], [shownReply(), shownReply()]),
  pack_shard_numbers: good(
    "the smallest and the largest shard number",
    [reply(0), reply(65_535)],
    [shownReply(0), shownReply(65_535)],
  ),
  pack_days: good(
    "the first day, a 29th of February, and the last day",
    [takenBack(0), takenBack(21_243), takenBack(MOST_DAYS)],
    [shownTakenBack("1970-01-01"), shownTakenBack("2028-02-29"), shownTakenBack("9999-12-31")],
  ),
  pack_envelope_ten_slots: good("an envelope with ten slots", [envelope(28_324)], [shownEnvelope(28_324)]),
  pack_larger_parcel: good("a parcel of the second class", [parcel(65_552)], [shownParcel(65_552)]),
});

const truncatedCases = () => ({
  pack_empty: cut("no bytes", []),
  pack_header_cut: cut("a part of the magic", [HEAD.slice(0, 18)]),
  pack_version_missing: cut("the magic alone", [HEAD.slice(0, 32)]),
  pack_length_cut: cut("three bytes of a length after one record", [HEAD, ...takenBack(), "000000"], [shownTakenBack()]),
  pack_record_missing: cut("a length with nothing behind it", [HEAD, hex(u32(21))]),
  pack_reply_cut: cut(
    "a reply with one byte less, after a record that is whole",
    [HEAD, ...takenBack(), ...reply().slice(0, 2), 4095],
    [shownTakenBack()],
  ),
  pack_envelope_cut: cut("an envelope with one byte less", [HEAD, envelope()[0], ENVELOPE - 1]),
  pack_parcel_cut: cut("a parcel with one byte less", [HEAD, parcel()[0], PARCEL - 1]),
  pack_unknown_kind_cut: cut("a kind that the format does not have, in a record that is not whole", [
    HEAD,
    ...record(5, DAY, 16).slice(0, 1),
    15,
  ]),
});

const malformedCases = () => ({
  pack_magic_wrong: pack("another magic", "NotAPack", [hex(label("offramp/bundle")), "01"]),
  pack_magic_of_parcel: pack("the label of parcels", "NotAPack", [hex(label("offramp/parcel")), "01"]),
  pack_text: pack("a page in the place of the pack", "NotAPack", [hex(toUtf8("<!doctype html><title>"))]),
  pack_version_unknown: pack("version 2", "UnsupportedVersion", [HEAD.slice(0, 32), "02"]),
  pack_version_zero: pack("version 0", "UnsupportedVersion", [HEAD.slice(0, 32), "00"]),
  pack_length_zero: bad("a record of no bytes", ["00000000"]),
  pack_length_huge: bad("a length with its highest bit set", ["ffffffff"]),
  pack_length_of_head: bad("a record of kind and last day alone", record(3, DAY)),
  pack_kind_zero: bad("kind 0", record(0, DAY, ID)),
  pack_kind_unknown: bad("kind 6", record(6, DAY, ID)),
  pack_kind_card_for_id: bad("an id that says it is a card", record(5, DAY, ID)),
  pack_kind_reply_for_card: bad("a card that says it is a reply", record(1, DAY, CARD)),
  pack_card_short: bad("a card of 88 bytes", card(CARD - 1)),
  pack_card_long: bad("a card of 90 bytes", card(CARD + 1)),
  pack_card_day_too_large: bad("a card whose last day is too large", card(CARD, MOST_DAYS + 1)),
  pack_kind_envelope_for_id: bad("an id that says it is an envelope", record(4, DAY, ID)),
  pack_kind_envelope_for_parcel: bad("a parcel that says it is an envelope", record(4, DAY, PARCEL)),
  pack_kind_parcel_for_envelope: bad("an envelope that says it is a parcel", record(2, DAY, ENVELOPE)),
  pack_envelope_of_no_class: bad("an envelope of a length that none has", envelope(ENVELOPE + 1)),
  pack_envelope_day_too_large: bad("an envelope whose last day is too large", envelope(ENVELOPE, MOST_DAYS + 1)),
  pack_kind_reply_for_id: bad("an id that says it is a reply", record(1, DAY, ID)),
  pack_kind_parcel_for_reply: bad("a reply that says it is a parcel", record(2, DAY, u16(513), 4096)),
  pack_kind_taken_back_for_parcel: bad("a parcel that says it is an id", record(3, DAY, PARCEL)),
  pack_reply_short: bad("a reply of 4095 bytes", record(1, DAY, u16(513), 4095)),
  pack_reply_long: bad("a reply of 4097 bytes", record(1, DAY, u16(513), 4097)),
  pack_reply_without_shard: bad("a reply and no shard number", record(1, DAY, 4096)),
  pack_parcel_of_no_class: bad("a parcel of a length that none has", record(2, DAY, PARCEL + 1)),
  pack_parcel_unsealed: bad("a parcel as long as its class", record(2, DAY, 16_384)),
  pack_id_short: bad("an id of 15 bytes", record(3, DAY, ID.slice(1))),
  pack_id_long: bad("an id of 32 bytes", record(3, DAY, ID, ID)),
  pack_day_too_large: bad("the day after the last one", takenBack(MOST_DAYS + 1)),
  pack_day_huge: bad("a last day with its highest bit set", takenBack(0xffffffff)),
  pack_bad_after_good: pack(
    "a length that no record has, after one that is whole",
    "NotAPack",
    [HEAD, ...takenBack(), "00000016"],
    [shownTakenBack()],
  ),
});

/** @returns {Record<string, object>} */
export const packCases = () => ({ ...goodCases(), ...truncatedCases(), ...malformedCases() });
