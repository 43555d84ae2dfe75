/** What of this a page's bundle holds: sealing, no opening, and errors with their names. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const JS = fileURLToPath(new URL("../../offramp/crypto/js/", import.meta.url));

// What the worker's page imports.
const PAGE = `
  import { envelopeId } from "./envelope.mjs";
  import { verifyKeyset } from "./keyset.mjs";
  import { seal } from "./sealing.mjs";
  globalThis.page = { envelopeId, verifyKeyset, seal };
`;

const { outputFiles, metafile } = await build({
  stdin: { contents: PAGE, resolveDir: JS },
  bundle: true,
  minify: true,
  format: "iife",
  target: "firefox140",
  legalComments: "none",
  metafile: true,
  write: false,
});
const { text } = outputFiles[0];

test("the page's bundle cannot open an envelope", () => {
  const inputs = Object.keys(Object.values(metafile.outputs)[0].inputs);
  assert.ok(inputs.some((path) => path.endsWith("crypto/js/sealing.mjs")));
  assert.ok(!inputs.some((path) => path.endsWith("opening.mjs")));
  for (const reader of ["SlotDamaged", "CommitmentMismatch", "BodyDamaged", "TextDecoder"])
    assert.ok(!text.includes(reader), reader);
});

test("the page's bundle is at most 29 KB on its way", () => {
  const size = gzipSync(text, { level: 9 }).length;
  assert.ok(size <= 29_000, `${size} bytes`);
});

test("errors keep their names through the minifier", () => {
  const context = vm.createContext({ TextEncoder, Uint8Array });
  vm.runInContext(text, context);
  assert.throws(() => context.page.verifyKeyset(new Uint8Array(0), {}), { name: "NotAKeyset" });
});
