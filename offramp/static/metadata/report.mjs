// What is said about a file, as parts of the page.

import { element } from "../elements.mjs";
import * as words from "./words.mjs";

const MOST = 5; // values in a line

/** {said, details} of what was found in a file; see inspect(). */
export function report(name, { outcome, kind, removed = [], left = [] }) {
  if (outcome !== "looked") return notLooked(words.notLooked(name, outcome));
  const parts = [];
  if (left.length) parts.push(element("p", "", words.STILL_IN), listed(left, words.leftOf));
  if (removed.length) parts.push(element("p", "", words.TAKEN_OUT), listed(removed, words.removedOf));
  parts.push(element("p", "", words.adviceOf(kind)));
  return { said: words.summary(name, removed.length, left.length), details: element("div", "found", ...parts) };
}

function notLooked(sentences) {
  return { said: sentences[0], details: element("div", "found", ...sentences.map((one) => element("p", "", one))) };
}

/** One line for all that is of the same sort. A value is somebody else's text: it keeps its own direction. */
function listed(findings, textOf) {
  const items = [...Map.groupBy(findings, ({ what }) => what)].map(([what, all]) => {
    const values = all.map(({ value }) => value).filter(Boolean);
    const shown = values.slice(0, MOST).flatMap((value, i) => [i ? ", " : ": ", element("bdi", "", value)]);
    return element("li", "", textOf(what), ...shown, values.length > MOST ? " …" : "");
  });
  return element("ul", "", ...items);
}
