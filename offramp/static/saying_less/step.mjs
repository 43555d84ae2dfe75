// The step between writing and sealing: what points to a person, in its sentence, why it matters, and vaguer words for
// it. Whoever writes decides about each.
//
// All of it stays in this page: nothing here can send anything, and what was decided is forgotten with the page.

import { button, element } from "../elements.mjs";
import { heading, show } from "../stepping.mjs";
import { changed } from "./changes.mjs";
import { itemsOfFields, itemsOfFiles } from "./items.mjs";
import * as words from "./words.mjs";

/** Asks about everything that was found, and about nothing twice. */
export class SayingLess {
  #left = new Set(); // what shall stay as it is

  /**
   * Takes the place of all that is in `place` until the person has decided, where anything was found. What they have
   * changed is in the form then, and in the names of the files.
   *
   * @param {HTMLElement} place a part of the page with the form in it
   * @param {HTMLFormElement} form
   * @param {{attachments: () => Promise<{name: string}[]>, rename: (file: object, name: string) => void} | null} files
   * @returns {Promise<boolean>} whether to go on with the letter; else they went back to writing
   */
  async ask(place, form, files) {
    const attachments = (await files?.attachments()) ?? [];
    const items = [...itemsOfFields(form), ...itemsOfFiles(attachments)].filter((item) => !this.#left.has(keyOf(item)));
    if (!items.length) return true;
    const before = [...place.childNodes];
    let goesOn;
    try {
      goesOn = await show(place, (done) => page(items, place.matches("main") ? 1 : 2, done));
    } finally {
      place.replaceChildren(...before);
    }
    change(items, files);
    for (const item of items) if (item.isChanged === false || (goesOn && !item.isChanged)) this.#left.add(keyOf(item));
    if (!goesOn) (items.find(({ control }) => control)?.control ?? form.querySelector("[type=file]"))?.focus();
    return goesOn;
  }
}

const keyOf = ({ kind, words: found }) => JSON.stringify([kind, found.toLowerCase()]);

/** Puts in what was decided. */
function change(items, files) {
  for (const control of new Set(items.map((item) => item.control).filter(Boolean))) {
    const edits = items.filter((item) => item.control === control && item.isChanged).flatMap((item) => item.edits);
    if (!edits.length) continue;
    control.value = changed(control.value, edits);
    control.dispatchEvent(new Event("input", { bubbles: true })); // as if it had been typed
  }
  for (const { file, edits, isChanged } of items) if (file && isChanged) files.rename(file, edits[0].words);
}

function page(items, level, done) {
  const goOn = button(words.GO_ON, () => done(true));
  goOn.className = "go";
  return [
    heading(words.TITLE, level),
    ...words.about(items.length).map((paragraph) => element("p", "", paragraph)),
    ...items.map((item) => section(item, level + 1)),
    element("p", "", goOn, " ", button(words.BACK, () => done(false))),
  ];
}

function section(item, level) {
  const [title, reason] = words.KINDS[item.kind];
  const quote = element("div", "prose box");
  quote.dir = "auto";
  quote.translate = false; // it is the person's own text
  const said = element("p", "");
  said.role = "status";
  const decide = (isChanged) => {
    item.isChanged = isChanged;
    for (const [index, one] of buttons.entries()) one.ariaPressed = String(isChanged === (index === 0));
    quote.replaceChildren(...quoted(item));
    said.textContent = outcome(item);
  };
  const buttons = [button(offer(item), () => decide(true)), button(words.LEAVE, () => decide(false))];
  for (const one of buttons) one.ariaPressed = "false";
  quote.replaceChildren(...quoted(item));
  return element(
    "section",
    "row",
    element(`h${level}`, "", title),
    element("p", "hint", item.file ? words.IN_FILES : words.inField(item.control.labels[0].firstChild.data)), // without what it says about a mistake
    quote,
    element("p", "", reason),
    element("p", "", buttons[0], " ", buttons[1]),
    said,
  );
}

/** What the first button does. */
function offer({ file, at, edits: [{ words: vaguer }] }) {
  if (file) return words.callIt(vaguer);
  if (at.instead === null) return words.TAKE_OUT_SENTENCE;
  return vaguer ? words.insteadOf(vaguer) : words.LEAVE_OUT;
}

/** The sentence as it is, or as it will be, with what it is about marked. */
function quoted({ text, sentence, at, edits: [edit], isChanged }) {
  const { start, end, words: marked } = isChanged ? edit : { ...at, words: text.slice(at.start, at.end) };
  return [text.slice(sentence.start, start), element("mark", "", marked), text.slice(end, sentence.end)];
}

function outcome(item) {
  if (!item.isChanged) return words.AS_IT_IS;
  if (item.at.instead === null) return words.TAKEN_OUT;
  const [before, marked, after] = quoted(item);
  return `${words.CHANGED} ${before}${marked.textContent}${after}`;
}
