/** The vectors from the disk, for Node's tests. */

import { readFileSync, readdirSync } from "node:fs";

export const FOLDER = new URL("../../offramp/crypto/vectors/", import.meta.url);

/** @returns {Record<string, object>} by name */
export const loadVectors = () =>
  Object.fromEntries(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith(".json"))
      .map((file) => [file.slice(0, -5), JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"))]),
  );
