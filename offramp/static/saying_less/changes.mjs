// Putting vaguer words into a text, so that it reads as if it had been written so.

import { sentenceAround } from "./sentences.mjs";

/** The part of a text that changes, and what comes there: the whole sentence goes where there are no vaguer words. */
export function editOf(text, { start, end, instead }) {
  if (instead === null) return { ...withGap(text, sentenceAround(text, { start, end })), words: "" };
  if (instead === "") return { ...withComma(text, { start, end }), words: "" };
  return { start, end, words: beginsSentence(text, start) ? capitalized(instead) : instead };
}

/** The text with all these edits. One that lies within another is no more than that; where two share a space, both count. */
export function changed(text, edits) {
  const sizeOf = ({ start, end }) => end - start;
  const kept = [];
  for (const edit of edits.toSorted((one, other) => sizeOf(other) - sizeOf(one))) {
    let { start, end } = edit;
    for (const other of kept) {
      if (other.start <= start && start < other.end) start = other.end;
      if (other.start < end && end <= other.end) end = other.start;
    }
    if (start < end) kept.push({ ...edit, start, end });
  }
  let result = text;
  for (const { start, end, words } of kept.toSorted((one, other) => other.start - one.start)) {
    result = result.slice(0, start) + words + result.slice(end);
  }
  return result;
}

/** A sentence goes with the space behind it; at the end, with the one before it. */
function withGap(text, { start, end }) {
  const behind = /^[ \t]+/.exec(text.slice(end))?.[0].length ?? 0;
  const ahead = behind ? 0 : (/[ \t]+$/.exec(text.slice(0, start))?.[0].length ?? 0);
  return { start: start - ahead, end: end + behind };
}

/** “my boss, Ana, knows” becomes “my boss knows”, and “my wife Ana” becomes “my wife”. */
function withComma(text, { start, end }) {
  const isLast = !/\S/.test(text.slice(end).replace(/^\./, ""));
  const ahead = (isLast ? /,?\s+$/ : /,?[ \t]+$/).exec(text.slice(0, start))?.[0] ?? "";
  const behind = ahead.startsWith(",") && text[end] === "," ? 1 : 0;
  return { start: start - ahead.length, end: end + behind };
}

const beginsSentence = (text, start) => /(?:^|[.!?…]\s+|\n\s*)["“¿¡]?$/u.test(text.slice(0, start));
const capitalized = (words) => words.charAt(0).toUpperCase() + words.slice(1);
