// Prints the licences of everything in the page's bundle, as their authors ask for.

import { readFileSync, readdirSync } from "node:fs";

const FOLDER = "node_modules/@noble";

console.log("Offramp is free software under the GNU Affero General Public License, version 3 or later.");
console.log("Its page contains these packages:");
for (const name of readdirSync(FOLDER)) {
  const { version } = JSON.parse(readFileSync(`${FOLDER}/${name}/package.json`, "utf8"));
  console.log(`\n@noble/${name} ${version}\n\n${readFileSync(`${FOLDER}/${name}/LICENSE`, "utf8").trim()}`);
}
