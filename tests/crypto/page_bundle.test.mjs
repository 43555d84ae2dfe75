/** What of this a page's script holds, shrunk as the pages' scripts are: sealing, no opening, and errors with their names. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";
import { fixedRandom } from "../../offramp/crypto/vectors/material.mjs";
import { fromHex } from "../../offramp/crypto/js/bytes.mjs";
import { verifyKeyset } from "../../offramp/crypto/js/keyset.mjs";
import { seal } from "../../offramp/crypto/js/sealing.mjs";
import { bundled, small } from "../../tools/shrinking.mjs";
import { loadVectors } from "./load_vectors.mjs";

const JS = fileURLToPath(new URL("../../offramp/crypto/js/", import.meta.url));

// What the worker's page imports.
const PAGE = `
  import { checkCardDate, readCard } from "./card.mjs";
  import { envelopeId } from "./envelope.mjs";
  import { verifyKeyset } from "./keyset.mjs";
  import { seal } from "./sealing.mjs";
  globalThis.page = { checkCardDate, envelopeId, readCard, verifyKeyset, seal };
`;

const text = await small(await bundled({ stdin: { contents: PAGE, resolveDir: JS } }));
const context = vm.createContext({ MessageChannel, TextEncoder, Uint8Array });
vm.runInContext(text, context);
const { page } = context;
const vectors = Object.entries(loadVectors());

test("the page's script cannot open an envelope", () => {
  for (const reader of ["SlotDamaged", "CommitmentMismatch", "BodyDamaged", "TextDecoder", "decapsulate"])
    assert.ok(!text.includes(reader), reader);
});

test("the page's script is at most 25 KB on its way", () => {
  const size = gzipSync(text, { level: 9 }).length;
  assert.ok(size <= 25_000, `${size} bytes`);
});

test("errors keep their names through the minifier", () => {
  assert.throws(() => page.verifyKeyset(new Uint8Array(0), {}), { name: "NotAKeyset" });
});

const READERS = {
  keyset({ keyset, root, campaign, onion, now, minimum_sequence: minimumSequence }) {
    const expected = { root: fromHex(root), campaign, now, minimumSequence, onion: onion ?? undefined };
    page.verifyKeyset(Uint8Array.from(Buffer.from(keyset, "base64")), expected);
  },
  card({ card, card_key: cardKey, root, campaign, now, limit_days: limitDays }) {
    const found = page.readCard(fromHex(card), { cardKey: fromHex(cardKey), root: fromHex(root), campaign });
    page.checkCardDate(found, now, limitDays);
  },
};

for (const kind of Object.keys(READERS)) {
  test(`what was taken out of the libraries changes nothing for a ${kind}`, () => {
    for (const [name, vector] of vectors.filter(([, vector]) => vector.kind === kind)) {
      let got = "ok";
      try {
        READERS[kind](vector);
      } catch (error) {
        got = error.name;
      }
      assert.equal(got, vector.expect, name);
    }
  });
}

for (const name of ["keyset_smallest", "keyset_ten_slots"]) {
  test(`what was taken out of the libraries changes nothing of an envelope: ${name}`, async () => {
    const { keyset: raw, root, campaign, now } = Object.fromEntries(vectors)[name];
    const keyset = verifyKeyset(Uint8Array.from(Buffer.from(raw, "base64")), { root: fromHex(root), campaign, now });
    const letter = { purpose: "help", campaign, keysetId: keyset.id, thread: null, replyKey: null, fields: [["message", "é"]], attachments: [] };
    const random = () => ({ test_only_random: fixedRandom("a page's envelope") });
    assert.deepEqual(await page.seal(letter, keyset, random()), await seal(letter, keyset, random()));
  });
}
