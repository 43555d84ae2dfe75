// What the page finds in a letter before it is sealed, and what it writes instead.

import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, editOf } from "../../offramp/static/saying_less/changes.mjs";
import { vaguerFileName } from "../../offramp/static/saying_less/file_names.mjs";
import { find } from "../../offramp/static/saying_less/finding.mjs";
import { sentenceAround } from "../../offramp/static/saying_less/sentences.mjs";
import { KINDS } from "../../offramp/static/saying_less/words.mjs";
import { SETS, score, sentencesOf } from "./saying_less/scoring.mjs";

for (const set of SETS) {
  test(`of ${set}, nine in ten are found, and nine in ten of the harmless ones left alone`, () => {
    const { found, telling, alarms, harmless, missed } = score(set);
    assert.ok(found >= 0.9 * telling, missed.join("\n"));
    assert.ok(alarms <= 0.1 * harmless, missed.join("\n"));
  });
}

test("the sets are as large as they should be, half of each harmless, and no sentence stands in two", () => {
  const [english, spanish] = ["english", "spanish"].map((language) => SETS.filter((set) => set.startsWith(language)).flatMap(sentencesOf));
  assert.ok(english.length >= 200 && spanish.length >= 100);
  for (const all of [english, spanish]) {
    const harmless = all.filter(({ kinds }) => !kinds.length).length;
    assert.ok(Math.abs(harmless / all.length - 0.5) < 0.1, String(harmless));
  }
  const texts = [...english, ...spanish].map(({ text }) => text);
  assert.equal(new Set(texts).size, texts.length);
});

test("every kind has its words, and every kind is in the sets of both languages", () => {
  for (const language of ["english", "spanish"]) {
    const kinds = SETS.filter((set) => set.startsWith(language)).flatMap(sentencesOf).flatMap((sentence) => sentence.kinds);
    assert.deepEqual([...new Set(kinds)].toSorted(), Object.keys(KINDS).filter((kind) => kind !== "file").toSorted());
  }
});

test("of two changes that share a space or a comma, both are made", () => {
  const text = "My sons, Ana, Bob, know it.";
  assert.equal(changed(text, [{ start: 7, end: 13, words: "" }, { start: 12, end: 17, words: "" }]), "My sons, know it.");
  assert.equal(changed(text, [{ start: 7, end: 17, words: "" }, { start: 9, end: 12, words: "X" }]), "My sons, know it.");
});

/** The text as it is when everything that was found is made vaguer. */
const vaguer = (text) => changed(text, find(text).map((found) => editOf(text, found)));

test("vaguer words read as if they had been written so", () => {
  const pairs = {
    "My wife Angela thinks so.": "My wife thinks so.",
    "My boss, Dale Whitcomb, would mind.": "My boss would mind.",
    "I am John Carter, an officer.": "I am [no name], an officer.",
    "Officer Brandt quit.": "A coworker quit.",
    "I entered on June 14, 2011.": "I entered in 2011.",
    "Since June 14, 2011 I have slept badly.": "Since 2011 I have slept badly.",
    "On July 19 we were sent away.": "In the summer we were sent away.",
    "I was born on the 5th of November 1979.": "I was born in the 1970s.",
    "I am a GS-12.": "I am a federal employee.",
    "I am a GS-12 analyst.": "I am a mid-level analyst.",
    "I work at the Del Rio station.": "I work at a station in Texas.",
    "I work in Nogales.": "I work in the Southwest.",
    "I was with BORTAC.": "I was with a special team.",
    "My badge is 48213.": "My badge is [left out].",
    "I like it here. I am the only woman on the shift. Please help.": "I like it here. Please help.",
    "Please help. I am the only woman on the shift.": "Please help.",
    "Thank you.\n\nSam Okafor": "Thank you.",
    "Mi esposa Leticia quiere que me salga.": "Mi esposa quiere que me salga.",
    "Trabajo en la estación de Del Rio.": "Trabajo en una estación en Texas.",
    "Entré el 7 de enero de 2008.": "Entré en 2008.",
    "Desde el 7 de enero de 2008 estoy aquí.": "Desde 2008 estoy aquí.",
    "Soy GS-12 y no subo.": "Soy parte del personal federal y no subo.",
    "El oficial Barrera ya se fue.": "Alguien del trabajo ya se fue.",
  };
  for (const [text, expected] of Object.entries(pairs)) assert.equal(vaguer(text), expected);
});

test("what was made vaguer is not found again", () => {
  for (const { text } of SETS.flatMap(sentencesOf)) {
    const once = vaguer(text);
    assert.deepEqual(find(once).map(({ kind, start, end }) => [kind, once.slice(start, end)]), [], once);
  }
});

test("what is found lies in the text, in order, and never twice", () => {
  for (const { text } of SETS.flatMap(sentencesOf)) {
    let reached = 0;
    for (const { start, end, kind } of find(text)) {
      assert.ok(reached <= start && start < end && end <= text.length, text);
      assert.ok(kind in KINDS);
      reached = end;
    }
  }
});

test("an address is what was asked for where somebody is to be reached, but not one at work", () => {
  const found = (text) => find(text, { isContact: true }).map(({ kind }) => kind);
  for (const text of ["quiet.river@proton.me", "@quiet_river", "Signal: river.42"]) assert.deepEqual(found(text), [], text);
  assert.deepEqual(found("d.fowler2@cbp.dhs.gov"), ["work_address"]);
  assert.deepEqual(found("956-555-0143"), ["phone"]);
});

test("names of files say who somebody is, or not", () => {
  const telling = {
    "Denise_Fowler_Resume.PDF": "resume.pdf",
    "fowlerCV2.docx": "resume.docx",
    "Carta Julio Saldaña.odt": "letter.odt",
    "badge 482135.png": "file.png",
    "Del Rio roster.xlsx": "file.xlsx",
    kostrowski: "file",
  };
  for (const [name, instead] of Object.entries(telling)) assert.equal(vaguerFileName(name), instead);
  const harmless = [
    "resume.pdf", "résumé.pdf", "re\u0301sume\u0301 2.pdf", "Cover Letter final (2).docx", "CV 2026.pdf", "my resume v3.docx", "notes.txt",
    "IMG_20260114_093211.jpg", "Screenshot 2026-01-14 at 09.32.11.png", "currículum.pdf", "Carta de presentación.docx", "scan0001.pdf", ".pdf", "",
  ];
  for (const name of harmless) assert.equal(vaguerFileName(name), null, name);
});

test("a vaguer name of a file is left alone", () => {
  for (const name of ["resume.pdf", "letter.docx", "file.png", "file"]) assert.equal(vaguerFileName(name), null);
});

test("a sentence ends where it ends", () => {
  const sentence = (text, part) => {
    const start = text.indexOf(part);
    const at = sentenceAround(text, { start, end: start + part.length });
    return text.slice(at.start, at.end);
  };
  const text = "I was at work. I report to Mr. Hendricks in the U.S. office! Is that bad?\nBest,\nSam";
  assert.equal(sentence(text, "work"), "I was at work.");
  assert.equal(sentence(text, "Hendricks"), "I report to Mr. Hendricks in the U.S. office!");
  assert.equal(sentence(text, "bad"), "Is that bad?");
  assert.equal(sentence(text, "Sam"), "Sam");
  assert.equal(sentence("Sam", "Sam"), "Sam");
});

test("no text takes long, however strange", () => {
  const strange = ["A".repeat(20_000), "a ".repeat(10_000), "A b ".repeat(5_000), "1".repeat(20_000), "1-".repeat(10_000), "the only ".repeat(2_200),
    "Del Rio ".repeat(2_500), "my name is ".repeat(1_800), "@".repeat(20_000), "a.".repeat(10_000), "\n".repeat(20_000), "supervisory ".repeat(1_700),
    "work in the ".repeat(1_600), "A. ".repeat(6_000), "calle a b ".repeat(2_000), "12 a b c ".repeat(2_000), "case no. ".repeat(2_000)];
  // A pattern that backtracks without end would take hours: the test's own time limit stops it.
  for (const text of strange) find(text);
});
