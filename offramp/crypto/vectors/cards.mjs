/** Cases of FORMAT.md, section 16: cards, each with what its reader knows. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { notReduced } from "./keysets.mjs";
import { CAMPAIGN, CARD_KEY, CARD_SEED, NOW, ROOT, ROOT_SEED, fixedRandom, hex, label } from "./material.mjs";

const DAY = 86_400;
const MONDAY = 20_829; // 2027-01-11, four days before NOW
const NEXT_BY = MONDAY + 14;
const LIMIT = 14; // days
const TOLERANCE = 2 * DAY;
const LAST_DAY = 2_932_896; // 9999-12-31

/** A card (16.1) with whatever values a case wants there. */
function card({
  magic = "offramp/card",
  version = 1,
  week = MONDAY,
  nextBy = NEXT_BY,
  seed = CARD_SEED,
  root = ROOT,
  campaign = CAMPAIGN,
} = {}) {
  const said = concat(label(magic), Uint8Array.of(version), u32(week), u32(nextBy));
  return concat(said, ed25519.sign(concat(said, root, toUtf8(campaign)), seed));
}

const day = (count) => new Date(count * DAY * 1000).toISOString().slice(0, 10);

/** A case; `reader` is what its reader expects where that is not the usual. */
const asked = (why, expect, raw, reader = {}) => ({
  kind: "card",
  expect,
  why,
  card: hex(raw),
  card_key: hex(CARD_KEY),
  root: hex(ROOT),
  campaign: CAMPAIGN,
  now: NOW,
  limit_days: LIMIT,
  ...reader,
});

const good = (why, { week = MONDAY, nextBy = NEXT_BY } = {}, reader = {}) => ({
  ...asked(why, "ok", card({ week, nextBy }), reader),
  read: { week: day(week), next_by: day(nextBy) },
});
const bad = (why, values) => asked(why, "NotACard", card(values));
const forged = (why, raw, reader) => asked(why, "CardForged", raw, reader);

/** Days and times at the edges of 16.2, step 3. */
function dateCases() {
  const begins = MONDAY * DAY;
  const lapses = (NEXT_BY + LIMIT + 1) * DAY;
  return {
    card_this_week: good("a card of this week"),
    card_same_day: good("somebody reads again on the same Monday", { nextBy: MONDAY }),
    card_longest_pause: good("somebody reads again after 62 days", { nextBy: MONDAY + 62 }),
    card_late: good("a day after the one by which somebody should have read", {}, { now: (NEXT_BY + 1) * DAY }),
    card_first_second: good("two days before its Monday, as a slow clock says", {}, { now: begins - TOLERANCE }),
    card_last_second: good(
      "at the last second of the two days after it lapsed, as a fast clock says",
      {},
      { now: lapses + TOLERANCE - 1 },
    ),
    card_no_limit: good("a campaign that waits for no day", {}, { limit_days: 0, now: (NEXT_BY + 1) * DAY }),
    card_last_day: good(
      "the last day of all",
      { week: LAST_DAY - 4, nextBy: LAST_DAY },
      { now: LAST_DAY * DAY },
    ),
    card_from_the_future: asked("a second before that", "CardFromTheFuture", card(), {
      now: begins - TOLERANCE - 1,
    }),
    card_of_next_month: asked("a card of the next month", "CardFromTheFuture", card({ week: MONDAY + 28, nextBy: NEXT_BY + 28 })),
    card_lapsed: asked("at the second when it lapsed two days ago", "CardLapsed", card(), {
      now: lapses + TOLERANCE,
    }),
    card_of_last_summer: asked(
      "nobody has read for half a year",
      "CardLapsed",
      card({ week: MONDAY - 182, nextBy: NEXT_BY - 182 }),
    ),
    card_lapsed_without_limit: asked("a campaign that waits for no day", "CardLapsed", card(), {
      limit_days: 0,
      now: (NEXT_BY + 1) * DAY + TOLERANCE,
    }),
  };
}

/** 16.2, step 1. */
function layoutCases() {
  const not = (why, raw) => asked(why, "NotACard", raw);
  return {
    card_empty: not("no bytes, where the server has none", new Uint8Array(0)),
    card_magic_wrong: bad("another magic", { magic: "offramp/keyset" }),
    card_truncated: not("one byte less", card().slice(0, -1)),
    card_trailing_byte: not("one byte more", concat(card(), Uint8Array.of(0))),
    card_signature_missing: not("no signature", card().slice(0, 25)),
    card_version_zero: asked("version 0", "UnsupportedVersion", card({ version: 0 })),
    card_version_unknown: asked("version 2", "UnsupportedVersion", card({ version: 2 })),
    card_not_a_monday: bad("a week that begins on a Tuesday", { week: MONDAY + 1 }),
    card_week_zero: bad("a week that begins on 1970-01-01, a Thursday", { week: 0, nextBy: 0 }),
    card_week_huge: bad("a Monday after all days", { week: 2 ** 32 - 4, nextBy: 2 ** 32 - 1 }),
    card_next_before_week: bad("somebody reads again before that Monday", { nextBy: MONDAY - 1 }),
    card_pause_too_long: bad("somebody reads again after 63 days", { nextBy: MONDAY + 63 }),
    card_next_after_all_days: bad("a day after 9999-12-31", { week: LAST_DAY - 4, nextBy: LAST_DAY + 1 }),
  };
}

/** 16.2, step 2. */
function signatureCases() {
  const raw = card();
  const said = raw.slice(0, 25);
  const flipped = (at) => raw.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const stranger = fixedRandom("card of somebody else")(32);
  const zeroPoint = ed25519.Point.ZERO.toBytes();
  return {
    card_week_changed: forged("the week before, under the same signature", concat(card({ week: MONDAY - 7 }).slice(0, 25), raw.slice(25))),
    card_next_changed: forged("one changed bit of the day by which somebody reads", flipped(24)),
    card_signature_flipped: forged("one changed bit of the signature", flipped(60)),
    card_signature_zero: forged("a signature of zeros", concat(said, new Uint8Array(64))),
    card_signature_not_reduced: forged(
      "the group's order added to the signature's number",
      concat(said, notReduced(raw.slice(25))),
    ),
    card_by_somebody_else: forged("signed by somebody else", card({ seed: stranger })),
    card_by_the_root: forged("signed by the root key", card({ seed: ROOT_SEED })),
    card_key_other: forged("the card key of another keyset", raw, { card_key: hex(ed25519.getPublicKey(stranger)) }),
    card_key_low_order: forged(
      "a card key under which careless readers find anything signed",
      concat(said, zeroPoint, new Uint8Array(32)),
      { card_key: hex(zeroPoint) },
    ),
    card_key_no_point: forged("a card key that is none", raw, { card_key: `02${"00".repeat(31)}` }),
    card_root_other: forged("a card for another root key", card({ root: CARD_KEY })),
    card_campaign_other: forged("a card for another campaign", card({ campaign: "another" })),
    card_forged_and_lapsed: forged("lapsed, but first of all not signed", card({ week: MONDAY - 700, nextBy: MONDAY - 690, seed: stranger })),
  };
}

/** @returns {Record<string, object>} */
export const cardCases = () => ({ ...dateCases(), ...layoutCases(), ...signatureCases() });
