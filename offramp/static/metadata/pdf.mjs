// PDF: the script that is loaded when one is added.
//
// @cantoo/pdf-lib (MIT), the fork of pdf-lib that is kept alive, reads all objects and writes those that the document
// still leads to. Only what reads and writes objects is in the build (tools/libraries.mjs).

import {
  PDFArray,
  PDFDict,
  PDFInvalidObject,
  PDFParser,
  PDFRef,
  PDFStream,
  PDFStreamWriter,
  PDFWriter,
} from "@cantoo/pdf-lib";
import { NotUnderstood, finding, latin, once } from "./blocks.mjs";
import { cleanedDict, describing } from "./pdf_objects.mjs";
import { cleanedPicture } from "./pdf_pictures.mjs";

const AT_ONCE = 100; // objects, until the page has its turn

/** {data, removed, left} of a PDF. Raises NotUnderstood. */
export async function clean(bytes) {
  const context = await parsed(bytes);
  const removed = describing(context.lookup(context.trailerInfo.Info));
  const left = [];
  if (hasEarlierVersions(bytes)) removed.push(finding("earlier"));
  const reached = cleanedObjects(context, removed, left);
  if (hasLost(bytes, context, reached)) throw new NotUnderstood();
  sweep(context, reached);
  if (!removed.length) return { data: bytes, removed, left: once(left) };
  // Its random halves tell copies of one document apart, and which of them were made from which.
  Object.assign(context.trailerInfo, { Info: undefined, ID: undefined });
  return { data: await written(context), removed: once(removed), left: once(left) };
}

async function parsed(bytes) {
  let context;
  try {
    context = await PDFParser.forBytesWithOptions(bytes, AT_ONCE).parseDocument();
  } catch {
    throw new NotUnderstood();
  }
  const { Encrypt, Root } = context.trailerInfo;
  if (Encrypt || !(context.lookup(Root) instanceof PDFDict)) throw new NotUnderstood();
  return context;
}

/** Cleans every object that the document leads to, and returns their references. */
function cleanedObjects(context, removed, left) {
  const reached = new Set();
  const waiting = [context.trailerInfo.Root];
  while (waiting.length) {
    const next = waiting.pop();
    if (next instanceof PDFRef) {
      const object = reached.has(next) ? undefined : context.lookup(next);
      reached.add(next);
      if (object) waiting.push(object);
    } else if (next instanceof PDFInvalidObject) {
      throw new NotUnderstood();
    } else if (next instanceof PDFArray) {
      waiting.push(...next.asArray());
    } else if (next instanceof PDFDict || next instanceof PDFStream) {
      if (next instanceof PDFStream) cleanedPicture(next, removed, left);
      const dict = next.dict instanceof PDFDict ? next.dict : next;
      cleanedDict(dict, removed, left);
      waiting.push(...dict.values());
    }
  }
  return reached;
}

/** Whether something that the document leads to stands in the file, but was not read: it would be missing from what is written. */
function hasLost(bytes, context, reached) {
  const missing = [...reached].filter((ref) => !context.lookup(ref));
  if (!missing.length) return false;
  const text = latin(bytes);
  return missing.some(({ objectNumber }) => new RegExp(`(?<!\\d)${objectNumber}\\s+\\d+\\s+obj`).test(text));
}

function sweep(context, reached) {
  for (const [ref] of context.enumerateIndirectObjects()) if (!reached.has(ref)) context.delete(ref);
  context.largestObjectNumber = Math.max(...context.enumerateIndirectObjects().map(([ref]) => ref.objectNumber));
}

function written(context) {
  const Writer = context.pdfFileDetails.useObjectStreams ? PDFStreamWriter : PDFWriter;
  return Writer.forContext(context, AT_ONCE).serializeToBuffer();
}

/** Each version ends with the same mark; a file that is made to be shown from its start has one more. */
function hasEarlierVersions(bytes) {
  const ends = latin(bytes).split("%%EOF").length - 1;
  return ends > (latin(bytes.subarray(0, 1024)).includes("/Linearized") ? 2 : 1);
}
