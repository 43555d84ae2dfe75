// What kind of file something is, by how it begins: names and endings are only what somebody typed.

import { latin, standsAt } from "./blocks.mjs";
import { isJpeg } from "./jpeg.mjs";
import { isPng } from "./png.mjs";

// Pictures, films and sound that cannot be cleaned here: [where, what stands there].
const MEDIA = [[0, "GIF8"], [0, "BM"], [0, "II*\0"], [0, "MM\0*"], [8, "WEBP"], [4, "ftyp"], [0, "ID3"], [0, "OggS"], [0, "RIFF"]];
const PDF_WITHIN = 1024; // bytes: viewers look so far for a PDF's head

/** “picture”, “pdf”, “office”, “text”, “media” or “other”. */
export function kindOf(bytes) {
  if (isJpeg(bytes) || isPng(bytes)) return "picture";
  if (latin(bytes.subarray(0, PDF_WITHIN)).includes("%PDF-")) return "pdf";
  if (standsAt(bytes, 0, "PK\x03\x04") && latin(bytes).includes("[Content_Types].xml")) return "office";
  if (MEDIA.some(([at, text]) => standsAt(bytes, at, text))) return "media";
  return isText(bytes) ? "text" : "other";
}

function isText(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // Text with tags or braces is some program's file, and may hold anything.
    return !/[\0-\x08\x0e-\x1f]/.test(text) && !/^\s*[<{\\%]/.test(text);
  } catch {
    return false;
  }
}
