// Whether an answer is wanted: two buttons, and behind one of them the step with the twelve words.

import { focusOn, part, showProblem, showState } from "./display.mjs";
import * as words from "./words.mjs";

const PATIENCE_MS = 120_000;
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 60_000;

/** What a form asks before a letter is sealed, for LetterForm's `conversation` and `received`. */
export class Choice {
  #days;
  #attempt = attempt(); // the present attempt to fetch phrase.js, or the next one
  #isOver = false;
  #twelve = null; // the person's words, from when they are first shown until the letter was received
  #keys = null; // what comes of them, once the person has them on paper
  #latest = null; // the newest choice, for whoever waits for phrase.js may choose again

  constructor(days) {
    this.#days = days;
  }

  /**
   * Fetches phrase.js, and again until it is there. The page does so by itself and for everybody, at times that have
   * nothing to do with what anybody presses: so the server cannot tell by it who wants an answer.
   */
  async prepare() {
    for (let tries = 0; !this.#isOver; tries++) {
      const { resolve, reject } = this.#attempt;
      try {
        return resolve(await fetchStep(tries));
      } catch (error) {
        this.#attempt = attempt();
        reject(error);
      }
      await after(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
    }
  }

  async conversation(button) {
    const mine = (this.#latest = {});
    if (button?.id !== "get-words") return button ? null : undefined;
    if (this.#keys) return this.#keys;
    showState(words.GETTING_WORDS);
    try {
      const TwelveWords = await this.#attempt.promise;
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
    this.#isOver = true;
    part("unused").hidden = !this.#twelve;
    this.#twelve?.forget();
    this.#keys?.replyKey.fill(0);
    this.#twelve = this.#keys = null;
  }
}

/** A promise of what phrase.js exports, for whoever waits for it; perhaps nobody does. */
function attempt() {
  const made = Promise.withResolvers();
  made.promise.catch(() => {});
  return made;
}

function fetchStep(tries) {
  // A browser may remember that an address failed, but not that another one will.
  const arrived = import(`/static/phrase.js${tries ? `?${tries + 1}` : ""}`);
  const late = after(PATIENCE_MS).then(() => Promise.reject());
  return Promise.race([arrived.then(({ TwelveWords }) => TwelveWords ?? Promise.reject()), late]);
}

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function tell(problem, focused) {
  showState(words.NOT_SENT);
  showProblem(problem);
  focusOn(focused);
}
