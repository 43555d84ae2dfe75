/**
 * Makes the vectors of this folder, one file a case, the same bytes every time:
 *
 *     node offramp/crypto/vectors/make.mjs
 *
 * tests/crypto/make.test.mjs shows that making them again changes nothing.
 */

import { readdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answeringCases } from "./answers.mjs";
import { boardCases } from "./boards.mjs";
import { weeklyCases } from "./calendars.mjs";
import { cardCases } from "./cards.mjs";
import { contentCases } from "./contents.mjs";
import { damagedEnvelopes } from "./envelopes_damaged.mjs";
import { goodEnvelopes } from "./envelopes_good.mjs";
import { malformedEnvelopes, sealingCases } from "./envelopes_malformed.mjs";
import { fileCases } from "./files.mjs";
import { handOffCases } from "./handoffs.mjs";
import { keysetCases } from "./keysets.mjs";
import { manifestCases } from "./manifests.mjs";
import { packCases } from "./packs.mjs";
import { parcelCases } from "./parcels.mjs";
import { phraseCases } from "./phrases.mjs";
import { rootCases } from "./roots.mjs";
import { teamCases } from "./teams.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** @returns {Promise<Record<string, string>>} the text of each file by its name */
export async function allVectors() {
  const cases = {
    ...keysetCases(),
    ...contentCases(),
    ...(await goodEnvelopes()),
    ...damagedEnvelopes(),
    ...(await malformedEnvelopes()),
    ...sealingCases(),
    ...fileCases(),
    ...phraseCases(),
    ...answeringCases(),
    ...boardCases(),
    ...parcelCases(),
    ...packCases(),
    ...handOffCases(),
    ...teamCases(),
    ...weeklyCases(),
    ...cardCases(),
    ...rootCases(),
    ...manifestCases(),
  };
  return Object.fromEntries(
    Object.entries(cases).map(([name, vector]) => [`${name}.json`, `${JSON.stringify(vector, null, 1)}\n`]),
  );
}

async function main() {
  const made = await allVectors();
  for (const name of readdirSync(HERE)) {
    if (name.endsWith(".json") && !(name in made)) unlinkSync(join(HERE, name));
  }
  for (const [name, text] of Object.entries(made)) writeFileSync(join(HERE, name), text);
  console.log(`${Object.keys(made).length} vectors`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
