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
    try {
      const SayingLess = await this.#arrived();
      if (isOver()) return false;
      this.#step ??= new SayingLess();
      const goesOn = await this.#step.ask(part("writing") ?? part("main"), form, files);
      if (!goesOn && !isOver()) showState(words.NOT_SENT);
      return goesOn;
    } catch {
      if (isOver()) return false;
      const knows = this.#wasTold;
      if (!knows) this.#tell();
      return knows;
    }
  }

  received() {
    this.#script.stop();
  }

  #tell() {
    this.#wasTold = true;
    showState(words.NOT_SENT);
    showProblem(words.NOT_LOOKED_THROUGH);
    focusOn("problem");
  }

  /** A script that is late is waited for, but not for long, and not twice. */
  #arrived() {
    const late = after(this.#wasTold ? 0 : PATIENCE_MS).then(() => Promise.reject());
    return Promise.race([this.#script.there, late]);
  }
}
