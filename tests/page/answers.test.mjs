// The parts of the page of answers that need no page.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as errors from "../../offramp/crypto/js/errors.mjs";
import { newEntropy, typedWords, wordsOf } from "../../offramp/crypto/js/phrase.mjs";
import * as words from "../../offramp/static/answer_words.mjs";
import { TooMuch } from "../../offramp/static/download.mjs";
import { harmlessName } from "../../offramp/static/download_name.mjs";
import { readWords } from "../../offramp/static/phrase_entry.mjs";
import * as problems from "../../offramp/static/problems.mjs";
import { placesOfWords, replaceWord } from "../../offramp/static/word_places.mjs";

const WORDS = wordsOf(newEntropy(() => new Uint8Array(16).fill(7)));
const SENTENCE = /^[A-Z][^{}]+[.:]$/;

test("a usual name stays as it is", () => {
  for (const name of ["résumé.pdf", "Cover letter (2).docx", "CV.PDF", "履歴書.odt", "a.b.c.txt", "photo.jpeg", "résumé – final.rtf"]) {
    assert.deepEqual(harmlessName(name), { name, plain: true });
  }
});

const HOSTILE = {
  "../../etc/passwd.txt": "_.._etc_passwd.txt",
  "..\\..\\x.pdf": "_.._x.pdf",
  "C:\\x.pdf": "C__x.pdf",
  "\u202Efdp.sh": "fdp.sh.bin",
  "invoice\u202Exslx.exe": "invoicexslx.exe.bin",
  "a\u0000b\u0007c\u200Bd\uFEFFe\u2066f\u2069.pdf": "abcdef.pdf",
  "a\u3164b\u115Fc\u034Fd\uFE0Fe.pdf": "abcde.pdf",
  ".bashrc": "bashrc.bin",
  ".pdf": "file.pdf",
  "...": "file.bin",
  "": "file.bin",
  " \u00A0\u2800 ": "file.bin",
  "--help.txt": "help.txt",
  "\u2014-. x.txt": "x.txt",
  "\u0301x.txt": "x.txt",
  "con.pdf": "_con.pdf",
  "COM\u00B9.txt": "_COM\u00B9.txt",
  "nul": "_nul.bin",
  "Aux .x.txt": "_Aux .x.txt",
  "console.txt": "console.txt",
  "x.pdf.exe": "x.pdf.exe.bin",
  "x.exe. . ": "x.exe.bin",
  "x.pdf\u202E": "x.pdf",
  "x\u2028y\u2029z\nw\tv.txt": "x y z w v.txt",
  "x:y*z?.pdf": "x_y_z_.pdf",
  "e\u0301.pdf": "\u00E9.pdf",
  "no ending": "no ending.bin",
  "x.desktop": "x.desktop.bin",
  "x.html": "x.html.bin",
  "\ud800x.pdf": "x.pdf",
};

test("a hostile name can only name a file", () => {
  for (const [given, expected] of Object.entries(HOSTILE)) {
    const { name, plain } = harmlessName(given);
    assert.equal(name, expected, JSON.stringify(given));
    assert.equal(plain, !name.endsWith(".bin"));
  }
});

test("a name is never too long, and keeps its ending", () => {
  for (const character of ["x", "é", "你", "🕊", "́", "\u1100", "."]) {
    for (const ending of [".pdf", ".docx", ".exe", ""]) {
      const { name } = harmlessName(character.repeat(255) + ending);
      assert.ok(Array.from(name).length <= 100, name);
      assert.ok(new TextEncoder().encode(name).length <= 200, name);
      assert.ok(name.isWellFormed());
      assert.ok(name.endsWith(["", ".exe"].includes(ending) ? ".bin" : ending), name);
    }
  }
});

test("whatever the name, it is harmless, and making it harmless again changes nothing", () => {
  const pieces = [..."a.-_ /\\:~%$", "con", "nul", ".pdf", ".exe", "\u202E", "\u200D", "\u0301", "\u0007", "\u00A0", "🕊", "\ud800", "é", "\u3164", "\u0660"];
  for (const given of randomTexts(pieces, 3000)) {
    const { name, plain } = harmlessName(given);
    assert.ok(name.length >= 5 && Array.from(name).length <= 100);
    assert.doesNotMatch(name, /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}/\\:*?"<>|]|^[\s.\p{Pd}]|[\s.]$/u);
    assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)\s*\./i);
    assert.match(name, /\.(pdf|doc|docx|odt|rtf|txt|jpe?g|png|bin)$/i);
    assert.equal(plain, !name.endsWith(".bin"));
    if (plain) assert.deepEqual(harmlessName(name), { name, plain }, JSON.stringify(given));
  }
});

test("each word is found where it stands", () => {
  const text = "1. Abandon\n2)  ABILITY, ａｂｌｅ — 4abo\u200But; ①above Ⓐbsent";
  const found = placesOfWords(text).map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(found, ["Abandon", "ABILITY", "ａｂｌｅ", "abo\u200But", "above", "Ⓐbsent"]);
});

test("places and words are as many, and agree, in whatever is typed", () => {
  const pieces = ["abandon", "a", "é", "e\u0301", " ", "\n", "1", "٣", "\u200B", ",", "ﬁ", "①", "ª", "你", "İ", "Σ", "\ud800", "🕊", "한", "-"];
  for (const text of randomTexts(pieces, 3000)) {
    const typed = typedWords(text);
    const places = placesOfWords(text);
    assert.equal(places.length, typed.length, JSON.stringify(text));
    places.forEach((_, index) => {
      const expected = typed.with(index, "zoo");
      assert.deepEqual(typedWords(replaceWord(text, index + 1, "zoo")), expected, JSON.stringify(text));
    });
  }
});

test("words are read in any layout", () => {
  const plain = readWords(WORDS.join(" ")).keys;
  const layouts = [
    WORDS.map((word, i) => `${i + 1}. ${word.toUpperCase()}`).join("\n"),
    `  ${WORDS.join("   ")}\n\n`,
    WORDS.join(", "),
    WORDS.map((word) => word[0].toUpperCase() + word.slice(1)).join("\u00A0"),
  ];
  for (const layout of layouts) assert.deepEqual(readWords(layout).keys, plain, layout);
});

test("each mistake in the words has its own sentence", () => {
  const said = (text) => readWords(text).mistake.sentence;
  assert.match(said(""), /type your twelve words/);
  assert.match(said("1. 2. 3."), /type your twelve words/);
  assert.match(said(WORDS[0]), /is 1 word here/);
  assert.match(said(WORDS.slice(1).join(" ")), /are 11 words here, and there must be 12/);
  assert.match(said([...WORDS, "zoo"].join(" ")), /are 13 words/);
  assert.match(said(WORDS.with(4, "abandn").join(" ")), /^Word 5, “abandn”, is not in our list. Did you mean:$/);
  assert.match(said(WORDS.with(4, "qqqqqqqq").join(" ")), /^Word 5, “qqqqqqqq”.*note.*English/);
  assert.match(said(WORDS.toReversed().join(" ")), /do not belong together/);
  const spanish = "ábaco abdomen abeja abierto abogado abono aborto abrazo abrir abuelo abuso acabar";
  assert.match(said(spanish), /^Word 1, “ábaco”.*English/u);
  assert.match(said("的 一 是 在 不 了 有 和 人 这 中 大"), /English/);
  assert.match(said("ábaco abdomen abeja"), /3 words.*English/);
  assert.deepEqual(readWords(spanish).mistake.corrections, []);
});

test("a correction changes one word and nothing else of the text", () => {
  const text = WORDS.with(4, "abandn").map((word, i) => `${i + 1}. ${word}`).join("\n");
  const { corrections } = readWords(text).mistake;
  assert.equal(corrections[0].word, "abandon");
  assert.equal(corrections[0].text, text.replace("abandn", "abandon"));
});

test("every error has a sentence, and none shows code", () => {
  const kinds = [...Object.values(errors), ...Object.values(problems), TooMuch];
  for (const say of [words.whyNotRead, words.whyNoParcel]) {
    for (const Kind of kinds) {
      for (const status of [404, 500, 503]) assert.match(say(new Kind(status)), SENTENCE);
    }
    assert.match(say(new TypeError("x is undefined")), SENTENCE);
  }
});

test("an answer's day is the day that it says", () => {
  assert.equal(words.answerTitle({ number: 3, day: "2026-11-21" }), "Answer 3, November 21, 2026");
  assert.equal(words.answerTitle({ number: 1, day: "0001-01-01" }), "Answer 1, January 1, 1");
});

function randomTexts(pieces, count) {
  let state = 1; // the same texts each time
  const next = (most) => (state = (state * 48271) % 2147483647) % most;
  return Array.from({ length: count }, () =>
    Array.from({ length: next(14) }, () => pieces[next(pieces.length)]).join(""),
  );
}
