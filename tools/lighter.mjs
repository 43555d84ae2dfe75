// Takes out of the libraries of cryptography what they do besides, on paths that no page takes: a tenth of the script
// of a first visit.
//
// A page opens no envelope, makes no keys but its own fresh ones, signs nothing, and multiplies no point of Ed25519 by a
// secret. If one of these paths were taken after all, the call would fail, and so would sealing: nothing would be sent.
// That all else gives the same bytes is shown by tests/crypto/page_bundle.test.mjs, with the vectors.

import { readFileSync } from "node:fs";
import { parse } from "acorn"; // what terser parses with; unlike terser, it says where everything stands

const NOBLE = /[/\\]node_modules[/\\]@noble[/\\](.+)$/;

/** Members of the objects and classes of each module. */
const NEVER_USED = {
  "curves/abstract/curve.js": ["fixedWindowCT", "mulCT", "mulCTBlinded", "mulSecret", "runCT", "shouldBlind", "validateMulInput"],
  "curves/abstract/edwards.js": ["keygen", "multiply", "toHex", "toMontgomery", "toMontgomerySecret", "toString"],
  "curves/abstract/modular.js": ["sqrt"],
  "curves/abstract/montgomery.js": ["keygen", "scalarMultBase"],
  "curves/ed25519.js": ["scalarMultBase", "toMontgomery", "toMontgomerySecret"],
  "post-quantum/ml-kem.js": ["keygen", "prepare"],
};

/** Of these, the libraries ask whether they are there. */
const STAYS_AS_NAME = new Map([["sqrt", "sqrt() { throw new Error(); }"]]);

const made = new Map(); // by path: each language's scripts want the same

/** An esbuild plugin. */
export const lighter = {
  name: "lighter",
  setup(build) {
    build.onLoad({ filter: NOBLE }, ({ path }) => {
      if (!made.has(path)) made.set(path, lightened(NOBLE.exec(path)[1].replaceAll("\\", "/"), readFileSync(path, "utf8")));
      return { contents: made.get(path), loader: "js" };
    });
  },
};

/** The source of a module of @noble, without what no page uses. */
export function lightened(module, source) {
  const tree = parse(source, { ecmaVersion: "latest", sourceType: "module" });
  const cuts = module === "hashes/sha2.js" ? constantsIn(tree) : membersIn(tree, NEVER_USED[module] ?? [], module);
  return cuts.sort((a, b) => b.start - a.start).reduce((text, cut) => text.slice(0, cut.start) + cut.text + text.slice(cut.end), source);
}

/** Where these members stand, `{ start, end, text }`, and what stays there. Fails where one is missing: the library has changed. */
function membersIn(tree, names, module) {
  const cuts = [];
  const missing = new Set(names);
  for (const node of nodesOf(tree)) {
    const list = { ObjectExpression: node.properties, ClassBody: node.body }[node.type] ?? [];
    list.forEach((member, place) => {
      if (!names.includes(member.key?.name)) return;
      missing.delete(member.key.name);
      // With the comma behind it; that one may stay which is the last of a list.
      cuts.push({ start: member.start, end: list[place + 1]?.start ?? node.end - 1, text: STAYS_AS_NAME.get(member.key.name) ?? "" });
    });
  }
  if (missing.size) throw new Error(`${module} has no ${[...missing].join(", ")} any more: correct tools/lighter.mjs.`);
  // What lies in something that goes goes with it.
  return cuts.filter((cut) => !cuts.some((other) => other !== cut && other.start <= cut.start && cut.end <= other.end));
}

function* nodesOf(node) {
  if (node?.type) yield node;
  for (const part of Object.values(node ?? {})) if (part && typeof part === "object") yield* nodesOf(part);
}

/**
 * The constants of SHA-512 (FIPS 180-4, 4.2.3): of the cube roots of the first eighty primes, the first 64 bits behind
 * the point. What follows a rule is shorter said by its rule; as numbers they are what gzip cannot shorten.
 */
export function cubeRootsOfPrimes() {
  const found = [];
  for (let prime = 2n; found.length < 80; prime++) {
    let divisor = 2n;
    while (prime % divisor) divisor++;
    if (divisor < prime) continue;
    // Newton's way from above to the whole root of the prime with 192 bits behind the point.
    const number = prime << 192n;
    let root = 1n << 67n;
    for (let next = root - 1n; next < root; next = (2n * root + number / (root * root)) / 3n) root = next;
    found.push(root & 0xffffffffffffffffn);
  }
  return found;
}

/** Where these numbers stand, to be replaced by their rule. Fails where they are not, or are not those of the rule. */
function constantsIn(tree) {
  const expected = cubeRootsOfPrimes().join();
  const isThem = ({ type, elements }) =>
    type === "ArrayExpression" && elements.length === 80 && elements.map(({ value }) => BigInt(value)).join() === expected;
  const found = [...nodesOf(tree)].filter(isThem);
  if (found.length !== 1) throw new Error("The constants of SHA-512 are not where they were: correct tools/lighter.mjs.");
  return found.map(({ start, end }) => ({ start, end, text: `(${cubeRootsOfPrimes})()` }));
}
