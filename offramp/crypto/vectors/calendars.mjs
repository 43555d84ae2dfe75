/** Cases of FORMAT.md, section 15: key lists and calendars, which only Python reads. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import {
  CAMPAIGN,
  NOW,
  PUBLIC,
  ROOT,
  WEEK,
  base64,
  dummies,
  fixedRandom,
  hex,
  label,
  makeKeyset,
  signed,
  statement,
} from "./material.mjs";

const SEED = fixedRandom("signing of ann")(32);
const STRANGER = fixedRandom("signing of somebody else")(32);
const AUTHOR = ed25519.getPublicKey(SEED);
const DAY = "2027-01-15";

const week = (monday, { x25519, mlkem } = PUBLIC[0]) => [monday, hex(x25519), hex(mlkem)];
const FIRST = week("2027-01-18", PUBLIC[0]);
const SECOND = week("2027-01-25", PUBLIC[1]);
const MEMBERS = { campaign: CAMPAIGN, name: "ann", day: DAY, weeks: [FIRST] };

/** A key list (15.1) with whatever values a case wants there; `text` stands in for the whole JSON. */
function keyList({
  magic = "offramp/keylist",
  version = 1,
  author = AUTHOR,
  seed = SEED,
  more = "",
  ...values
} = {}) {
  const { text = JSON.stringify({ ...MEMBERS, ...values }) } = values;
  const said = concat(label(magic), Uint8Array.of(version), author, toUtf8(text));
  return concat(said, ed25519.sign(said, seed), toUtf8(more));
}

const list = (why, expect, raw, read) => ({
  kind: "key_list",
  expect,
  why,
  list: base64(raw),
  campaign: CAMPAIGN,
  ...(read ? { read } : {}),
});

function goodList(why, values = {}) {
  const { name, day, weeks } = { ...MEMBERS, ...values };
  const shown = weeks.map(([monday, x25519, mlkem]) => [monday, x25519, mlkem.slice(0, 32)]);
  return list(why, "ok", keyList(values), { author: hex(AUTHOR), name, day, weeks: shown });
}

function keyListCases() {
  const bad = (why, values) => list(why, "NotAKeyList", keyList(values));
  const not = (why, raw) => list(why, "NotAKeyList", raw);
  const badWeek = (why, ...weeks) => bad(why, { weeks });
  const spelt = JSON.stringify(MEMBERS);
  const flipped = keyList().map((byte, i) => (i === 60 ? byte ^ 1 : byte));
  const [monday, x25519, mlkem] = FIRST;
  return {
    key_list_one_week: goodList("the key of one week"),
    key_list_two_weeks: goodList("the keys of two weeks", { weeks: [FIRST, SECOND] }),
    key_list_gap: goodList("a week that is left out", { weeks: [FIRST, week("2027-02-15", PUBLIC[1])] }),
    key_list_longest_name: goodList("a name of 40 characters", { name: "a".repeat(40) }),
    key_list_empty: not("no bytes", new Uint8Array(0)),
    key_list_no_list: not("nothing between the author and the signature", concat(keyList().slice(0, 49), new Uint8Array(64))),
    key_list_magic_wrong: bad("another magic", { magic: "offramp/team" }),
    key_list_version_unknown: list("version 2", "UnsupportedVersion", keyList({ version: 2 })),
    key_list_author_low_order: bad("an author of low order", { author: ed25519.Point.ZERO.toBytes() }),
    key_list_flipped: list("one changed bit", "KeyListForged", flipped),
    key_list_author_other: list("another author than the one who signed", "KeyListForged", keyList({ seed: STRANGER })),
    key_list_trailing_byte: list("one byte more", "KeyListForged", keyList({ more: "x" })),
    key_list_not_json: bad("no JSON", { text: spelt.slice(1) }),
    key_list_white_space: bad("a space", { text: spelt.replace(",", ", ") }),
    key_list_member_order: bad("members of the object in another order", {
      text: JSON.stringify({ name: "ann", campaign: CAMPAIGN, day: DAY, weeks: [FIRST] }),
    }),
    key_list_member_more: bad("one member of the object more", { text: JSON.stringify({ ...MEMBERS, note: "" }) }),
    key_list_name_path: bad("a path for a name", { name: "../ann" }),
    key_list_name_too_long: bad("a name of 41 characters", { name: "a".repeat(41) }),
    key_list_day_impossible: bad("the 30th of February", { day: "2027-02-30" }),
    key_list_campaign_malformed: bad("a campaign that none is called", { campaign: "Quit ICE" }),
    key_list_no_week: badWeek("no week"),
    key_list_not_a_monday: badWeek("a week that begins on a Tuesday", ["2027-01-19", x25519, mlkem]),
    key_list_day_of_week: badWeek("a Monday spelt by its week", ["2027-W03-1", x25519, mlkem]),
    key_list_week_twice: badWeek("one week twice", FIRST, week(monday, PUBLIC[1])),
    key_list_unsorted: badWeek("not in the order of the weeks", SECOND, FIRST),
    key_list_x25519_twice: badWeek("one X25519 key twice", FIRST, ["2027-01-25", x25519, SECOND[2]]),
    key_list_mlkem_twice: badWeek("one ML-KEM key twice", FIRST, ["2027-01-25", SECOND[1], mlkem]),
    key_list_x25519_short: badWeek("an X25519 key of 31 bytes", [monday, x25519.slice(2), mlkem]),
    key_list_mlkem_short: badWeek("an ML-KEM key of 1183 bytes", [monday, x25519, mlkem.slice(2)]),
    key_list_key_upper_case: badWeek("a key in capital letters", [monday, x25519.toUpperCase(), mlkem]),
    key_list_week_without_keys: badWeek("a week alone", [monday]),
    key_list_other_campaign: list("for another campaign", "KeyListOfAnotherCampaign", keyList({ campaign: "other" })),
    key_list_forged_for_another: list(
      "for another campaign, but first of all not signed",
      "KeyListForged",
      keyList({ campaign: "other", seed: STRANGER }),
    ),
  };
}

/** So many keysets, each following on the one before; `changes` gives the values of some by their place. */
function weeksOf(count, changes = {}) {
  const keysets = [];
  for (let place = 0; place < count; place++) {
    const before = keysets.at(-1);
    const usual = before
      ? { sequence: before.sequence + 1, previous: before.id, validFrom: before.validUntil }
      : { sequence: 7, previous: ROOT, validFrom: NOW };
    const values = { ...usual, ...changes[place] };
    keysets.push(makeKeyset({ validUntil: (values.validFrom ?? NOW) + WEEK, ...values }));
  }
  return keysets;
}

/** A calendar (15.2) of these keysets, in bytes. */
const calendar = (keysets, { magic = "offramp/calendar", version = 1 } = {}) =>
  concat(label(magic), Uint8Array.of(version), ...keysets.flatMap((raw) => [u32(raw.length), raw]));

const asked = (why, expect, envelope, read) => ({
  kind: "calendar",
  expect,
  why,
  envelope: typeof envelope === "object" && "of" in envelope ? envelope : base64(envelope),
  root: hex(ROOT),
  campaign: CAMPAIGN,
  ...(read ? { read } : {}),
});

/** One that another case's is, with edits. */
const edited = (why, expect, ...edits) => asked(why, expect, { of: "calendar_two_weeks", edits });

function calendarCases() {
  const raws = (keysets) => keysets.map(({ raw }) => raw);
  const good = (why, count, changes) => {
    const keysets = weeksOf(count, changes);
    const read = keysets.map(({ sequence, id }) => [sequence, hex(id)]);
    return asked(why, "ok", calendar(raws(keysets)), read);
  };
  const broken = (why, change) => asked(why, "CalendarBroken", calendar(raws(weeksOf(2, { 1: change }))));
  const wrong = (why, expect, raw) => asked(why, expect, calendar([raw]));
  const two = calendar(raws(weeksOf(2)));
  const frame = (two.length - 17) / 2;
  const magic = hex(label("offramp/keylist"));
  const onion = `${"another".repeat(8)}.onion`;
  const [first] = raws(weeksOf(1));
  return {
    calendar_one_week: good("one keyset", 1),
    calendar_two_weeks: good("two keysets", 2),
    calendar_from_the_first: good("from the first keyset of all", 1, {
      0: { sequence: 1, previous: new Uint8Array(32) },
    }),
    calendar_new_card_key: good("a week with another card key, since an organizer left", 2, {
      1: { cardKey: ed25519.getPublicKey(STRANGER) },
    }),
    calendar_long_week: good("a week that is not one, for a calendar says itself when it changes", 1, {
      0: { validUntil: NOW + 3 * WEEK },
    }),
    calendar_empty: asked("no bytes", "NotACalendar", new Uint8Array(0)),
    calendar_magic_wrong: edited("another magic", "NotACalendar", { put: magic, at: 0 }),
    calendar_a_keyset_alone: asked("a keyset without a calendar around it", "NotACalendar", first),
    calendar_version_unknown: edited("version 2", "UnsupportedVersion", { put: "02", at: 16 }),
    calendar_version_of_nothing: asked("version 2, with nothing in it", "UnsupportedVersion", calendar([], { version: 2 })),
    calendar_no_week: asked("no keyset", "NotACalendar", calendar([])),
    calendar_length_cut: edited("three bytes of a length", "NotACalendar", { cut: 17 + frame + 3 }),
    calendar_keyset_cut: edited("a keyset with one byte less", "NotACalendar", { cut: two.length - 1 }),
    calendar_trailing_byte: edited("one byte more", "NotACalendar", { insert: "00", at: two.length }),
    calendar_length_huge: edited("a length of four billion", "NotACalendar", { put: "ffffffff", at: 17 }),
    calendar_frame_empty: wrong("a frame with nothing in it", "NotAKeyset", new Uint8Array(0)),
    calendar_frame_no_keyset: wrong("a frame with something else in it", "NotAKeyset", toUtf8("<!doctype html>".repeat(20))),
    calendar_keyset_flipped: edited("one changed bit", "BadSignature", { xor: "01", at: 400 }),
    calendar_keyset_by_other: wrong("a keyset that somebody else signed", "BadSignature", signed(statement(), STRANGER)),
    calendar_keyset_of_another: wrong("a keyset of another campaign", "WrongCampaign", signed(statement({ campaign: "other" }))),
    calendar_recipient_twice: wrong("a keyset with one key twice", "BadRecipient", signed(statement({ recipients: [PUBLIC[0], PUBLIC[0]] }))),
    calendar_sequence_same: broken("the same sequence twice", { sequence: 7 }),
    calendar_sequence_skipped: broken("a sequence that is left out", { sequence: 9 }),
    calendar_previous_other: broken("another predecessor", { previous: ROOT }),
    calendar_gap: broken("a second between two weeks", { validFrom: NOW + WEEK + 1 }),
    calendar_overlap: broken("weeks that overlap by a second", { validFrom: NOW + WEEK - 1 }),
    calendar_swapped: edited("the second week first", "CalendarBroken", { swap: [17, 17 + frame, frame] }),
    calendar_onion_other: broken("a week at another address", { onion }),
    calendar_slots_other: broken("a week with another number of slots", { recipients: [...PUBLIC, ...dummies(1)] }),
  };
}

/** @returns {Record<string, object>} */
export const weeklyCases = () => ({ ...keyListCases(), ...calendarCases() });
