// What this page seals by: the keyset, and the card behind it, which says when a person last read the inbox. Both are
// fetched, and believed only when they are the campaign's own (FORMAT 3.4 and 16.2).

import { concat, fromHex } from "../crypto/js/bytes.mjs";
import { checkCardDate, lapsesAt, readCard } from "../crypto/js/card.mjs";
import { keysetLength, verifyKeyset } from "../crypto/js/keyset.mjs";
import { NoAnswer, Refused } from "./problems.mjs";

const PATIENCE_MS = 120_000;
const MOST = 65_536; // bytes; no keyset is as long

/** What is pinned in the page itself, so that no answer of the server can change it. */
export function readPins({ root, campaign, sequence, wait }, hostname) {
  return {
    root: fromHex(root),
    campaign,
    minimumSequence: Number(sequence),
    limitDays: Number(wait),
    // On loopback, where nobody but its operator can be, there is no onion address to compare.
    onion: hostname.endsWith(".onion") ? hostname : undefined,
  };
}

/**
 * The verified keyset. onCard(card) is told when a person last read the inbox, also where that was too long ago.
 * Raises NoAnswer, Refused, or an error of verifyKeyset, readCard or checkCardDate.
 */
export const fetchKeyset = async (pins, onCard) => checkedKeys(await download("/keyset"), pins, onCard);

/** The same for keys that are here already. */
export function checkedKeys(raw, pins, onCard) {
  const { keyset, card } = readKeys(raw, pins, secondsNow());
  onCard(card);
  checkCardDate(card, secondsNow(), pins.limitDays);
  return { ...keyset, until: Math.min(keyset.validUntil, lapsesAt(card, pins.limitDays)) };
}

/** What the server handed out at the time `now`, in seconds; only the card's date is not checked yet. */
export function readKeys(raw, pins, now) {
  const end = keysetLength(raw);
  const keyset = verifyKeyset(raw.subarray(0, end), { ...pins, now });
  return { keyset, card: readCard(raw.subarray(end), { ...pins, cardKey: keyset.cardKey }) };
}

/** Whether a keyset that was fetched earlier still holds, and its card: a page may stay open for days. */
export function stillValid(keyset) {
  return secondsNow() < keyset.until;
}

function secondsNow() {
  return Math.floor(Date.now() / 1000);
}

async function download(path) {
  let answer;
  try {
    answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) return await bytesOf(answer);
  } catch {
    throw new NoAnswer();
  }
  throw new Refused(answer.status);
}

/** Ends where a server does not: what is too long is no keyset. */
async function bytesOf(answer) {
  let bytes = new Uint8Array();
  for await (const piece of answer.body) {
    bytes = concat(bytes, piece);
    if (bytes.length > MOST) break;
  }
  return bytes;
}
