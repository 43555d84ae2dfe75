// What in the objects of a PDF does not belong to what it shows.

import { PDFDict, PDFHexString, PDFName, PDFString } from "@cantoo/pdf-lib";
import { finding } from "./blocks.mjs";
import { FOLDER } from "./folders.mjs";

const INFO = {
  Author: "name",
  Company: "company",
  CreationDate: "time",
  ModDate: "time",
  Title: "title",
  Subject: "note",
  Keywords: "note",
  Creator: "program",
  Producer: "program",
};
// Entries that go wherever they are, and what is said of them.
const GOING = {
  Metadata: "program-notes",
  PieceInfo: "attached",
  SpiderInfo: "attached",
  LastModified: "saved",
  Thumb: "preview",
  CreatorInfo: "program",
  DSS: "signature",
  Perms: "signature",
};
// Annotations that are no comments: parts of a form, links, and how those are shown.
const NO_COMMENTS = ["Widget", "Link", "Popup", "PrinterMark", "TrapNet", "Watermark", "Screen", "3D", "Movie", "Sound"];
const OF_COMMENTS = ["T", "M", "CreationDate", "NM"];

/** The findings in a document's own description of itself. */
export function describing(info) {
  if (!(info instanceof PDFDict)) return [];
  return info.entries().flatMap(([key, entry]) => {
    const name = key.decodeText();
    const text = textOf(info.context.lookup(entry));
    if (!text || name === "Trapped") return [];
    return [name in INFO ? finding(INFO[name], name.endsWith("Date") ? day(text) : text) : finding("attached", `${name}: ${text}`)];
  });
}

/** Takes what does not belong to the pages out of a dictionary, and notes what has to stay. */
export function cleanedDict(dict, removed, left) {
  for (const [key, what] of Object.entries(GOING)) if (taken(dict, key)) removed.push(finding(what));
  signature(dict, removed);
  folders(dict, removed);
  comment(dict, removed, left);
  if (has(dict, "EF")) left.push(finding("embedded", textOf(get(dict, "UF")) || textOf(get(dict, "F"))));
  if (has(dict, "FT") && has(dict, "V")) left.push(finding("form"));
  if (has(dict, "XFA")) left.push(finding("form"));
  if (has(dict, "OCGs")) left.push(finding("layers"));
  if (nameOf(get(dict, "S")) === "JavaScript") left.push(finding("macros"));
}

/** With its certificate, which names the signer. It would not be valid any more in any case. */
function signature(dict, removed) {
  const value = get(dict, "V");
  if (!(value instanceof PDFDict) || !has(value, "ByteRange")) return;
  removed.push(finding("signature", textOf(get(value, "Name"))));
  taken(dict, "V");
}

/** Links that lead into a computer's folders lead nowhere on another. */
function folders(dict, removed) {
  for (const key of ["URI", "F", "UF"]) {
    const text = textOf(get(dict, key));
    if (!FOLDER.test(text)) continue;
    removed.push(finding("folder", text));
    dict.set(PDFName.of(key), PDFString.of(""));
  }
}

function comment(dict, removed, left) {
  const kind = nameOf(get(dict, "Subtype"));
  if (!kind || !has(dict, "Rect")) return;
  if (NO_COMMENTS.includes(kind)) {
    if (taken(dict, "M")) removed.push(finding("saved"));
    return;
  }
  left.push(finding("comments"));
  const author = textOf(get(dict, "T"));
  const gone = OF_COMMENTS.map((key) => taken(dict, key));
  if (gone.some(Boolean)) removed.push(author ? finding("reviewer", author) : finding("reviewed"));
}

/** What is behind an entry of a dictionary. */
export const get = (dict, key) => dict.context.lookup(dict.get(PDFName.of(key)));

/** The text of a name; "" of all else. */
export const nameOf = (object) => (object instanceof PDFName ? object.decodeText() : "");

const has = (dict, key) => dict.has(PDFName.of(key));
const taken = (dict, key) => dict.delete(PDFName.of(key));
const textOf = (object) => (object instanceof PDFString || object instanceof PDFHexString ? object.decodeText() : "");

/** “D:20240304171500-05'00'” as “2024-03-04”. */
const day = (text) => text.replace(/^D:(\d{4})(\d\d)(\d\d).*$/s, "$1-$2-$3");
