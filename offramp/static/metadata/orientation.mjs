// Which side of a picture is up: the one thing in EXIF that viewers go by. A phone that was held upright notes it
// there instead of turning the pixels, so a picture without it lies on its side.

import { standsAt, view } from "./blocks.mjs";

const ORIENTATION = 0x0112;
const SHORT = 3;

/** 1 (as it lies) to 8, of an EXIF block: a TIFF, whose first directory has entries of 12 bytes. */
export function orientationOf(exif) {
  const little = standsAt(exif, 0, "II*\0");
  if (exif.length < 14 || !(little || standsAt(exif, 0, "MM\0*"))) return 1;
  const tiff = view(exif);
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > exif.length) return 1;
  const count = tiff.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < count && at + 12 <= exif.length; i++, at += 12) {
    if (tiff.getUint16(at, little) !== ORIENTATION || tiff.getUint16(at + 2, little) !== SHORT) continue;
    const orientation = tiff.getUint16(at + 8, little);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

/** An EXIF block of 26 bytes that says this and nothing else. */
export const orientationBlock = (orientation) =>
  // "MM", 42, directory at 8; one entry: tag, type, one value, which stands in the entry; no further directory.
  Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, SHORT, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0);

/** Nothing was found where nothing is but what this page itself writes. */
export function saysOnlyOrientation(exif) {
  const block = orientationBlock(orientationOf(exif));
  return exif.length === block.length && block.every((byte, i) => byte === exif[i]);
}
