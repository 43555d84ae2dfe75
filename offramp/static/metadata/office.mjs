// Word, Excel and PowerPoint files since 2007: the script that is loaded when one is added.
//
// What only describes the document goes, and what nothing leads to then. What is part of the document stays, and the
// names on it are replaced by one that says nothing: taking out comments or changes could change what is said.

import { NotUnderstood, finding, once } from "./blocks.mjs";
import { FOLDER } from "./folders.mjs";
import { cleanJpeg, isJpeg } from "./jpeg.mjs";
import { left } from "./office_left.mjs";
import { describing } from "./office_properties.mjs";
import { Package } from "./office_package.mjs";
import { cleanPng, isPng } from "./png.mjs";
import { withAttributes, withoutElements } from "./xml.mjs";

const NOBODY = "Author";
const SOME_DAY = "2000-01-01T00:00:00Z";
// Relationships by the last word of their types, and what is said where one of them goes.
const GOING = {
  thumbnail: "preview",
  "custom-properties": "attached",
  customXml: "attached",
  classificationlabels: "label",
  people: "reviewer",
  changesInfo: "history",
  revisionInfo: "history",
  printerSettings: "printer",
  attachedTemplate: "template",
  origin: "signature",
};
const EMPTY = {
  "core-properties": '<coreProperties xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
  "extended-properties": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
};
const ELEMENTS = ["rsids", "docId", "attachedTemplate", "printerSettings", "absPath", "revisionPtr", "custData"];
const PERSONS = ["author", "displayName", "userName", "refreshedBy", "lastModifiedBy", "userId"];
const DATES = ["date", "dateUtc", "dt", "dT", "created"];
// What tags have to name for anything in them to change: most do not, and are passed over.
const CONCERNED = new RegExp(
  [
    `[\\s:](?:rsid\\w*|initials|providerId|refreshedDate|${[...DATES, ...PERSONS].join("|")})=`,
    "(?:cmAuthor|:author|pageSetup)\\s",
    "[a-z]:[\\\\/]",
    '"(?:file:|\\\\\\\\|/users/|/home/)',
  ].join("|"),
  "i",
);

/** {data, removed, left} of a package. Raises NotUnderstood. */
export async function clean(bytes) {
  const parts = new Package(bytes);
  const removed = [];
  for (const source of ["", ...parts.names.filter((name) => !name.endsWith(".rels"))]) removed.push(...redirected(parts, source));
  if (parts.sweep().length && !removed.length) removed.push(finding("unused"));
  const stays = left(parts);
  for (const name of parts.names) removed.push(...cleaned(parts, name, stays));
  const told = once(removed);
  // Nothing to take out: the file goes as it is.
  return { data: told.length ? parts.zipped() : bytes, removed: told, left: once(stays) };
}

/** Takes away what leads from a part to what only describes the document, and empties what must be there. */
function redirected(parts, source) {
  const found = [];
  parts.redirect(source, ({ type, name, target, isExternal }) => {
    if (name && type in EMPTY) {
      const said = describing(parts.text(name));
      if (said.length) parts.set(name, EMPTY[type]);
      found.push(...said);
    }
    if (type in GOING) {
      found.push(...(name && type === "custom-properties" ? describing(parts.text(name)) : []));
      found.push(finding(GOING[type], isExternal ? target : ""));
      return null;
    }
    if (!isExternal || !FOLDER.test(target)) return undefined;
    found.push(finding("folder", target));
    return "about:blank"; // it led nowhere on any other computer
  });
  return found;
}

function cleaned(parts, name, stays) {
  if (/\.xml$/i.test(name) && !name.startsWith("[")) return cleanedXml(parts, name);
  const bytes = parts.bytes(name);
  if (!isJpeg(bytes) && !isPng(bytes)) return [];
  try {
    const { data, removed } = isJpeg(bytes) ? cleanJpeg(bytes) : cleanPng(bytes);
    if (removed.length) parts.set(name, data);
    return removed.length ? [finding("pictures")] : [];
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    stays.push(finding("media"));
    return [];
  }
}

function cleanedXml(parts, name) {
  const before = parts.text(name);
  const found = [];
  const note = (what, value, instead) => {
    if (value !== instead) found.push(finding(what, value));
    return value === instead ? undefined : instead;
  };
  let after = withoutElements(before, ELEMENTS);
  if (after !== before) found.push(finding("ids"));
  after = withAttributes(after, (attribute, value, tag) => changed(attribute, value, tag, note), CONCERNED);
  after = after.replace(/(<author>)([^<]*)(<\/author>)/g, (all, open, text, close) => {
    const instead = note("reviewer", text, NOBODY);
    return instead === undefined ? all : open + instead + close;
  });
  if (after !== before) parts.set(name, after);
  return found;
}

/** The new value of an attribute, null where it goes, or undefined. */
function changed(attribute, value, tag, note) {
  if (attribute.startsWith("rsid")) return note("ids", "", null);
  if (PERSONS.includes(attribute)) return note("reviewer", value, NOBODY);
  if (attribute === "name" && /^<(?:[\w.-]+:)?(?:cmAuthor|author)\s/.test(tag)) return note("reviewer", value, NOBODY);
  // It leads to the settings of the printer, which went.
  if (attribute === "id" && /^<(?:[\w.-]+:)?pageSetup\s/.test(tag)) return null;
  if (attribute === "initials") return note("reviewer", value, NOBODY[0]);
  if (attribute === "providerId") return note("reviewer", value, "None");
  if (DATES.includes(attribute) && /^\d{4}-\d\d-\d\dT/.test(value)) return note("reviewed", value, SOME_DAY);
  if (attribute === "refreshedDate") return note("ids", "", null);
  return FOLDER.test(value) ? note("folder", value, "") : undefined;
}
