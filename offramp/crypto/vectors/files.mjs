/** Cases of sections 4 to 6 of FORMAT.md: secret files, bundles and couriers' requests, which only Python reads. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { concat, toUtf8, u32 } from "../js/bytes.mjs";
import { secretBox } from "../js/sealing.mjs";
import { base64, fixedRandom, hash, hex, label } from "./material.mjs";

const PASSPHRASE = "caf\u00e9 au lait, s'il vous pla\u00eet";

/** A secret file (section 4) with whatever values a case wants there. */
function secretFile({ magic = "offramp/secret", version = 1, kind = 1, ops = 1, mem = 8192, payload } = {}) {
  const random = fixedRandom("secret file");
  const [salt, nonce] = [random(16), random(24)];
  const header = concat(label(magic), Uint8Array.of(version, kind), u32(ops), u32(mem), salt, nonce);
  // Settings that no reader accepts need no key.
  const stretched =
    ops >= 1 && ops <= 2 && mem === 8192
      ? argon2id(PASSPHRASE.normalize("NFC"), salt, { t: ops, m: mem, p: 1, dkLen: 32 })
      : new Uint8Array(32);
  return concat(header, secretBox(hash("offramp/file-key", header, stretched), nonce, payload ?? random(32)));
}

function secretCases() {
  const secret = (why, expect, raw, { passphrase = PASSPHRASE, kind = 1 } = {}) => ({
    kind: "secret_file",
    expect,
    why,
    file: base64(raw),
    passphrase,
    secret_kind: kind,
    ...(expect === "ok" ? { payload: hex(payloadOf(kind)) } : {}),
  });
  const payloadOf = (kind) => fixedRandom(`payload ${kind}`)({ 1: 32, 2: 96, 3: 64, 4: 66 }[kind]);
  const made = (values = {}) => secretFile({ payload: payloadOf(values.kind ?? 1), ...values });
  const no = (why, raw, options) => secret(why, "NotASecretFile", raw, options);
  const flipped = (offset) => made().map((byte, i) => (i === offset ? byte ^ 1 : byte));
  return {
    secret_root: secret("a root key", "ok", made()),
    secret_share: secret("a share of the root key", "ok", made({ kind: 4 }), { kind: 4 }),
    secret_courier: secret("a courier's key, two operations", "ok", made({ kind: 3, ops: 2 }), { kind: 3 }),
    secret_passphrase_decomposed: secret("the passphrase with its accents typed apart", "ok", made(), {
      passphrase: PASSPHRASE.normalize("NFD"),
    }),
    secret_passphrase_wrong: secret("another passphrase", "WrongPassphrase", made(), {
      passphrase: "cafe au lait",
    }),
    secret_passphrase_empty: secret("no passphrase", "WrongPassphrase", made(), { passphrase: "" }),
    secret_salt_flipped: secret("one changed bit of the salt", "WrongPassphrase", flipped(26)),
    secret_nonce_flipped: secret("one changed bit of the nonce", "WrongPassphrase", flipped(42)),
    secret_payload_flipped: secret("one changed bit of the sealed key", "WrongPassphrase", flipped(90)),
    secret_operations_flipped: secret(
      "other operations than it was made with",
      "WrongPassphrase",
      flipped(21).map((byte, i) => (i === 21 ? 2 : byte)),
    ),
    secret_empty: no("no bytes", new Uint8Array(0)),
    secret_header_cut: no("less than a header", made().slice(0, 65)),
    secret_truncated: no("one byte less", made().slice(0, -1)),
    secret_trailing_byte: no("one byte more", concat(made(), Uint8Array.of(0))),
    secret_magic_wrong: no("another magic", made({ magic: "offramp/bundle" })),
    secret_version_unknown: secret("version 2", "UnsupportedVersion", made({ version: 2 })),
    secret_kind_other: no("a courier's key where the root's is needed", made({ kind: 3 })),
    secret_kind_share: no("a share where the root key is needed", made({ kind: 4 })),
    secret_kind_former: no("the kind that organizers' keys had", made({ kind: 2, payload: payloadOf(1) })),
    secret_kind_unknown: no("a kind that the format does not have", made({ kind: 5, payload: payloadOf(1) })),
    secret_operations_zero: no("no operations", made({ ops: 0 })),
    secret_operations_too_many: no("17 operations", made({ ops: 17 })),
    secret_memory_too_small: no("a KiB less memory than the least", made({ mem: 8191 })),
    secret_memory_too_large: no("a KiB more memory than the most", made({ mem: 1_048_577 })),
  };
}

/** A bundle is told in parts: hexadecimal, or so many zeros in the place of an envelope. */
function bundleCases() {
  const head = hex(label("offramp/bundle")) + "01";
  const size = 18_852; // an envelope of the smallest class with two slots
  const length = hex(u32(size));
  const frame = [length, size];
  const bundle = (why, expect, parts, envelopes = 0) => ({ kind: "bundle", expect, why, parts, envelopes });
  const bad = (why, parts, envelopes) => bundle(why, "NotABundle", parts, envelopes);
  const cut = (why, parts, envelopes) => bundle(why, "BundleTruncated", parts, envelopes);
  return {
    bundle_no_envelopes: bundle("a bundle with nothing in it", "ok", [head]),
    bundle_two_envelopes: bundle(
      "two envelopes; a bundle does not look into them",
      "ok",
      [head, ...frame, ...frame],
      2,
    ),
    bundle_empty: cut("no bytes", []),
    bundle_header_cut: cut("a part of the magic", [head.slice(0, 18)]),
    bundle_version_missing: cut("the magic alone", [head.slice(0, 32)]),
    bundle_length_cut: cut(
      "three bytes of a length after one envelope",
      [head, ...frame, length.slice(0, 6)],
      1,
    ),
    bundle_envelope_missing: cut("a length with nothing behind it", [head, length]),
    bundle_envelope_cut: cut(
      "an envelope with one byte less, after one that is whole",
      [head, ...frame, length, size - 1],
      1,
    ),
    bundle_magic_wrong: bad("another magic", [hex(label("offramp/secret")), "01"]),
    bundle_magic_short: bad("a short text", [hex(toUtf8("off you go"))]),
    bundle_text: bad("a page in the place of the bundle", [hex(toUtf8("<!doctype html><title>"))]),
    bundle_version_unknown: bundle("version 2", "UnsupportedVersion", [head.slice(0, 32), "02"]),
    bundle_length_of_no_envelope: bad(
      "a length that no envelope has, after one that is whole",
      [head, ...frame, hex(u32(size + 1))],
      1,
    ),
    bundle_length_zero: bad("an envelope of no bytes", [head, "00000000"]),
    bundle_length_huge: bad("a length with its highest bit set", [head, "ffffffff"]),
  };
}

function requestCases() {
  const random = fixedRandom("request");
  const [seed, epoch, otherSeed] = [random(32), random(32), random(32)];
  const host = `${"couriers".repeat(7)}.onion`;
  const usual = {
    seed,
    epoch,
    host,
    method: "POST",
    target: "/acknowledge?x=1",
    body: toUtf8("sixteen bytes id"),
    counter: 1_800_000_000_000_000_000n,
  };
  const asBytes = (text, size) =>
    concat(size === 2 ? Uint8Array.of(0) : new Uint8Array(0), Uint8Array.of(text.length), toUtf8(text));
  const sign = (values) => {
    const all = { ...usual, ...values };
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(all.counter);
    const names = concat(asBytes(all.host, 1), asBytes(all.method, 1), asBytes(all.target, 2));
    const said = concat(
      label("offramp/request"),
      all.epoch,
      counter,
      names,
      hash("offramp/req-body", all.body),
    );
    return {
      courier: hex(ed25519.getPublicKey(all.seed)),
      counter: String(all.counter),
      signature: hex(ed25519.sign(said, all.seed)),
    };
  };
  const written = ({ courier, counter, signature }) =>
    `Offramp courier="${courier}", counter="${counter}", signature="${signature}"`;
  const request = (why, expect, authorization) => ({
    kind: "request",
    expect,
    why,
    authorization,
    epoch: hex(epoch),
    host,
    couriers: [hex(ed25519.getPublicKey(seed))],
    method: usual.method,
    target: usual.target,
    body: hex(usual.body),
  });
  const refused = (why, values = {}, change = (parts) => parts) =>
    request(why, "RequestRefused", written(change(sign(values))));
  return {
    request_good: request("a request as it should be", "ok", written(sign({}))),
    request_counter_zero: request("the smallest counter", "ok", written(sign({ counter: 0n }))),
    request_counter_largest: request("the largest counter", "ok", written(sign({ counter: 2n ** 64n - 1n }))),
    request_courier_unknown: refused("a courier that nobody enrolled", { seed: otherSeed }),
    request_courier_other: refused("another courier's name on it", { seed: otherSeed }, (parts) => ({
      ...parts,
      courier: sign({}).courier,
    })),
    request_epoch_other: refused("signed before the server started again", { epoch: otherSeed }),
    request_host_other: refused("signed for another server", { host: host.replace("c", "d") }),
    request_method_other: refused("signed for another method", { method: "GET" }),
    request_target_other: refused("signed for another target", { target: "/acknowledge?x=2" }),
    request_target_moved: refused("bytes moved from the method to the target", {
      method: "POS",
      target: "T/acknowledge?x=1",
    }),
    request_body_other: refused("signed for another body", { body: toUtf8("sixteen bytes ID") }),
    request_counter_other: refused("another counter than was signed", {}, (parts) => ({
      ...parts,
      counter: String(BigInt(parts.counter) + 1n),
    })),
    request_counter_leading_zero: refused("a counter with a leading zero", {}, (parts) => ({
      ...parts,
      counter: `0${parts.counter}`,
    })),
    request_counter_negative: refused("a counter below zero", {}, (parts) => ({ ...parts, counter: "-1" })),
    request_counter_too_large: refused("a counter of 65 bits", {}, (parts) => ({
      ...parts,
      counter: String(2n ** 64n),
    })),
    request_counter_other_digits: refused("a counter in Arabic digits", {}, (parts) => ({
      ...parts,
      counter: parts.counter.replace("1", "\u0661"),
    })),
    request_signature_flipped: refused("one changed bit of the signature", {}, (parts) => ({
      ...parts,
      signature: parts.signature.replace(/^./, (digit) => (parseInt(digit, 16) ^ 1).toString(16)),
    })),
    request_signature_short: refused("a signature of 63 bytes", {}, (parts) => ({
      ...parts,
      signature: parts.signature.slice(2),
    })),
    request_signature_upper_case: refused("a signature in capital letters", {}, (parts) => ({
      ...parts,
      signature: parts.signature.toUpperCase(),
    })),
    request_no_header: request("no header at all", "RequestRefused", ""),
    request_other_scheme: request("another scheme", "RequestRefused", "Basic b2ZmcmFtcDpvZmZyYW1w"),
    request_line_end: request("a line end behind the header", "RequestRefused", `${written(sign({}))}\n`),
  };
}

/** @returns {Record<string, object>} */
export const fileCases = () => ({ ...secretCases(), ...bundleCases(), ...requestCases() });
