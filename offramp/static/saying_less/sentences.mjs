// The sentence that a finding stands in.

// What has a full stop without ending a sentence.
const SHORTENED = /(?:^|[\s(])(?:mr|mrs|ms|dr|st|sr|sra|srta|dra|lt|sgt|capt|lic|ing|av|ave|no|núm|apt|jr|u\.s|e\.g|i\.e|\p{Lu})\.$/iu;
const END = /[.!?…]+["”’')]*(?=\s)|\n+/gu;

/** {start, end} of the sentence around a place in a text, without the space around it. */
export function sentenceAround(text, { start, end }) {
  let from = 0;
  let to = text.length;
  for (const match of text.matchAll(END)) {
    const at = match.index + match[0].length;
    if (match[0].startsWith(".") && SHORTENED.test(text.slice(Math.max(0, at - 8), at))) continue;
    if (at <= start) from = at;
    else if (match.index >= end) {
      to = match[0].startsWith("\n") ? match.index : at;
      break;
    }
  }
  const sentence = text.slice(from, to);
  return { start: from + sentence.length - sentence.trimStart().length, end: from + sentence.trimEnd().length };
}
