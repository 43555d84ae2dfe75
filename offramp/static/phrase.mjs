// The step with the twelve words: they are made here, shown, and three of them asked back before a letter goes.
// form.js loads it, so that nobody waits for it before they can write.
//
// The words are in this object and, while they are shown, in the page. They are in no attribute, address, title or
// storage, and nothing here can send anything.

import { newEntropy, replyKeyOf, threadOf, wordsOf } from "../crypto/js/phrase.mjs";
import { drawPlaces, isWord } from "./asking.mjs";
import { button, element } from "./elements.mjs";
import * as text from "./phrase_words.mjs";
import { heading, show } from "./stepping.mjs";

/** The words of one letter and its answers. `days`: how long an answer can be read. */
export class TwelveWords {
  #days;
  #entropy;
  #words;

  /** Raises NoRandomness. */
  constructor(days) {
    this.#days = days;
    this.#entropy = newEntropy();
    this.#words = wordsOf(this.#entropy);
  }

  /**
   * Takes the place of all that is in `main` until the person has the words on paper, or goes back.
   * Resolves with {thread, replyKey} of FORMAT 7.3, or with undefined where they went back. Raises NoRandomness.
   */
  async ask(main) {
    const before = [...main.childNodes];
    try {
      while (await show(main, (done) => this.#shown(done))) {
        const places = drawPlaces();
        const next = await show(main, (done) => this.#asked(places, done));
        if (next === "sure") return this.#keys();
        if (!next) return undefined;
      }
    } finally {
      main.replaceChildren(...before);
    }
    return undefined;
  }

  /** Leaves nothing of the words. */
  forget() {
    this.#entropy.fill(0);
    this.#words = [];
  }

  #keys() {
    return { thread: threadOf(this.#entropy), replyKey: replyKeyOf(this.#entropy) };
  }

  /** The words, and what to do with them. */
  #shown(done) {
    const written = button(text.WRITTEN, () => done(true));
    written.className = "go";
    return [
      heading(text.TITLE),
      element("p", "", text.ABOUT),
      wordList(this.#words),
      ...text.advice(this.#days).flatMap(([title, ...items]) => [
        element("h2", "", title),
        items.length > 1
          ? element("ul", "", ...items.map((item) => element("li", "", item)))
          : element("p", "", ...items),
      ]),
      element("p", "", written, " ", button(text.BACK, () => done(false))),
    ];
  }

  /** Three fields, and the way on only with three right words in them. */
  #asked(places, done) {
    const problem = Object.assign(element("div", "box"), { id: "wrong", role: "alert", tabIndex: -1 });
    const fields = places.map((place) => askField(place));
    const buttons = [button(text.AGAIN, () => done("again")), " ", button(text.BACK, () => done(false))];
    const send = element("p", "", element("button", "go", text.SEND), " ", ...buttons);
    const form = element("form", "", ...fields.map(({ row }) => row), problem, send);
    // As the letter's own form: no browser sends it by itself.
    form.method = "dialog";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = fields.filter(({ place, input }) => !isWord(input.value, this.#words[place]));
      for (const field of fields) field.input.ariaInvalid = wrong.includes(field) ? "true" : null;
      if (!wrong.length) return done("sure");
      problem.replaceChildren(text.wrong(wrong.map(({ place }) => place + 1)));
      problem.focus();
    });
    return [heading(text.CHECK_TITLE), element("p", "", text.CHECK_ABOUT), form];
  }
}

/**
 * The style sheet writes the numbers, so that whoever selects the words copies the words alone. In an ordered list,
 * Firefox copies the numbers too.
 */
function wordList(words) {
  const list = element("p", "words");
  // A browser that translates pages must leave these as they are.
  Object.assign(list, { role: "list", lang: "en", dir: "ltr", translate: false });
  list.append(...words.flatMap((word) => [" ", Object.assign(element("span", "", word), { role: "listitem" })]).slice(1));
  return list;
}

function askField(place) {
  const input = element("input", "");
  Object.assign(input, { id: `word-${place + 1}`, type: "text", autocomplete: "off", spellcheck: false });
  Object.assign(input, { autocapitalize: "none", autocorrect: false });
  input.setAttribute("aria-describedby", "wrong");
  const label = element("label", "", text.wordNumber(place + 1));
  label.htmlFor = input.id;
  return { place, input, row: element("div", "row", label, input) };
}
