// What Office writes about a document beside it: who, with what, for whom, when, how long.

import { finding } from "./blocks.mjs";
import { elementsOf, textsOf } from "./xml.mjs";

// Elements of the parts "core" and "app", in the order in which they are told.
const TELLING = {
  name: ["creator", "lastModifiedBy", "Manager"],
  company: ["Company"],
  time: ["created", "modified", "lastPrinted"],
  title: ["title"],
  note: ["subject", "description", "keywords", "category", "contentStatus", "identifier", "HyperlinkBase"],
  template: ["Template"],
  program: ["Application"],
  history: ["TotalTime", "revision"],
};

/** The findings in such a part, or in the one with what others added. */
export function describing(xml) {
  const own = elementsOf(xml, "property").map(({ attributes }) => finding("attached", attributes.name));
  const told = Object.entries(TELLING).flatMap(([what, names]) =>
    names.flatMap((name) => textsOf(xml, name).map((text) => finding(what, what === "history" ? "" : text))));
  return [...told, ...own];
}
