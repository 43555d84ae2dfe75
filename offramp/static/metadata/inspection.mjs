// One file that was added: what is hidden in it, what of that was taken out, and what the page says about both.

import { kindOf } from "./kinds.mjs";
import { report } from "./report.mjs";

/**
 * Resolves with {data, said, details} of a file's bytes: what is sent instead, one sentence for the status line, and
 * an element that lists what was found. `load(kind)` resolves with a module whose clean(bytes) gives
 * {data, removed, left}: those of picture.mjs, pdf.mjs and office.mjs. Never rejects: what cannot be looked into is
 * sent as it is, and that is said.
 */
export async function inspect(name, bytes, load) {
  const kind = kindOf(bytes);
  const { data, ...found } = await looked(kind, bytes, load);
  return { data, ...report(name, found) };
}

async function looked(kind, bytes, load) {
  if (!["picture", "pdf", "office"].includes(kind)) return { data: bytes, outcome: kind };
  let clean;
  try {
    ({ clean } = await load(kind));
  } catch {
    return { data: bytes, outcome: "not-arrived" };
  }
  try {
    return { outcome: "looked", kind, ...(await clean(bytes)) };
  } catch {
    // NotUnderstood, or a mistake in a library: either way nothing is known about the file.
    return { data: bytes, outcome: "not-understood" };
  }
}
