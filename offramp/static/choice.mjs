// Whether an answer is wanted: two buttons, and behind one of them the step with the twelve words.

import { focusOn, part, showProblem, showState } from "./display.mjs";
import { Later } from "./later.mjs";
import * as words from "./words.mjs";

/** What a form asks before a letter is sealed, for LetterForm's `conversation` and `received`. */
export class Choice {
  #days;
  #step = new Later("phrase", "TwelveWords");
  #twelve = null; // the person's words, from when they are first shown until the letter was received
  #keys = null; // what comes of them, once the person has them on paper
  #latest = null; // the newest choice, for whoever waits for phrase.js may choose again

  constructor(days) {
    this.#days = days;
  }

  /** Fetches phrase.js, whoever wants an answer. */
  prepare() {
    return this.#step.fetch();
  }

  /** A button was pressed again: what an earlier press waits for does not count any more. */
  pressedAgain() {
    this.#latest = {};
  }

  async conversation(button) {
    const mine = (this.#latest = {});
    if (button?.id !== "get-words") return button ? null : undefined;
    if (this.#keys) return this.#keys;
    showState(words.GETTING_WORDS);
    try {
      const TwelveWords = await this.#step.there;
      if (mine !== this.#latest) return undefined;
      this.#twelve ??= new TwelveWords(this.#days);
      this.#keys = await this.#twelve.ask(part("main"));
    } catch (error) {
      if (mine === this.#latest) tell(words.whyNoWords(error), "problem");
      return undefined;
    }
    if (this.#keys) part("get-words").textContent = words.SEND_WITH_WORDS;
    else tell("", "get-words");
    return this.#keys;
  }

  /** Leaves nothing of the words. Whoever saw them and sent without them is told so, in what is said about no answer. */
  received() {
    this.#step.stop();
    part("unused").hidden = !this.#twelve;
    this.#twelve?.forget();
    this.#keys?.replyKey.fill(0);
    this.#twelve = this.#keys = null;
  }
}

function tell(problem, focused) {
  showState(words.NOT_SENT);
  showProblem(problem);
  focusOn(focused);
}
