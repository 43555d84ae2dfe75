// What the step shows: one item for each thing that was found, however often it stands in a text.

import { editOf } from "./changes.mjs";
import { vaguerFileName } from "./file_names.mjs";
import { find } from "./finding.mjs";
import { sentenceAround } from "./sentences.mjs";

// The id of the field that asks how to reach somebody.
const CONTACT = "field-contact";

/**
 * @typedef {object} Item
 * @property {string} kind one of KINDS in words.mjs
 * @property {string} words what was found
 * @property {string} text the whole text that it stands in
 * @property {{start: number, end: number}} sentence where its sentence stands there
 * @property {{start: number, end: number}} at where it stands there first
 * @property {{start: number, end: number, words: string}[]} edits what would make the text vaguer
 * @property {HTMLElement} [control] the field, or
 * @property {{name: string}} [file] the file that it is about
 * @property {boolean | null} isChanged what the person decided: vaguer words, or as it is; null before that
 */

/** @returns {Item[]} of all texts that a person typed, in the form's order */
export function itemsOfFields(form) {
  const controls = [...form.querySelectorAll("textarea[id^=field-], input[type=text][id^=field-]")];
  return controls.flatMap((control) => itemsOfText(control.value, { isContact: control.id === CONTACT }).map((item) => ({ ...item, control })));
}

/** @returns {Item[]} of all files whose names say something */
export const itemsOfFiles = (files) =>
  files.flatMap((file) => {
    const words = vaguerFileName(file.name);
    const whole = { start: 0, end: file.name.length };
    const edits = [{ ...whole, words }];
    return words === null ? [] : [{ kind: "file", words: file.name, text: file.name, sentence: whole, at: whole, edits, file, isChanged: null }];
  });

function itemsOfText(text, options) {
  const items = new Map();
  for (const found of find(text, options)) {
    const words = text.slice(found.start, found.end);
    const key = JSON.stringify([found.kind, words.toLowerCase()]);
    if (!items.has(key)) {
      items.set(key, { kind: found.kind, words, text, sentence: sentenceAround(text, found), at: found, edits: [], isChanged: null });
    }
    items.get(key).edits.push(editOf(text, found));
  }
  return [...items.values()];
}
