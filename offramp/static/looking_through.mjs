// Before a letter is sealed: what in it points to a person is shown, by a script that comes later.

import { focusOn, part, showProblem, showState } from "./display.mjs";
import { after, Later } from "./later.mjs";
import * as words from "./words.mjs";

const PATIENCE_MS = 15_000;

/** What a form asks before a letter is sealed, for LetterForm's `check` and `received`. */
export class LookingThrough {
  #script = new Later("check", "SayingLess");
  #step = null; // knows what the person has decided already
  #wasTold = false; // that the script did not come
  #latest = null; // the newest click, for whoever waits for check.js may click again

  /** Fetches check.js, whoever writes what. */
  prepare() {
    return this.#script.fetch();
  }

  /** Whether to go on with the letter. Where it cannot be looked through, the person says so by a second click. */
  async check(form, files) {
    const mine = (this.#latest = {});
    const isOver = () => mine !== this.#latest || !form.isConnected;
    showState(words.LOOKING_THROUGH);
    const wereRead = !files?.isReading;
    // Before it is asked whether this click counts: two that wait for a file must not both show the step.
    await files?.attachments();
    if (isOver()) return false;
    // What is said about a file has to be seen before it goes.
    if (!wereRead) return this.#complain(words.FILE_CAME_LATER);
    try {
      const SayingLess = await this.#arrived();
      if (isOver()) return false;
      if (files?.isReading) return this.#complain(words.FILE_CAME_LATER);
      this.#step ??= new SayingLess();
      const goesOn = await this.#step.ask(part("writing") ?? part("main"), form, files);
      if (!goesOn && !isOver()) showState(words.NOT_SENT);
      return goesOn;
    } catch {
      if (isOver()) return false;
      const knows = this.#wasTold;
      this.#wasTold = true;
      return knows || this.#complain(words.NOT_LOOKED_THROUGH);
    }
  }

  received() {
    this.#script.stop();
  }

  #complain(problem) {
    showState(words.NOT_SENT);
    showProblem(problem);
    focusOn("problem");
    return false;
  }

  /** A script that is late is waited for, but not for long, and not twice. */
  #arrived() {
    const late = after(this.#wasTold ? 0 : PATIENCE_MS).then(() => Promise.reject());
    return Promise.race([this.#script.there, late]);
  }
}
