// Prints the licences of everything in the pages' bundles, as their authors ask for.

import { existsSync, readFileSync, readdirSync } from "node:fs";

const PACKAGES = [
  ...readdirSync("node_modules/@noble").map((name) => `@noble/${name}`),
  ...["@scure/bip39", "exifreader", "fflate", "@cantoo/pdf-lib", "tslib"],
];
const FILES = ["LICENSE", "LICENSE.md", "LICENSE.txt"];

console.log("Offramp is free software under the GNU Affero General Public License, version 3 or later.");
console.log("Its pages contain these packages:");
for (const name of PACKAGES) {
  const folder = `node_modules/${name}`;
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const license = FILES.map((file) => `${folder}/${file}`).find((path) => existsSync(path));
  console.log(`\n${name} ${version}\n\n${readFileSync(license, "utf8").trim()}`);
}
