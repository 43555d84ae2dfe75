/** Cases of FORMAT.md, section 13: team lists and events, which only Python reads. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, toUtf8 } from "../js/bytes.mjs";
import { base64, CAMPAIGN, fixedRandom, hash, hex, label, PUBLIC, ROOT, ROOT_SEED } from "./material.mjs";

const SEEDS = { ann: fixedRandom("signing of ann")(32), ben: fixedRandom("signing of ben")(32) };
const STRANGER = fixedRandom("signing of somebody else")(32);
const publicOf = (seed) => hex(ed25519.getPublicKey(seed));

const ANN = ["ann", publicOf(SEEDS.ann), hex(PUBLIC[0].x25519)];
const BEN = ["ben", publicOf(SEEDS.ben), hex(PUBLIC[1].x25519)];
const DAY = "2026-11-22";

/** A team list (13.1) with whatever values a case wants there; `text` stands in for the whole JSON. */
function teamList({ magic = "offramp/team", version = 1, seed = ROOT_SEED, text, more = "", ...values } = {}) {
  const said = { campaign: CAMPAIGN, sequence: 1, day: DAY, members: [ANN, BEN], ...values };
  const json = text ?? JSON.stringify(said);
  const signed = concat(label(magic), Uint8Array.of(version), toUtf8(json));
  return concat(signed, ed25519.sign(signed, seed), toUtf8(more));
}

function teamListCases() {
  const list = (why, expect, raw, read) => ({
    kind: "team_list",
    expect,
    why,
    list: base64(raw),
    root: hex(ROOT),
    campaign: CAMPAIGN,
    ...(read ? { read } : {}),
  });
  const good = (why, values = {}) =>
    list(why, "ok", teamList(values), { sequence: 1, day: DAY, members: [ANN, BEN], ...values });
  const bad = (why, values) => list(why, "NotATeamList", teamList(values));
  const renamed = (name) => [name, ...ANN.slice(1)];
  const spelt = JSON.stringify({ campaign: CAMPAIGN, sequence: 1, day: DAY, members: [ANN, BEN] });
  const flipped = teamList().map((byte, i) => (i === 40 ? byte ^ 1 : byte));
  return {
    team_list_two: good("two organizers"),
    team_list_one: good("one organizer", { members: [BEN] }),
    team_list_sequence_largest: good("the largest number", { sequence: 4_294_967_295 }),
    team_list_longest_name: good("a name of 40 characters", { members: [renamed("a".repeat(40))] }),
    team_list_empty: list("no bytes", "NotATeamList", new Uint8Array(0)),
    team_list_magic_wrong: bad("another magic", { magic: "offramp/event" }),
    team_list_version_unknown: list("version 2", "UnsupportedVersion", teamList({ version: 2 })),
    team_list_flipped: list("one changed bit", "TeamListForged", flipped),
    team_list_other_root: list("signed by somebody else", "TeamListForged", teamList({ seed: STRANGER })),
    team_list_member_signs: list("signed by a member", "TeamListForged", teamList({ seed: SEEDS.ann })),
    team_list_trailing_byte: list("one byte more", "TeamListForged", teamList({ more: "x" })),
    team_list_other_campaign: list("for another campaign", "TeamListOfAnotherCampaign", teamList({ campaign: "other" })),
    team_list_too_long: bad("more than 16 384 bytes", { text: spelt + " ".repeat(16_384) }),
    team_list_not_json: bad("no JSON", { text: spelt.slice(1) }),
    team_list_white_space: bad("a space", { text: spelt.replace(",", ", ") }),
    team_list_member_order: bad("members of the object in another order", {
      text: JSON.stringify({ sequence: 1, campaign: CAMPAIGN, day: DAY, members: [ANN, BEN] }),
    }),
    team_list_member_more: bad("one member of the object more", { more: "", note: "x" }),
    team_list_sequence_zero: bad("the number 0", { sequence: 0 }),
    team_list_sequence_true: bad("true in the place of 1", { sequence: true }),
    team_list_sequence_too_large: bad("a number of 33 bits", { sequence: 4_294_967_296 }),
    team_list_day_impossible: bad("the 30th of February", { day: "2026-02-30" }),
    team_list_day_of_week: bad("a day spelt by its week", { day: "2026-W47-7" }),
    team_list_nobody: bad("nobody", { members: [] }),
    team_list_too_many: bad("eleven, more than a keyset has slots", {
      members: Array.from({ length: 11 }, (_, i) => [
        `organizer${String(i).padStart(2, "0")}`,
        publicOf(fixedRandom(`signing ${i}`)(32)),
        hex(fixedRandom(`x25519 ${i}`)(32)),
      ]),
    }),
    team_list_unsorted: bad("not in the order of names", { members: [BEN, ANN] }),
    team_list_same_name: bad("one name twice, but for a capital letter", {
      members: [renamed("Ben"), BEN],
    }),
    team_list_same_ed25519: bad("one signing key twice", { members: [ANN, ["ben", ANN[1], BEN[2]]] }),
    team_list_same_x25519: bad("one opening key twice", { members: [ANN, ["ben", BEN[1], ANN[2]]] }),
    team_list_name_empty: bad("no name", { members: [renamed("")] }),
    team_list_name_path: bad("a path for a name", { members: [renamed("../ann")] }),
    team_list_name_too_long: bad("a name of 41 characters", { members: [renamed("a".repeat(41))] }),
    team_list_key_short: bad("a key of 31 bytes", { members: [["ann", ANN[1].slice(2), ANN[2]]] }),
    team_list_key_upper_case: bad("a key in capital letters", { members: [["ann", ANN[1].toUpperCase(), ANN[2]]] }),
    team_list_key_low_order: bad("a signing key of low order", {
      members: [["ann", `01${"00".repeat(31)}`, ANN[2]]],
    }),
    team_list_member_short: bad("an organizer without an opening key", { members: [ANN.slice(0, 2)] }),
  };
}

const CASE = hex(fixedRandom("a case")(16));
const OTHER = hex(fixedRandom("another case")(16));
const EARLIER = ["first", "second"].map((name) => hex(fixedRandom(`event ${name}`)(16))).sort();
const STATUS = [CASE, "status", { is: "open", letters: 2 }, []];

/** An event (13.2) with whatever values a case wants there; `text` stands in for the whole JSON. */
function event({ magic = "offramp/event", version = 1, seed = SEEDS.ann, author = seed, text, ...values } = {}) {
  const said = {
    campaign: CAMPAIGN,
    number: 1,
    previous: "00".repeat(16),
    day: DAY,
    changes: [STATUS],
    ...values,
  };
  const header = concat(label(magic), Uint8Array.of(version), ed25519.getPublicKey(author));
  const signed = concat(header, toUtf8(text ?? JSON.stringify(said)));
  return concat(signed, ed25519.sign(signed, seed));
}

const idOf = (raw) => hex(hash("offramp/event-id", raw.slice(0, -64)).slice(0, 16));

/** `members` has each one's public key, and the last day for those who have left; `known` has ids. */
const eventCase = (why, expect, raw, { members = [[ANN[1], null], [BEN[1], null]], known = [] } = {}) => ({
  kind: "event",
  expect,
  why,
  event: base64(raw),
  campaign: CAMPAIGN,
  members,
  known,
  ...(expect === "ok" ? { id: idOf(raw) } : {}),
});
const goodEvent = (why, values, options) => eventCase(why, "ok", event(values), options);
const badEvent = (why, values) => eventCase(why, "EventMalformed", event(values));
const badValue = (why, field, value) => badEvent(why, { changes: [[CASE, field, value, []]] });

function eventGood() {
  const left = { members: [[ANN[1], DAY]] };
  return {
    event_status: goodEvent("a status", {}),
    event_several: goodEvent("a status and a note, in place of two that it names", {
      number: 7,
      previous: EARLIER[0],
      changes: [
        [CASE, "status", { is: "done", letters: 1 }, EARLIER],
        [CASE, "note", { text: "Called her \u2013 \ud83d\ude80\u0000\"" }, []],
        [OTHER, "assignee", "ben", []],
      ],
    }),
    event_number_largest: goodEvent("the largest number", { number: 4_294_967_295 }),
    event_field_unknown: goodEvent("a field of a newer version", {
      changes: [[CASE, "mood", { a: [null, true, 9_007_199_254_740_991] }, []]],
    }),
    event_on_last_day: goodEvent("by somebody who left on that day", {}, left),
    event_nested: goodEvent("eight lists in each other", {
      changes: [[CASE, "mood", JSON.parse("[".repeat(8) + "]".repeat(8)), []]],
    }),
  };
}

function eventRefused() {
  const flip = (raw, place) => raw.map((byte, i) => (i === (place + raw.length) % raw.length ? byte ^ 1 : byte));
  return {
    event_signature_flipped: eventCase("one changed bit of the signature", "EventForged", flip(event(), -1)),
    event_text_flipped: eventCase("one changed bit of the text", "EventForged", flip(event(), 60)),
    event_signed_by_another: eventCase("another's name on it", "EventForged", event({ seed: SEEDS.ben, author: SEEDS.ann })),
    event_signature_cut: eventCase("one byte less", "EventForged", event().slice(0, -1)),
    event_author_exchanged: eventCase(
      "one organizer's event under another's name",
      "EventForged",
      concat(event().slice(0, 17), ed25519.getPublicKey(SEEDS.ben), event().slice(49)),
    ),
    event_by_stranger: eventCase("signed by nobody of the team", "EventFromStranger", event({ seed: STRANGER })),
    event_after_leaving: eventCase("by somebody who had left the day before", "EventFromStranger", event(), {
      members: [[ANN[1], "2026-11-21"]],
    }),
    event_other_campaign: eventCase("made for another campaign", "EventOfAnotherCampaign", event({ campaign: "other" })),
    event_replayed: eventCase("an event that is here", "EventReplayed", event(), { known: [idOf(event())] }),
    event_version_unknown: eventCase("version 2", "UnsupportedVersion", event({ version: 2 })),
  };
}

function eventMalformed() {
  const spelt = JSON.stringify({
    campaign: CAMPAIGN,
    number: 1,
    previous: "00".repeat(16),
    day: DAY,
    changes: [STATUS],
  });
  const change = (...values) => ({ changes: [values] });
  return {
    event_empty: eventCase("no bytes", "EventMalformed", new Uint8Array(0)),
    event_magic_wrong: badEvent("another magic", { magic: "offramp/team" }),
    event_not_json: badEvent("no JSON", { text: spelt.slice(1) }),
    event_white_space: badEvent("a space", { text: spelt.replace(",", ", ") }),
    event_member_twice: badEvent("a member twice", { text: spelt.replace("{", '{"number":1,') }),
    event_member_more: badEvent("a member more", { note: "x" }),
    event_number_zero: badEvent("the number 0", { number: 0 }),
    event_number_true: badEvent("true in the place of 1", { number: true }),
    event_number_too_large: badEvent("a number of 33 bits", { number: 4_294_967_296 }),
    event_previous_short: badEvent("15 bytes for the one before", { previous: "00".repeat(15) }),
    event_previous_upper_case: badEvent("capital letters", { previous: "AA".repeat(16) }),
    event_day_impossible: badEvent("the 30th of February", { day: "2026-02-30" }),
    event_day_short: badEvent("a day without hyphens", { day: "20261122" }),
    event_no_changes: badEvent("no changes", { changes: [] }),
    event_change_twice: badEvent("one field of one subject twice", { changes: [STATUS, STATUS] }),
    event_change_short: badEvent("a change without what it replaces", change(CASE, "assignee", "")),
    event_subject_short: badEvent("a subject of 15 bytes", change(CASE.slice(2), "assignee", "", [])),
    event_field_capital: badEvent("a field with a capital letter", change(CASE, "Status", "", [])),
    event_after_unsorted: badEvent("ids in another order", change(CASE, "assignee", "", [...EARLIER].reverse())),
    event_after_twice: badEvent("one id twice", change(CASE, "assignee", "", [EARLIER[0], EARLIER[0]])),
    event_after_short: badEvent("an id of 15 bytes", change(CASE, "assignee", "", [EARLIER[0].slice(2)])),
    event_value_fraction: badEvent("a fraction", change(CASE, "mood", 0.5, [])),
    event_value_exponent: badEvent("a number with an exponent", { text: spelt.replace('"letters":2', '"letters":2e0') }),
    event_value_negative: badEvent("a number below zero", change(CASE, "mood", -1, [])),
    event_value_huge: badEvent("a number of 54 bits", { text: spelt.replace('"letters":2', '"letters":9007199254740992') }),
    event_value_infinite: badEvent("no number that JSON has", { text: spelt.replace('"letters":2', '"letters":Infinity') }),
    event_value_too_deep: badValue("nine lists in each other", "mood", JSON.parse("[".repeat(9) + "]".repeat(9))),
    event_value_very_deep: badEvent("2 000 lists in each other", {
      text: spelt.replace('"letters":2', `"letters":${"[".repeat(2000)}${"]".repeat(2000)}`),
    }),
    event_value_surrogate: badEvent("half of a surrogate pair", { text: spelt.replace("open", "\\ud800") }),
  };
}

function eventValues() {
  const answer = {
    number: 1,
    day: DAY,
    last_day: "2027-01-21",
    text: "We can help.",
    files: [["r\u00e9sum\u00e9.pdf", 5]],
    reply: CASE,
    parcels: [OTHER],
    taken_back: null,
  };
  const handOff = { id: CASE, adviser: OTHER, day: DAY, last_day: DAY, parts: ["message"], ended: null };
  const profile = { name: "Dana", skills: ["Editing"], languages: [], regions: [], hours: 4 };
  const key = { name: "dana", x25519: ANN[2], mlkem768: base64(PUBLIC[0].mlkem), ed25519: ANN[1] };
  const every = {
    status: { is: "spam", letters: 0 },
    assignee: "",
    note: { text: "" },
    answer,
    same_as: OTHER,
    hand_off: handOff,
    draft_done: { draft: CASE, what: "used" },
    undone: { event: CASE },
    vetting: { is: "asked" },
    adviser_key: key,
    profile,
  };
  const bad = {
    status_unknown: ["status", { is: "gone", letters: 1 }],
    status_bare: ["status", "open"],
    status_more: ["status", { is: "open", letters: 1, by: "ann" }],
    status_letters_true: ["status", { is: "open", letters: true }],
    assignee_null: ["assignee", null],
    assignee_long: ["assignee", "a".repeat(41)],
    note_bare: ["note", "a note"],
    note_number: ["note", { text: 1 }],
    answer_number_zero: ["answer", { ...answer, number: 0 }],
    answer_reply_short: ["answer", { ...answer, reply: CASE.slice(2) }],
    answer_parcel_upper_case: ["answer", { ...answer, parcels: ["AA".repeat(16)] }],
    answer_day_short: ["answer", { ...answer, day: "20261122" }],
    answer_file_without_size: ["answer", { ...answer, files: [["a"]] }],
    answer_file_without_name: ["answer", { ...answer, files: [["", 1]] }],
    answer_taken_back_true: ["answer", { ...answer, taken_back: true }],
    same_as_null: ["same_as", null],
    same_as_short: ["same_as", CASE.slice(2)],
    hand_off_without_end: ["hand_off", { ...handOff, last_day: null }],
    hand_off_part_number: ["hand_off", { ...handOff, parts: [1] }],
    draft_done_unknown: ["draft_done", { draft: CASE, what: "lost" }],
    undone_short: ["undone", { event: CASE.slice(2) }],
    vetting_unknown: ["vetting", { is: "trusted" }],
    adviser_key_mlkem_short: ["adviser_key", { ...key, mlkem768: base64(PUBLIC[0].mlkem.slice(1)) }],
    adviser_key_mlkem_spaced: ["adviser_key", { ...key, mlkem768: ` ${key.mlkem768}` }],
    adviser_key_ed25519_short: ["adviser_key", { ...key, ed25519: ANN[1].slice(2) }],
    profile_hours_text: ["profile", { ...profile, hours: "4" }],
    profile_skill_number: ["profile", { ...profile, skills: [1] }],
  };
  return {
    event_every_field: goodEvent("every field there is", {
      changes: Object.entries(every).map(([field, value]) => [CASE, field, value, []]),
    }),
    event_fields_ended: goodEvent("what was there before, given back", {
      changes: [
        [CASE, "same_as", "", []],
        [CASE, "adviser_key", null, []],
        [CASE, "profile", null, []],
        [CASE, "answer", { ...answer, taken_back: DAY }, []],
        [CASE, "hand_off", { ...handOff, ended: DAY }, []],
      ],
    }),
    ...Object.fromEntries(
      Object.entries(bad).map(([name, [field, value]]) => [
        `event_${name}`,
        badValue(`a value that ${field} cannot have`, field, value),
      ]),
    ),
  };
}

/** @returns {Record<string, object>} */
export const teamCases = () => ({
  ...teamListCases(),
  ...eventGood(),
  ...eventRefused(),
  ...eventMalformed(),
  ...eventValues(),
});
