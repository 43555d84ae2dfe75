// What the offline sealer has in the place of what the pages fetch, send and say: offramp/static/sealer.

import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

const PAGES = resolve("offramp/static");
const OWN = resolve(PAGES, "sealer");

/** An esbuild plugin: where a page's script is imported that the sealer has one of its own for, that one is taken. */
export const offline = {
  name: "offline",
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/[a-z_]+\.mjs$/ }, ({ path, importer }) => {
      const wanted = resolve(dirname(importer), path);
      const own = resolve(OWN, basename(path));
      // What is in its folder stands on the pages' own.
      if (dirname(wanted) !== PAGES || dirname(importer) === OWN || !existsSync(own)) return undefined;
      return { path: own };
    });
  },
};
