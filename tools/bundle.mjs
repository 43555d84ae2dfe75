// Makes what the pages load, into offramp/static/built: small, because for every visitor it comes through Tor.
//
// Besides what esbuild and terser do by themselves, this takes the texts out of `throw new Error("…")`. All such texts
// are those of the libraries, for programmers: what a page says is in its own sentences, looked up by an error's class.
// They are a twentieth of what a first visit downloads.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { minify } from "terser";

const SOURCES = "offramp/static";
const BUILT = "offramp/static/built";
const PLAIN_ERRORS = ["Error", "RangeError", "TypeError"];

mkdirSync(BUILT, { recursive: true });
write("style.css", await bundled("style.css"));
write("form.js", await small(await bundled("form.mjs")));
write("answers.js", await small(await bundled("answers.mjs")));
// What import() loads has to be a module.
write("phrase.js", await small(await bundled("phrase.mjs", "esm")));

async function bundled(source, format = "iife") {
  const { outputFiles } = await build({
    entryPoints: [`${SOURCES}/${source}`],
    bundle: true,
    minify: true,
    format,
    charset: "utf8",
    legalComments: "none",
    target: "firefox140",
    logLevel: "warning",
    write: false,
  });
  return outputFiles[0].text;
}

async function small(script) {
  const { ast } = await minify(script, {
    module: true,
    compress: false,
    mangle: false,
    format: { spidermonkey: true, code: false },
  });
  const { code } = await minify(withoutTexts(ast), {
    module: true,
    ecma: 2022,
    parse: { spidermonkey: true },
    compress: { passes: 3 },
    format: { comments: false },
  });
  return code;
}

/** The same syntax tree, in which no plain error that is thrown has arguments. */
function withoutTexts(node) {
  if (node?.type === "ThrowStatement" && PLAIN_ERRORS.includes(node.argument.callee?.name)) {
    node.argument.arguments = [];
  }
  for (const part of Object.values(node ?? {})) if (typeof part === "object") withoutTexts(part);
  return node;
}

/** Whole or not at all: a server that starts meanwhile must not read half of a script. */
function write(name, content) {
  const partial = `${BUILT}/${name}.${process.pid}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, `${BUILT}/${name}`);
}
