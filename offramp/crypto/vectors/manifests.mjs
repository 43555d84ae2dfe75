/** Cases of FORMAT.md, section 20: what a site serves, signed by the root key. Only Python reads them. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, toUtf8 } from "../js/bytes.mjs";
import { CAMPAIGN, ONION, ROOT, ROOT_SEED, base64, fixedRandom, hex, label } from "./material.mjs";

const STRANGER = fixedRandom("whoever has no root key")(32);
const HTML = "text/html; charset=utf-8";
const OTHER_ONION = `${"another".repeat(8)}.onion`;

/** One entry of the list, for a file of this text. */
const file = (path, text = path, headers = [], kind = HTML) => [
  path,
  kind,
  toUtf8(text).length,
  hex(sha256(toUtf8(text))),
  headers,
];

const FILES = [
  file("/", "<!doctype html>"),
  file("/es/", "<!doctype html>"),
  file("/leave", "", [["clear-site-data", '"cookies"']]),
  file("/static/es/form.js", "0", [], "text/javascript; charset=utf-8"),
];

/** The list's members, with whatever values a case wants there. */
const list = (values = {}) => ({
  campaign: CAMPAIGN,
  onion: ONION,
  number: 7,
  sequence: 3,
  day: "2027-01-15",
  release: "1.0.0",
  headers: [["cache-control", "no-store"], ["x-content-type-options", "nosniff"]],
  files: FILES,
  ...values,
});

/** The bytes of 20.1 for a list's text. */
function signed(text, { magic = "offramp/manifest", version = 1, seed = ROOT_SEED } = {}) {
  const said = concat(label(magic), Uint8Array.of(version), toUtf8(text));
  return concat(said, ed25519.sign(said, seed));
}
const manifest = (values, how) => signed(JSON.stringify(list(values)), how);

const asked = (why, expect, raw, reader = {}) => ({
  kind: "manifest",
  expect,
  why,
  manifest: base64(raw),
  root: hex(ROOT),
  campaign: CAMPAIGN,
  onion: ONION,
  ...reader,
});

function good(why, values = {}, reader = {}) {
  const { number, sequence, day, release, headers, files } = list(values);
  return { ...asked(why, "ok", manifest(values), reader), read: { number, sequence, day, release, headers, files } };
}
const bad = (why, values) => asked(why, "NotAManifest", manifest(values));
const one = (why, ...changed) => bad(why, { files: [changed] });
const badPath = (why, path) => bad(why, { files: [file(path)] });
const badHeaders = (why, headers) => bad(why, { headers });
const spelt = (why, change) => asked(why, "NotAManifest", signed(change(JSON.stringify(list()))));

const goodCases = () => ({
  manifest_plain: good("two pages, one with a header of its own, and a script"),
  manifest_one_file: good("no headers, and the smallest numbers", { headers: [], number: 1, sequence: 1, files: [file("/")] }),
  manifest_largest_numbers: good("the largest numbers and the largest file", {
    number: 4_294_967_295,
    sequence: 4_294_967_295,
    files: [["/", HTML, 8_388_608, hex(sha256(toUtf8(""))), []]],
  }),
  manifest_longest_path: good("a path of 200 characters", { files: [file(`/${"a".repeat(199)}`)] }),
  manifest_reader_knows_neither: good("a reader who knows only the root key", {}, { campaign: null, onion: null }),
});

const frameCases = () => {
  const raw = manifest();
  const flipped = (at) => raw.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const forged = (why, bytes, reader) => asked(why, "ManifestForged", bytes, reader);
  const other = (why, reader) => asked(why, "ManifestOfAnotherSite", raw, reader);
  return {
    manifest_empty: asked("no bytes", "NotAManifest", new Uint8Array(0)),
    manifest_nothing_signed: asked("the shortest that is too short", "NotAManifest", signed("")),
    manifest_magic_wrong: asked("another magic", "NotAManifest", manifest({}, { magic: "offramp/keylist" })),
    manifest_version_unknown: asked("version 2", "UnsupportedVersion", manifest({}, { version: 2 })),
    manifest_version_of_a_stranger: asked("version 2, and not signed", "UnsupportedVersion", manifest({}, { version: 2, seed: STRANGER })),
    manifest_by_somebody_else: forged("another key signed it", manifest({}, { seed: STRANGER })),
    manifest_other_root: forged("a reader with another root key", raw, { root: hex(ed25519.getPublicKey(STRANGER)) }),
    manifest_hash_flipped: forged("one changed bit in the middle", flipped(400)),
    manifest_signature_flipped: forged("one changed bit of the signature", flipped(raw.length - 1)),
    manifest_truncated: forged("one byte less", raw.slice(0, -1)),
    manifest_trailing_byte: forged("one byte more", concat(raw, Uint8Array.of(0))),
    manifest_of_another_campaign: other("a reader of another campaign", { campaign: "other" }),
    manifest_of_another_onion: other("a reader at another address", { onion: OTHER_ONION }),
    manifest_forged_and_of_another: forged("of another campaign, but first of all not signed", flipped(400), { campaign: "other" }),
  };
};

const spellingCases = () => ({
  manifest_not_json: asked("no JSON", "NotAManifest", signed("files")),
  manifest_not_utf8: asked("no UTF-8", "NotAManifest", (() => {
    const said = concat(label("offramp/manifest"), Uint8Array.of(1, 0xff, 0xfe));
    return concat(said, ed25519.sign(said, ROOT_SEED));
  })()),
  manifest_array: asked("an array", "NotAManifest", signed("[]")),
  manifest_white_space: spelt("a space", (text) => text.replace(":", ": ")),
  manifest_member_order: spelt("two members in another order", (text) =>
    text.replace('"number":7,"sequence":3', '"sequence":3,"number":7'),
  ),
  manifest_member_twice: spelt("a member twice", (text) => text.replace('"number":7', '"number":7,"number":7')),
  manifest_member_unknown: spelt("a member that nobody knows", (text) => text.replace('"number":7', '"number":7,"n":1')),
  manifest_member_missing: spelt("no release", (text) => text.replace('"release":"1.0.0",', "")),
  manifest_number_point: spelt("a number with a point", (text) => text.replace('"number":7', '"number":7.0')),
  manifest_escape: spelt("an escape that is not needed", (text) => text.replace("/leave", "\\u002fleave")),
  manifest_nested_deeply: asked("nested without end", "NotAManifest", signed("[".repeat(5000))),
  manifest_hash_upper_case: spelt("hexadecimal in upper case", (text) =>
    text.replace(/[0-9a-f]{64}/, (digits) => digits.toUpperCase()),
  ),
});

const rangeCases = () => ({
  manifest_campaign_upper_case: bad("a campaign in upper case", { campaign: "Quit-ICE" }),
  manifest_onion_short: bad("an onion address with a letter less", { onion: ONION.slice(1) }),
  manifest_number_zero: bad("the number 0", { number: 0 }),
  manifest_number_true: bad("true in a number's place", { number: true }),
  manifest_number_too_large: bad("a number of 33 bits", { number: 4_294_967_296 }),
  manifest_sequence_zero: bad("the sequence 0", { sequence: 0 }),
  manifest_day_compact: bad("a day without hyphens", { day: "20270115" }),
  manifest_day_none: bad("a day that there is not", { day: "2027-02-29" }),
  manifest_release_empty: bad("no release", { release: "" }),
  manifest_release_words: bad("a release with a space", { release: "1 0" }),
  manifest_no_files: bad("no file", { files: [] }),
  manifest_files_order: bad("two files in another order", { files: [...FILES].reverse() }),
  manifest_file_twice: bad("a file twice", { files: [FILES[0], ...FILES] }),
  manifest_file_short: one("a file without headers", ...FILES[0].slice(0, 4)),
  manifest_file_object: bad("an object in a file's place", { files: [{}] }),
  manifest_length_negative: one("a length below 0", "/", HTML, -1, FILES[0][3], []),
  manifest_length_too_large: one("a length of a byte more than the most", "/", HTML, 8_388_609, FILES[0][3], []),
  manifest_length_true: one("true in a length's place", "/", HTML, true, FILES[0][3], []),
  manifest_hash_short: one("a hash with a byte less", "/", HTML, 1, FILES[0][3].slice(2), []),
  manifest_hash_not_hexadecimal: one("a hash of other letters", "/", HTML, 1, "z".repeat(64), []),
  manifest_content_type_empty: one("no content type", "/", "", 1, FILES[0][3], []),
  manifest_path_relative: badPath("a path without the first slash", "about"),
  manifest_path_empty_name: badPath("two slashes", "/static//form.js"),
  manifest_path_dots: badPath("a path upwards", "/static/../form.js"),
  manifest_path_query: badPath("a path with a query", "/about?from=mail"),
  manifest_path_letters: badPath("other letters than ASCII's", "/ñandú"),
  manifest_path_line_end: badPath("a line's end", "/about\n"),
  manifest_path_too_long: badPath("201 characters", `/${"a".repeat(200)}`),
  manifest_header_upper_case: badHeaders("a name in upper case", [["Cache-Control", "no-store"]]),
  manifest_header_order: badHeaders("two names in another order", [["b", "1"], ["a", "1"]]),
  manifest_header_twice: badHeaders("a name twice", [["a", "1"], ["a", "1"]]),
  manifest_header_content_type: badHeaders("the content type among them", [["content-type", HTML]]),
  manifest_header_line_end: badHeaders("a value with a line's end", [["a", "1\r\nb: 2"]]),
  manifest_header_space_last: badHeaders("a value with a space at its end", [["a", "1 "]]),
  manifest_header_value_empty: badHeaders("an empty value", [["a", ""]]),
  manifest_header_value_number: badHeaders("a number in a value's place", [["a", 1]]),
  manifest_header_alone: badHeaders("a name without a value", [["a"]]),
});

/** @returns {Record<string, object>} */
export const manifestCases = () => ({ ...goodCases(), ...frameCases(), ...spellingCases(), ...rangeCases() });
