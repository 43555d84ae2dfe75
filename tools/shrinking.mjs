// Makes scripts small, because for every visitor they come through Tor.
//
// Besides what esbuild and terser do by themselves, this takes the texts out of `throw new Error("…")`. All such texts
// are those of the libraries, for programmers: what a page says is in its own sentences, looked up by an error's class.
// It also takes out what the libraries' objects can do besides. Both are a twelfth of what a first visit downloads.

import { build } from "esbuild";
import { minify } from "terser";
import { lighter } from "./lighter.mjs";

const PLAIN_ERRORS = ["Error", "RangeError", "TypeError"];
// What the libraries' objects can do besides, and no page asks of them; see withoutUnused().
const UNUSED = [
  ...["clone", "_cloneInto", "_cloneIntoMeta", "oid", "xof"], // hashes
  ...["decapsulate", "getPublicKey", "getExtendedPublicKey", "isValidPublicKey", "isValidSecretKey", "RBGstrength", "smod"], // keys
  ...["assertValidity", "hasWindowSize", "invertBatch", "mapToCurve", "randomSecretKey", "sign", "stats"], // curves
];

/** What esbuild makes of a source, given as it takes it: `entryPoints` or `stdin`. */
export async function bundled(source, format = "iife") {
  const { outputFiles } = await build({
    ...source,
    plugins: [lighter, ...(source.plugins ?? [])],
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

/** A bundled script, made as small as it gets. */
export async function small(script) {
  const { ast } = await minify(script, {
    module: true,
    compress: false,
    mangle: false,
    format: { spidermonkey: true, code: false },
  });
  const { code } = await minify(withoutUnused(withoutTexts(ast)), {
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

/**
 * The same syntax tree without the members of UNUSED in its objects and classes, and so, once terser went over it,
 * without the code that only they led to. Fails where one of these names still stands anywhere else.
 */
function withoutUnused(node) {
  const list = { ObjectExpression: "properties", ClassBody: "body" }[node?.type];
  if (list) node[list] = node[list].filter((member) => !UNUSED.includes(member.key?.name));
  if (UNUSED.includes(node?.name) || UNUSED.includes(node?.value)) {
    throw new Error(`Some page needs “${node.name ?? node.value}”: take it out of UNUSED in tools/shrinking.mjs.`);
  }
  for (const part of Object.values(node ?? {})) if (typeof part === "object") withoutUnused(part);
  return node;
}
