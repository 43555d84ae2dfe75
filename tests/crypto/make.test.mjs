/** The vectors in the repository are those that the program makes. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { allVectors } from "../../offramp/crypto/vectors/make.mjs";
import { FOLDER } from "./load_vectors.mjs";

test("making the vectors again changes nothing", async () => {
  const made = await allVectors();
  const there = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  assert.deepEqual(there.sort(), Object.keys(made).sort());
  for (const name of there) assert.equal(readFileSync(new URL(name, FOLDER), "utf8"), made[name], name);
});
