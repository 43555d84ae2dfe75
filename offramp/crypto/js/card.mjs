/** The card (FORMAT.md, section 16): when a person last read the inbox, and by when one will again. */

import { concat, equal, toUtf8 } from "./bytes.mjs";
import { CardForged, CardFromTheFuture, CardLapsed, NotACard, UnsupportedVersion } from "./errors.mjs";
import { CARD } from "./hashing.mjs";
import { TOLERANCE } from "./keyset.mjs";
import { isSigned } from "./signature.mjs";

const VERSION = 1;
const STATEMENT_LENGTH = 25;
export const CARD_LENGTH = 89;
const LONGEST_PAUSE = 62; // days
const LAST_DAY = 2_932_896; // 9999-12-31
const DAY = 86_400;

/**
 * The card in `raw`, after all checks of 16.2 but for its dates.
 * @param {Uint8Array} raw
 * @param {object} expected
 * @param {Uint8Array} expected.cardKey the keyset's, 32 bytes
 * @param {Uint8Array} expected.root the campaign's Ed25519 public key, 32 bytes
 * @param {string} expected.campaign
 * @returns {{week: number, nextBy: number}} days since 1970-01-01: a Monday, and the day by which somebody reads again
 * @throws {import("./errors.mjs").CardError}
 */
export function readCard(raw, { cardKey, root, campaign }) {
  if (raw.length !== CARD_LENGTH || !equal(raw.subarray(0, 16), CARD)) throw new NotACard();
  if (raw[16] !== VERSION) throw new UnsupportedVersion();
  const view = new DataView(raw.buffer, raw.byteOffset);
  const week = view.getUint32(17);
  const nextBy = view.getUint32(21);
  // Day 4 was the first Monday.
  if (week % 7 !== 4 || nextBy < week || nextBy > week + LONGEST_PAUSE || nextBy > LAST_DAY) throw new NotACard();
  const said = concat(raw.subarray(0, STATEMENT_LENGTH), root, toUtf8(campaign));
  if (!isSigned(said, raw.subarray(STATEMENT_LENGTH), cardKey)) throw new CardForged();
  return { week, nextBy };
}

/**
 * 16.2, step 3.
 * @param {{week: number, nextBy: number}} card
 * @param {number} now in seconds since 1970-01-01 UTC
 * @param {number} limitDays
 * @throws {CardFromTheFuture | CardLapsed}
 */
export function checkCardDate(card, now, limitDays) {
  if (now < card.week * DAY - TOLERANCE) throw new CardFromTheFuture();
  if (now >= lapsesAt(card, limitDays) + TOLERANCE) throw new CardLapsed();
}

/**
 * @param {{nextBy: number}} card
 * @param {number} limitDays
 * @returns {number} when it stops to count by a clock that is right, in seconds since 1970-01-01 UTC
 */
export const lapsesAt = ({ nextBy }, limitDays) => (nextBy + limitDays + 1) * DAY;
