// What the build takes out of the libraries; that all else is as before is shown by tests/crypto/page_bundle.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cubeRootsOfPrimes, lightened } from "../../tools/lighter.mjs";

const read = (module) => readFileSync(new URL(`../../node_modules/@noble/${module}`, import.meta.url), "utf8");

test("the constants of SHA-512 follow their rule", () => {
  const found = cubeRootsOfPrimes().map((number) => number.toString(16).padStart(16, "0"));
  assert.deepEqual([found.length, found[0], found[79]], [80, "428a2f98d728ae22", "6c44198c4a475817"]); // FIPS 180-4
});

test("a library that has changed fails the build", () => {
  const changed = read("hashes/sha2.js").replace("0x428a2f98d728ae22", "0x428a2f98d728ae23");
  assert.throws(() => lightened("hashes/sha2.js", changed), /SHA-512/);
  const renamed = read("curves/abstract/modular.js").replaceAll("sqrt(", "squareRoot(");
  assert.throws(() => lightened("curves/abstract/modular.js", renamed), /sqrt/);
});

test("only what is named goes, and what stands in it", () => {
  const source = "export const a = { keygen() { return { prepare: 1 }; }, encapsulate: 2, prepare };";
  assert.equal(lightened("post-quantum/ml-kem.js", source), "export const a = { encapsulate: 2, };");
  assert.equal(lightened("post-quantum/ml-dsa.js", source), source);
});
