// Makes what the pages load, into offramp/static/built: what says nothing once, and the rest in each language.
//
//     node tools/bundle.mjs [the folder to make it in] [the folder of the catalogues]
//
// With a folder of its own, a test makes the pages in a language that nobody speaks.

import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { mo } from "gettext-parser";
import { trimmed } from "./libraries.mjs";
import { offline } from "./offline.mjs";
import { bundled, small } from "./shrinking.mjs";
import { catalogueOf, translating } from "./translating.mjs";

const SOURCES = "offramp/static";
const [BUILT = "offramp/static/built", CATALOGUES = "offramp/translations"] = process.argv.slice(2);
// [script, its format]: what import() loads has to be a module.
const SCRIPTS = [["form", "iife"], ["answers", "iife"], ["sending", "esm"], ["phrase", "esm"], ["check", "esm"], ["metadata", "esm"]];
// What looks into files says nothing by itself, and there is one for each kind of file.
const LOOKING_INTO = ["picture", "pdf", "office"];

write("style.css", await bundled(source("style.css")));
write("landing.css", await bundled(source("landing.css")));
write("leave.js", await small(await bundled(source("leave.mjs")))); // it says nothing
for (const kind of LOOKING_INTO) {
  const options = { ...source(`metadata/${kind}.mjs`), plugins: [trimmed] };
  write(`metadata_${kind}.js`, await bundled(options, "esm")); // small() would take seconds for a twentieth
}
await make("en");
for (const language of readdirSync(CATALOGUES).filter((name) => /^[a-z]{2,3}$/.test(name))) {
  await make(language, `${CATALOGUES}/${language}/LC_MESSAGES/messages.po`);
}

async function make(language, path) {
  const catalogue = catalogueOf(path);
  for (const [name, format] of SCRIPTS) {
    const options = { ...source(`${name}.mjs`), plugins: [translating(catalogue)] };
    write(`${language}/${name}.js`, await small(await bundled(options, format)));
  }
  const sealer = { ...source("sealer.mjs"), plugins: [offline, trimmed, translating(catalogue)] };
  // Terser would take ten times as long for nothing: nobody waits for this file before they can write.
  write(`${language}/sealer.js`, await bundled(sealer));
  if (path) write(`${language}/messages.mo`, mo.compile(catalogue));
}

function source(name) {
  return { entryPoints: [`${SOURCES}/${name}`] };
}

/** Whole or not at all: a server that starts meanwhile must not read half of a script. */
function write(name, content) {
  const partial = `${BUILT}/${name}.${process.pid}.partial`;
  mkdirSync(partial.replace(/\/[^/]*$/, ""), { recursive: true });
  writeFileSync(partial, content);
  renameSync(partial, `${BUILT}/${name}`);
}
