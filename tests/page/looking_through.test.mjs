// What is awaited before a letter is looked through, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LookingThrough } from "../../offramp/static/looking_through.mjs";
import * as words from "../../offramp/static/words.mjs";

/** A page's parts, by their ids. */
function page() {
  const parts = new Map();
  const made = () => ({ focus() {}, removeAttribute() {}, replaceChildren(text) { this.textContent = text; } });
  globalThis.document = { getElementById: (id) => parts.get(id) ?? parts.set(id, made()).get(id) };
  return parts;
}

test("a file that is still being looked into does not go before its findings were seen", async () => {
  const parts = page();
  const { promise, resolve } = Promise.withResolvers();
  const files = { isReading: true, attachments: () => promise };
  const looking = new LookingThrough();
  const clicks = [1, 2].map(() => looking.check({ isConnected: true }, files));
  files.isReading = false;
  resolve([]);
  assert.deepEqual(await Promise.all(clicks), [false, false]);
  assert.equal(parts.get("problem").textContent, words.FILE_CAME_LATER);
  assert.equal(parts.get("state").textContent, words.NOT_SENT);
});
