// Photos that stand in a PDF as the camera wrote them, with all that it noted.

import { PDFArray, PDFName, PDFRawStream, decodePDFRawStream } from "@cantoo/pdf-lib";
import { NotUnderstood, finding } from "./blocks.mjs";
import { cleanJpeg } from "./jpeg.mjs";
import { get, nameOf } from "./pdf_objects.mjs";

const JPEG = "DCTDecode";
const JPEG_2000 = "JPXDecode";

/** Cleans a stream if it is a JPEG. One that cannot be cleaned stays, and is noted. */
export function cleanedPicture(stream, removed, left) {
  const filters = filtersOf(stream.dict);
  if (filters.includes(JPEG_2000)) left.push(finding("media"));
  if (filters.at(-1) !== JPEG || !(stream instanceof PDFRawStream)) return;
  try {
    // A PDF says itself which side is up.
    const { data, removed: gone, exif } = cleanJpeg(unpacked(stream, filters), { turned: false });
    if (!gone.length && !exif) return;
    stream.updateContents(data);
    onlyJpeg(stream.dict);
    removed.push(finding("pictures"));
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    left.push(finding("media"));
  }
}

function filtersOf(dict) {
  const filter = get(dict, "Filter");
  return filter instanceof PDFArray ? filter.asArray().map((one) => nameOf(dict.context.lookup(one))) : [nameOf(filter)];
}

/** Some programs pack a JPEG once more, or write it in letters. */
function unpacked(stream, filters) {
  if (filters.length === 1) return stream.getContents();
  const dict = stream.dict.clone();
  dict.set(PDFName.of("Filter"), dict.context.obj(filters.slice(0, -1)));
  try {
    return decodePDFRawStream(PDFRawStream.of(dict, stream.getContents())).decode();
  } catch {
    throw new NotUnderstood();
  }
}

function onlyJpeg(dict) {
  dict.set(PDFName.of("Filter"), PDFName.of(JPEG));
  const options = get(dict, "DecodeParms");
  if (!(options instanceof PDFArray)) return;
  const own = options.asArray().at(-1);
  if (own) dict.set(PDFName.of("DecodeParms"), own);
}
