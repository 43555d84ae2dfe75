/** Cases of FORMAT.md, section 17: a campaign's words, and former roots. Only Python reads them. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { CAMPAIGN, ONION, ROOT, ROOT_SEED, fixedRandom, hash, hex, label } from "./material.mjs";

const FORMER_SEED = fixedRandom("former root")(32);
const FORMER = ed25519.getPublicKey(FORMER_SEED);
const OTHER_ONION = `${"another".repeat(8)}.onion`;

/** 17.1, bit by bit. */
function campaignWords(why, onion, root) {
  const digest = hash("offramp/campaign", concat(root, toUtf8(onion)));
  const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const numbers = (width, count) =>
    Array.from({ length: count }, (_, i) => parseInt(bits.slice(i * width, (i + 1) * width), 2));
  const letters = numbers(5, 24).map((number) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[number]);
  return {
    kind: "campaign_words",
    expect: "ok",
    why,
    onion,
    root: hex(root),
    words: numbers(11, 10)
      .map((number) => wordlist[number])
      .join(" "),
    code: letters.join("").match(/.{4}/g).join("-"),
  };
}

const wordsCases = () => ({
  campaign_words: campaignWords("an address and a root key", ONION, ROOT),
  campaign_words_another_onion: campaignWords("another address", OTHER_ONION, ROOT),
  campaign_words_another_root: campaignWords("another root key", ONION, FORMER),
});

/** What a root key says of the one before it (17.2), with whatever values a case wants there. */
function formerRoot({
  magic = "offramp/former",
  version = 1,
  former = FORMER,
  last = 12,
  seed = ROOT_SEED,
  campaign = CAMPAIGN,
} = {}) {
  const said = concat(label(magic), Uint8Array.of(version), former, u32(last));
  return concat(said, ed25519.sign(concat(said, toUtf8(campaign)), seed));
}

const asked = (why, expect, raw, reader = {}) => ({
  kind: "former_root",
  expect,
  why,
  former: hex(raw),
  root: hex(ROOT),
  campaign: CAMPAIGN,
  ...reader,
});
const good = (why, last) => ({
  ...asked(why, "ok", formerRoot({ last })),
  read: { root: hex(FORMER), last_sequence: last },
});

function formerRootCases() {
  const raw = formerRoot();
  const bad = (why, bytes) => asked(why, "NotAFormerRoot", bytes);
  const forged = (why, bytes, reader) => asked(why, "FormerRootForged", bytes, reader);
  const flipped = (at) => raw.map((byte, i) => (i === at ? byte ^ 1 : byte));
  return {
    former_root: good("a root key that signed twelve keysets", 12),
    former_root_of_nothing: good("a root key that signed none", 0),
    former_root_largest: good("the largest sequence", 4_294_967_295),
    former_root_empty: bad("no bytes", new Uint8Array(0)),
    former_root_magic_wrong: bad("another magic", formerRoot({ magic: "offramp/team" })),
    former_root_truncated: bad("one byte less", raw.slice(0, -1)),
    former_root_trailing_byte: bad("one byte more", concat(raw, Uint8Array.of(0))),
    former_root_version_unknown: asked("version 2", "UnsupportedVersion", formerRoot({ version: 2 })),
    former_root_key_flipped: forged("one changed bit of the former key", flipped(20)),
    former_root_sequence_flipped: forged("one changed bit of the last sequence", flipped(52)),
    former_root_signature_flipped: forged("one changed bit of the signature", flipped(60)),
    former_root_by_the_former: forged("the former root vouches for itself", formerRoot({ seed: FORMER_SEED })),
    former_root_other_root: forged("signed by the root key of another campaign", raw, { root: hex(FORMER) }),
    former_root_other_campaign: forged("for another campaign", formerRoot({ campaign: "other" })),
    former_root_itself: bad("the root key now, as its own predecessor", formerRoot({ former: ROOT })),
    former_root_itself_forged: forged("the same, but first of all not signed", formerRoot({ former: ROOT, seed: FORMER_SEED })),
  };
}

/** @returns {Record<string, object>} */
export const rootCases = () => ({ ...wordsCases(), ...formerRootCases() });
