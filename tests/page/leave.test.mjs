// Which keys leave a page, and in what order things then happen, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

const ADDRESS = "http://here.onion/leave";

/** A page with this script; `done` lists what it did, in order. */
async function page({ link = { href: ADDRESS, addEventListener() {} }, steps = Infinity } = {}) {
  const done = [];
  const heard = new Map();
  const step = (name) => (_state, _title, address) => {
    if (done.length >= steps) throw new DOMException("too many", "SecurityError");
    done.push(`${name} ${address}`);
  };
  Object.assign(globalThis, {
    document: {
      getElementById: () => link,
      documentElement: { set hidden(is) { done.push(is ? "blank" : "shown"); } },
      set title(text) { done.push(`title ${text}`); },
    },
    history: { replaceState: step("replaceState"), pushState: step("pushState") },
    location: { href: "file:///sealer.html", replace: (address) => done.push(`to ${address}`) },
    stop: () => done.push("stop"),
    addEventListener: (kind, listener) => heard.set(kind, listener),
  });
  await import(`../../offramp/static/leave.mjs?${Math.random()}`);
  let now = 0;
  const press = (key, after = 300, isComposing = false) => heard.get("keyup")({ key, isComposing, timeStamp: (now += after) });
  const other = (kind) => heard.get(kind)({ timeStamp: (now += 10) });
  return { done, press, other };
}

for (const key of ["Escape", "Shift"]) {
  test(`three presses of ${key} leave`, async () => {
    const { done, press } = await page();
    for (let i = 0; i < 2; i++) press(key);
    assert.deepEqual(done, []);
    press(key);
    assert.deepEqual(done.slice(0, 4), ["blank", "title …", "stop", `replaceState ${ADDRESS}`]);
    assert.ok(done.filter((one) => one === `pushState ${ADDRESS}`).length > 50);
    assert.equal(done.at(-1), `to ${ADDRESS}`);
  });
}

for (const [what, use] of Object.entries({
  "two kinds of keys": ({ press }) => ["Escape", "Shift", "Escape", "Shift", "Shift"].forEach((key) => press(key)),
  "capitals": ({ press }) => ["A", "Shift", "b", "B", "Shift", "C", "Shift"].forEach((key) => press(key)),
  "presses that are far apart": ({ press }) => [0, 300, 2_000, 2_000].forEach((after) => press("Escape", after)),
  "presses that end the choice of a sign": ({ press }) => [1, 2, 3].forEach(() => press("Escape", 300, true)),
  "clicks with Shift": ({ press, other }) => [1, 2, 3].forEach(() => (other("pointerdown"), press("Shift", 50))),
  "scrolling with Shift": ({ press, other }) => [1, 2, 3].forEach(() => (other("wheel"), press("Shift", 50))),
})) {
  test(`${what} do not leave`, async () => {
    const one = await page();
    use(one);
    assert.deepEqual(one.done, []);
  });
}

test("a browser that allows few steps is left all the same", async () => {
  const { done, press } = await page({ steps: 10 });
  for (let i = 0; i < 3; i++) press("Escape");
  assert.equal(done.at(-1), `to ${ADDRESS}`);
});

test("a page on disk has only a button, and is left to nothing", async () => {
  const { done, press } = await page({ link: { addEventListener() {} } });
  for (let i = 0; i < 3; i++) press("Escape");
  assert.equal(done.at(-1), "to about:blank");
});

test("whoever came to the plain page without this script has no way back either", async () => {
  const { done } = await page({ link: null });
  assert.ok(done.filter((one) => one === "pushState file:///sealer.html").length > 50);
  assert.ok(!done.some((one) => one.startsWith("to ") || one === "blank"));
});
