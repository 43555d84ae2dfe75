// Prints the licences of everything in the pages' bundles, as their authors ask for.

import { readFileSync, readdirSync } from "node:fs";

const PACKAGES = [...readdirSync("node_modules/@noble").map((name) => `@noble/${name}`), "@scure/bip39"];

console.log("Offramp is free software under the GNU Affero General Public License, version 3 or later.");
console.log("Its pages contain these packages:");
for (const name of PACKAGES) {
  const folder = `node_modules/${name}`;
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  console.log(`\n${name} ${version}\n\n${readFileSync(`${folder}/LICENSE`, "utf8").trim()}`);
}
