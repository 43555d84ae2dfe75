// Prints the sentences of the pages' scripts, for tools/catalogues.py: an array of { path, line, one, many, names }.

import { readFileSync, readdirSync } from "node:fs";
import { sentencesOf } from "./translating.mjs";

const SOURCES = "offramp/static";

const found = [];
for (const name of readdirSync(SOURCES, { recursive: true }).filter(isOurs).sort()) {
  const path = `${SOURCES}/${name}`;
  for (const sentence of await sentencesOf(readFileSync(path, "utf8"))) found.push({ path, ...sentence });
}
console.log(JSON.stringify(found));

/** What is built has no marks left, and gettext.mjs only defines them. */
function isOurs(name) {
  return name.endsWith(".mjs") && name !== "gettext.mjs" && !name.startsWith("built");
}
