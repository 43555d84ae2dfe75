// Cleans files as the page does: clean.mjs FILE… writes FILE.cleaned, and prints for each what was found, as JSON.

import { readFileSync, writeFileSync } from "node:fs";
import { kindOf } from "../../../offramp/static/metadata/kinds.mjs";

for (const path of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(path));
  const { clean } = await import(`../../../offramp/static/metadata/${kindOf(bytes)}.mjs`);
  const { data, removed, left } = await clean(bytes);
  writeFileSync(`${path}.cleaned`, data);
  console.log(JSON.stringify({ removed, left, same: data === bytes }));
}
