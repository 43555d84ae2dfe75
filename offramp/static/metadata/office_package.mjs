// Office files as ISO/IEC 29500-2 has them: a zip of parts, which know each other by relationships.
//
// fflate (MIT): the smallest well-kept library for zip, here without its workers, which a page's policy would not start.

import { unzipSync, zipSync } from "fflate";
import { NotUnderstood } from "./blocks.mjs";
import { decoded, elementsOf, withAttributes } from "./xml.mjs";

const TYPES = "[Content_Types].xml";
// More than any honest file of at most 8 MB holds.
const MOST_BYTES = 200_000_000;
const MOST_PARTS = 20_000;
// Compressed already: to try again takes seconds without JIT.
const DENSE = /\.(?:jpe?g|png|gif|zip|docx|xlsx|pptx|mp[34]|m4[av]|odttf|fntdata)$/i;

/** The parts of a package by their names, and what leads from one to the other. */
export class Package {
  #parts; // Map of name to bytes

  /** Raises NotUnderstood. */
  constructor(bytes) {
    this.#parts = new Map(Object.entries(unzipped(bytes)).filter(([name]) => !name.endsWith("/")));
    if (!this.#parts.has(TYPES)) throw new NotUnderstood();
  }

  get names() {
    return [...this.#parts.keys()];
  }

  bytes(name) {
    return this.#parts.get(name);
  }

  /** The text of a part; raises NotUnderstood where it is none. */
  text(name) {
    return decoded(this.#parts.get(name));
  }

  set(name, content) {
    this.#parts.set(name, typeof content === "string" ? new TextEncoder().encode(content) : content);
  }

  /** [{id, type, target, name, isExternal}] that lead from a part ("" is the package): `type` is its last word. */
  relationships(source) {
    const part = relationshipsPart(source);
    if (!this.#parts.has(part)) return [];
    return elementsOf(this.text(part), "Relationship").map(({ attributes: { Id, Type = "", Target = "", TargetMode } }) => {
      const isExternal = TargetMode === "External";
      const name = isExternal ? null : this.#found(resolved(source, Target));
      return { id: Id, type: Type.slice(Type.lastIndexOf("/") + 1), target: Target, name, isExternal };
    });
  }

  /** Changes what leads from a part: `change` gives a relationship's new target, null where it goes, or undefined. */
  redirect(source, change) {
    const part = relationshipsPart(source);
    if (!this.#parts.has(part)) return;
    const all = new Map(this.relationships(source).map((one) => [one.id, change(one)]));
    const kept = this.text(part).replace(/<(?:\w+:)?Relationship\s[^<>]*>(?:\s*<\/(?:\w+:)?Relationship>)?/g, (tag) => {
      const target = all.get(elementsOf(tag, "Relationship")[0].attributes.Id);
      if (target === null) return "";
      return target === undefined ? tag : withAttributes(tag, (name) => (name === "Target" ? target : undefined));
    });
    this.set(part, kept);
  }

  /** Takes out the parts that nothing leads to, and returns their names. */
  sweep() {
    const reached = new Set([TYPES]);
    const sources = [""];
    for (let source = sources.pop(); source !== undefined; source = sources.pop()) {
      reached.add(relationshipsPart(source));
      for (const { name } of this.relationships(source)) {
        if (name === null || reached.has(name)) continue;
        reached.add(name);
        sources.push(name);
      }
    }
    const lost = this.names.filter((name) => !reached.has(name));
    for (const name of lost) this.#parts.delete(name);
    this.#forgetTypes(lost);
    return lost.filter((name) => !name.endsWith(".rels"));
  }

  /** The same parts as a new zip, which says nothing about when and where it was made. */
  zipped() {
    const files = { [TYPES]: null };
    for (const [name, bytes] of this.#parts) files[name] = [bytes, { level: DENSE.test(name) ? 0 : 6 }];
    // The first day that a zip can name, in any time zone.
    return zipSync(files, { mtime: new Date(1980, 0, 1) });
  }

  #forgetTypes(lost) {
    const gone = new Set(lost.map((name) => `/${name.toLowerCase()}`));
    const types = this.text(TYPES).replace(/<(?:\w+:)?Override\s[^<>]*>(?:\s*<\/(?:\w+:)?Override>)?/g, (tag) =>
      gone.has(elementsOf(tag, "Override")[0].attributes.PartName?.toLowerCase()) ? "" : tag);
    this.set(TYPES, types);
  }

  /** Names of parts are the same whether they are large or small. */
  #found(name) {
    if (this.#parts.has(name)) return name;
    return this.names.find((other) => other.toLowerCase() === name.toLowerCase()) ?? null;
  }
}

function unzipped(bytes) {
  let size = 0;
  let count = 0;
  const filter = ({ originalSize }) => {
    size += originalSize;
    if (size > MOST_BYTES || ++count > MOST_PARTS) throw new NotUnderstood();
    return true;
  };
  try {
    return unzipSync(bytes, { filter });
  } catch {
    throw new NotUnderstood();
  }
}

function relationshipsPart(source) {
  const slash = source.lastIndexOf("/") + 1;
  return `${source.slice(0, slash)}_rels/${source.slice(slash)}.rels`;
}

function resolved(source, target) {
  // The same rules as for the paths of addresses; the host is none, and goes nowhere.
  try {
    return decodeURIComponent(new URL(target, `http://part/${source}`).pathname.slice(1));
  } catch {
    return "";
  }
}
