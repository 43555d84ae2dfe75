// What stays in an Office file because it may be part of what it says: the person has to look at it.

import { finding, once } from "./blocks.mjs";
import { isJpeg } from "./jpeg.mjs";
import { isPng } from "./png.mjs";
import { has } from "./xml.mjs";

const CHANGES = "ins|del|moveFrom|moveTo|rPrChange|pPrChange|sectPrChange|tblPrChange|tcPrChange|trPrChange";
// [part's name, what it must hold if any, what is said]
const SIGNS = [
  [/^word\/comments\.xml$/, /<(?:\w+:)?comment\s/, "comments"],
  [/^xl\/(?:threadedComments\/)?.*comments?\d*\.xml$/i, null, "comments"],
  [/^ppt\/comments\//, null, "comments"],
  [/^xl\/revisions\//, null, "changes"],
  [/^xl\/workbook\.xml$/, /\sstate="(?:hidden|veryHidden)"/, "hidden"],
  [/^xl\/worksheets\//, /<(?:\w+:)?(?:row|col)\s[^<>]*\shidden="(?:1|true)"/, "hidden"],
  [/^ppt\/slides\/[^/]*\.xml$/, /<(?:\w+:)?sld\s[^<>]*\sshow="(?:0|false)"/, "hidden"],
  [/^word\/document\.xml$/, /<w:vanish(?:\s*\/>|\s+w:val="(?:1|true|on)")/, "hidden"],
  [/^ppt\/notesSlides\/[^/]*\.xml$/, null, "speaker-notes"],
  [/^xl\/pivotCache\/pivotCacheRecords/, null, "hidden"],
  [/^xl\/(?:connections|queryTables\/.*)\.xml$/, null, "connections"],
  [/^word\/settings\.xml$/, /<w:mailMerge[\s>]/, "connections"],
  [/^word\/.*\.xml$/, /<w:instrText[^<>]*>[^<]*(?:[a-z]:\\|file:|\\\\\\\\)/i, "connections"],
  [/\/vbaProject\.bin$/, null, "macros"],
  [/\/embeddings\//, null, "embedded"],
];
const MEDIA = /\/media\/[^/]+\.(?:jpe?g|png|tiff?|heic|heif|webp|avif|jxr|wdp|mp4|mov|m4v|avi|wmv|mp3|m4a|wav|wma)$/i;

/** The findings in a package's parts. Raises NotUnderstood. */
export function left(parts) {
  return once(parts.names.flatMap((name) => {
    const found = SIGNS.filter(([part, sign]) => part.test(name) && (!sign || sign.test(parts.text(name))));
    const all = found.map(([, , what]) => finding(what));
    if (/^word\/.*\.xml$/.test(name) && has(parts.text(name), CHANGES)) all.push(finding("changes"));
    if (MEDIA.test(name) && !isJpeg(parts.bytes(name)) && !isPng(parts.bytes(name))) all.push(finding("media"));
    return all;
  }));
}
