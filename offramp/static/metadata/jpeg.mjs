// JPEG: only what a viewer needs to draw the picture is kept, and nothing of it is drawn anew.
//
// A JPEG is a list of segments: ff, a marker, and for most a length u16 (itself included) and content. Behind the
// marker da come the pixels, in which each ff is followed by 00 or by the marker of a restart. After d9 a viewer
// reads nothing more, though cameras put whole pictures and films there.

import { NotUnderstood, finding, joined, standsAt, view } from "./blocks.mjs";
import { orientationBlock, orientationOf, saysOnlyOrientation } from "./orientation.mjs";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;
const EXIF = "Exif\0\0";
const JFIF_BYTES = 14; // without a small copy of the picture behind it

/**
 * {data, removed, exif} of a JPEG: itself without what viewers do not need, what that was, and the EXIF block
 * (a TIFF) that stood in it, or null. `turned` keeps the one thing in EXIF that viewers go by: which side is up.
 * Raises NotUnderstood.
 */
export function cleanJpeg(bytes, { turned = true } = {}) {
  const kept = [];
  const removed = [];
  let exif = null;
  const end = eachSegment(bytes, (marker, all, content) => {
    if (marker === APP1 && standsAt(content, 0, EXIF)) {
      exif ??= content.subarray(EXIF.length);
      return;
    }
    const { keep, lost } = sorted(marker, all, content);
    if (keep) kept.push(keep);
    if (lost) removed.push(lost);
  });
  if (end < bytes.length) removed.push(finding("after"));
  const orientation = exif && turned ? orientationOf(exif) : 1;
  if (orientation !== 1) kept.unshift(exifSegment(orientationBlock(orientation)));
  if (exif && !saysOnlyOrientation(exif)) removed.push(finding("camera"));
  return { data: joined([Uint8Array.of(0xff, SOI), ...kept, Uint8Array.of(0xff, EOI)]), removed, exif };
}

export const isJpeg = (bytes) => bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;

/** What is kept of a segment, and what is said about what is not. */
function sorted(marker, all, content) {
  if (marker === APP0 && standsAt(content, 0, "JFIF\0") && content.length >= JFIF_BYTES) return jfif(all);
  // Says how the colours are to be read; without it, some pictures turn green.
  if (marker === APP14 && standsAt(content, 0, "Adobe")) return { keep: all };
  if (marker === COM) return { lost: finding("note", new TextDecoder().decode(content)) };
  if (marker >= APP0 && marker <= APP15) return { lost: finding(application(marker, content)) };
  if (marker >= 0xc0 && marker < APP0) return { keep: all };
  throw new NotUnderstood();
}

function application(marker, content) {
  if (marker === APP0 || (marker === APP2 && standsAt(content, 0, "MPF\0"))) return "preview";
  if (marker === APP2 && standsAt(content, 0, "ICC_PROFILE\0")) return "colours";
  if (marker === APP13 || (marker === APP1 && standsAt(content, 0, "http://ns.adobe.com/"))) return "program-notes";
  return "other";
}

/** The head that every viewer knows, without the small copy of the picture that may be in it. */
function jfif(all) {
  if (all.length === 4 + JFIF_BYTES) return { keep: all };
  const keep = all.slice(0, 4 + JFIF_BYTES);
  keep.set([0, 2 + JFIF_BYTES], 2);
  keep.set([0, 0], 2 + JFIF_BYTES);
  return { keep, lost: finding("preview") };
}

/** Hands over every segment, as (marker, all of it, its content), and returns where the picture ends. */
function eachSegment(bytes, handle) {
  if (!isJpeg(bytes)) throw new NotUnderstood();
  let at = 2;
  let hasPixels = false;
  while (at < bytes.length) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++; // filling
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || !marker) throw new NotUnderstood();
    if (marker === EOI) return at + 2;
    const contentEnd = at + 2 + (hasNoLength(marker) ? 0 : lengthAt(bytes, at + 2));
    const end = marker === SOS ? endOfPixels(bytes, contentEnd) : contentEnd;
    handle(marker, bytes.subarray(at, end), bytes.subarray(at + 4, contentEnd));
    hasPixels ||= marker === SOS;
    at = end;
  }
  if (!hasPixels) throw new NotUnderstood();
  return at; // some programs forget the end
}

const hasNoLength = (marker) => marker === 1 || (marker >= 0xd0 && marker <= 0xd7);

function lengthAt(bytes, at) {
  const length = at + 2 <= bytes.length ? view(bytes).getUint16(at) : 0;
  if (length < 2 || at + length > bytes.length) throw new NotUnderstood();
  return length;
}

function endOfPixels(bytes, from) {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
    at = bytes.indexOf(0xff, at + (next === 0xff ? 1 : 2));
  }
  return bytes.length;
}

function exifSegment(block) {
  const content = joined([new TextEncoder().encode(EXIF), block]);
  return joined([Uint8Array.of(0xff, APP1, 0, content.length + 2), content]);
}
