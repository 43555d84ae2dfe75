// Pictures: the script that is loaded when one is added.

import { once } from "./blocks.mjs";
import { readExif } from "./exif.mjs";
import { cleanJpeg, isJpeg } from "./jpeg.mjs";
import { cleanPng } from "./png.mjs";

/** {data, removed, left} of a JPEG or PNG. Raises NotUnderstood. */
export async function clean(bytes) {
  const { data, removed, exif } = isJpeg(bytes) ? cleanJpeg(bytes) : cleanPng(bytes);
  const told = removed.some(({ what }) => what === "camera") ? readExif(exif) : [];
  // What the camera wrote need not be named in general where it is told one by one.
  const rest = told.length ? removed.filter(({ what }) => what !== "camera") : removed;
  return { data, removed: once([...told, ...rest]), left: [] };
}
