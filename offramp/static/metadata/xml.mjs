// The XML of Office files, changed only inside the tags that have to change: what nobody looks at stays as it was to
// the byte. Firefox's own parser cannot be used: a page that trusts no types may hand it no text. (Only what Office
// writes is needed here: no DTD, and UTF-8.)

import { NotUnderstood } from "./blocks.mjs";

const TAG = /<[^<>"'!?]*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>/g;
const ATTRIBUTE = /(\s)([\w.-]+:)?([\w.-]+)\s*=\s*("[^"]*"|'[^']*')/g;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text of a part. Raises NotUnderstood. */
export function decoded(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NotUnderstood();
  }
  if (text.includes("<!DOCTYPE")) throw new NotUnderstood();
  return text;
}

/**
 * The XML, in which `change(name, value, tag)` was asked about every attribute of the tags that match `tags`; all
 * names are without their prefixes. It gives the new value, null where the attribute goes, or undefined.
 */
export function withAttributes(xml, change, tags = /./) {
  return xml.replace(TAG, (tag) => (tags.test(tag) ? withChanged(tag, change) : tag));
}

function withChanged(tag, change) {
  return tag.replace(ATTRIBUTE, (all, space, prefix = "", name, quoted) => {
    const value = change(name, plain(quoted.slice(1, -1)), tag);
    if (value === null) return "";
    return value === undefined ? all : `${space}${prefix}${name}="${escaped(value)}"`;
  });
}

/** The XML without the elements of these names, and without what is in them. */
export function withoutElements(xml, names) {
  const some = names.join("|");
  return xml.replace(new RegExp(`<((?:[\\w.-]+:)?(?:${some}))(?=[\\s/>])[^<>]*(?:/>|(?<!/)>[^]*?</\\1\\s*>)`, "g"), "");
}

/** The text of every element of this name. */
export function textsOf(xml, name) {
  const found = xml.matchAll(new RegExp(`<(?:[\\w.-]+:)?${name}(?:\\s[^<>]*)?>([^<]*)<`, "g"));
  return Array.from(found, ([, text]) => plain(text).trim()).filter(Boolean);
}

/** [{tag, attributes}] of every element of this name; `tag` is its whole start tag, `attributes` have no prefixes. */
export function elementsOf(xml, name) {
  const found = xml.matchAll(new RegExp(`<(?:[\\w.-]+:)?${name}(?=[\\s/>])[^<>]*>`, "g"));
  return Array.from(found, ([tag]) => ({
    tag,
    attributes: Object.fromEntries(Array.from(tag.matchAll(ATTRIBUTE), ([, , , key, quoted]) => [key, plain(quoted.slice(1, -1))])),
  }));
}

export const has = (xml, name) => new RegExp(`<(?:[\\w.-]+:)?(?:${name})(?=[\\s/>])`).test(xml);

const plain = (text) =>
  text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return name ? (ENTITIES[name] ?? all) : code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });

const escaped = (text) => text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]);
