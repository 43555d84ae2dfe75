// The parts of the step with the twelve words that need no page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NoRandomness } from "../../offramp/crypto/js/errors.mjs";
import { drawPlaces, isWord } from "../../offramp/static/asking.mjs";
import * as text from "../../offramp/static/phrase_words.mjs";
import { whyNoWords } from "../../offramp/static/words.mjs";

test("three different places are drawn, in order, and each as often as the others", () => {
  const count = Array(12).fill(0);
  for (let round = 0; round < 4000; round++) {
    const places = drawPlaces();
    assert.equal(new Set(places).size, 3);
    assert.deepEqual(places, places.toSorted((a, b) => a - b));
    for (const place of places) count[place]++;
  }
  // 1000 each are expected, with a standard deviation of 27.
  for (const times of count) assert.ok(Math.abs(times - 1000) < 200, String(count));
});

test("without a generator of random bytes no place is drawn", () => {
  const none = () => {
    throw new NoRandomness();
  };
  assert.throws(() => drawPlaces(none), NoRandomness);
});

test("a word counts in any case, with spaces and its number, and alone", () => {
  for (const typed of ["zoo", " Zoo ", "ZOO\n", "12. zoo", "12zoo", "\u200bzoo"]) assert.ok(isWord(typed, "zoo"), typed);
  for (const typed of ["", "  ", "zo", "zooo", "zoo zoo", "zoo,abandon", "z oo", "12"]) assert.ok(!isWord(typed, "zoo"), typed);
});

test("what is wrong is told by numbers in a sentence", () => {
  assert.match(text.wrong([7]), /^Word number 7 is /);
  assert.match(text.wrong([3, 12]), /^Words number 3 and 12 are /);
  assert.match(text.wrong([1, 2, 3]), /^Words number 1, 2, and 3 are /);
});

test("every reason for no words has a sentence", () => {
  assert.match(whyNoWords(new NoRandomness()), /Tor Browser\.$/);
  // The step is a bundle of its own, with classes of its own.
  assert.match(whyNoWords(Object.assign(new Error(), { name: "NoRandomness" })), /Tor Browser\.$/);
  for (const error of [undefined, new TypeError("x is undefined")]) assert.match(whyNoWords(error), /did not arrive/);
});

test("the advice names the days", () => {
  assert.ok(text.advice("37").flat().some((sentence) => sentence.includes("37 days")));
});

test("the advice says that the words outlive the answers", () => {
  assert.ok(text.advice("37").flat().some((sentence) => sentence.includes("Destroy the paper")));
});
