// Scripts as syntax trees, and back.

import { minify } from "terser";

const AS_IT_IS = { module: true, compress: false, mangle: false };

/** The syntax tree of a script (ESTree). */
export async function parsed(source) {
  return (await minify(source, { ...AS_IT_IS, format: { spidermonkey: true, code: false } })).ast;
}

/** The script of a syntax tree. */
export async function printed(tree) {
  return (await minify(tree, { ...AS_IT_IS, parse: { spidermonkey: true } })).code;
}

/** The tree, in which what `change` returns a node for is replaced by that node; from the inside out. */
export function replaced(node, change) {
  for (const [key, part] of Object.entries(node ?? {})) {
    if (part && typeof part === "object") node[key] = replaced(part, change);
  }
  return (node?.type && change(node)) || node;
}
