// How many of the labelled sentences are found. `node tests/page/saying_less/scoring.mjs` prints it.
//
// Of each language there are three sets. One was looked at while the rules were written. One was held out: written
// before the rules, and only counted. One came later, to see what the rules miss, and was made harder on purpose.
// About half of the sentences identify a person, by the kinds that stand beside them; the others are tempting and
// harmless, so whatever is found in them is a false alarm.
//
// When the rules first saw the held-out sets, they found 67 of 69 and 34 of 34, with no false alarm. Of the later ones
// they found 39 of 67 (58 %) and 35 of 43 (81 %), with none either; the rules as they are now have learned from those.
// The sentences and the rules are by the same hand, so what people really write will be found less often than this.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { find } from "../../../offramp/static/saying_less/finding.mjs";

export const SETS = ["english", "english_held_out", "english_later", "spanish", "spanish_held_out", "spanish_later"];

/** The labelled sentences of a set: [{kinds, text}]. */
export const sentencesOf = (set) => JSON.parse(readFileSync(new URL(`${set}.json`, import.meta.url), "utf8"));

/** {found, telling, alarms, harmless, missed}: how many, of how many; `missed` are the texts that were judged wrongly. */
export function score(set) {
  const judged = sentencesOf(set).map(({ kinds, text }) => ({ kinds, text, was: find(text).map(({ kind }) => kind) }));
  const telling = judged.filter(({ kinds }) => kinds.length);
  const harmless = judged.filter(({ kinds }) => !kinds.length);
  const found = telling.filter(({ kinds, was }) => kinds.some((kind) => was.includes(kind)));
  const alarms = harmless.filter(({ was }) => was.length);
  const missed = [...telling.filter((one) => !found.includes(one)), ...alarms].map(({ text }) => text);
  return { found: found.length, telling: telling.length, alarms: alarms.length, harmless: harmless.length, missed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const set of SETS) {
    const { found, telling, alarms, harmless } = score(set);
    const percent = (part, whole) => `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
    console.log(`${set.padEnd(17)} found ${percent(found, telling).padEnd(20)} false alarms ${percent(alarms, harmless)}`);
  }
}
