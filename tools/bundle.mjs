// Makes what the pages load, into offramp/static/built.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { bundled, small } from "./shrinking.mjs";

const SOURCES = "offramp/static";
const BUILT = "offramp/static/built";
mkdirSync(BUILT, { recursive: true });
write("style.css", await bundled(source("style.css")));
write("form.js", await small(await bundled(source("form.mjs"))));
write("answers.js", await small(await bundled(source("answers.mjs"))));
// What import() loads has to be a module.
write("phrase.js", await small(await bundled(source("phrase.mjs"), "esm")));

function source(name) {
  return { entryPoints: [`${SOURCES}/${name}`] };
}

/** Whole or not at all: a server that starts meanwhile must not read half of a script. */
function write(name, content) {
  const partial = `${BUILT}/${name}.${process.pid}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, `${BUILT}/${name}`);
}
