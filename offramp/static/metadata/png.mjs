// PNG: only the chunks that a viewer needs to draw the picture are kept.
//
// After eight bytes come chunks: length u32, four letters, content, CRC u32. After IEND a viewer reads nothing more,
// but programs that crop a picture have left parts of the larger one there.

import { NotUnderstood, finding, joined, latin, view } from "./blocks.mjs";
import { orientationBlock, orientationOf, saysOnlyOrientation } from "./orientation.mjs";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
// Size, colours, transparency, pixels, and what moves. Not the size on paper: it tells of a screen or a scanner.
const NEEDED = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "cICP", "acTL", "fcTL", "fdAT"];
const WHAT = { iCCP: "colours", tIME: "saved", tEXt: "note", zTXt: "note", iTXt: "note", pHYs: "resolution" };

/** {data, removed, exif} of a PNG, as cleanJpeg() gives them. Raises NotUnderstood. */
export function cleanPng(bytes) {
  const kept = [bytes.subarray(0, SIGNATURE.length)];
  const removed = [];
  let exif = null;
  const end = eachChunk(bytes, (type, all, content) => {
    if (NEEDED.includes(type)) return kept.push(all);
    // A capital letter: it cannot be drawn without. Phones have such a sort of their own.
    if (type < "a") throw new NotUnderstood();
    if (type === "eXIf") return (exif ??= content);
    const words = said(type, content);
    return removed.push(words.startsWith("XML:com.adobe.xmp") ? finding("program-notes") : finding(WHAT[type] ?? "other", words));
  });
  if (end < bytes.length) removed.push(finding("after"));
  const orientation = exif ? orientationOf(exif) : 1;
  if (orientation !== 1) kept.splice(2, 0, chunk("eXIf", orientationBlock(orientation)));
  if (exif && !saysOnlyOrientation(exif)) removed.push(finding("camera"));
  return { data: joined(kept), removed, exif };
}

export const isPng = (bytes) => SIGNATURE.every((byte, i) => byte === bytes[i]);

/** The words of a note: a name, and behind it what the note says where that is not compressed. */
function said(type, content) {
  const [name, ...rest] = latin(content).split("\0");
  if (type === "tEXt") return `${name}: ${rest.join(" ")}`;
  if (type !== "iTXt" || content[name.length + 1] !== 0) return type === "zTXt" || type === "iTXt" ? name : "";
  return `${name}: ${new TextDecoder().decode(content.subarray(name.length + 3)).split("\0").slice(2).join(" ")}`;
}

/** Hands over every chunk, as (type, all of it, its content), and returns where the picture ends. */
function eachChunk(bytes, handle) {
  if (!isPng(bytes)) throw new NotUnderstood();
  const numbers = view(bytes);
  for (let at = SIGNATURE.length; ; ) {
    const start = at;
    at += 12 + (at + 12 <= bytes.length ? numbers.getUint32(at) : Infinity);
    if (at > bytes.length) throw new NotUnderstood();
    const type = latin(bytes.subarray(start + 4, start + 8));
    handle(type, bytes.subarray(start, at), bytes.subarray(start + 8, at - 4));
    if (type === "IEND") return at;
  }
}

function chunk(type, content) {
  const made = joined([new Uint8Array(4), new TextEncoder().encode(type), content, new Uint8Array(4)]);
  view(made).setUint32(0, content.length);
  view(made).setUint32(made.length - 4, crc(made.subarray(4, -4)));
  return made;
}

/** The CRC-32 of PNG, bit by bit: for the few bytes that this page writes. */
function crc(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}
