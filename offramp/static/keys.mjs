// The keyset that this page seals to: fetched, and believed only when it is the campaign's own (FORMAT 3.4).

import { concat, fromHex } from "../crypto/js/bytes.mjs";
import { verifyKeyset } from "../crypto/js/keyset.mjs";
import { NoAnswer, Refused } from "./problems.mjs";

const PATIENCE_MS = 120_000;
const MOST = 65_536; // bytes; no keyset is as long

/** What is pinned in the page itself, so that no answer of the server can change it. */
export function readPins({ root, campaign, sequence }, hostname) {
  return {
    root: fromHex(root),
    campaign,
    minimumSequence: Number(sequence),
    // On loopback, where nobody but its operator can be, there is no onion address to compare.
    onion: hostname.endsWith(".onion") ? hostname : undefined,
  };
}

/** The verified keyset. Raises NoAnswer, Refused, or an error of verifyKeyset. */
export async function fetchKeyset(pins) {
  const raw = await download("/keyset");
  return verifyKeyset(raw, { ...pins, now: secondsNow() });
}

/** Whether a keyset that was verified earlier still holds: a page may stay open for days. */
export function stillValid(keyset) {
  return secondsNow() < keyset.validUntil;
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
