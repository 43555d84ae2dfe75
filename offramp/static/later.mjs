// Scripts that come once the page is ready, so that nobody waits for them before they can write.
//
// The page fetches them by itself and for everybody, at times that have nothing to do with what anybody presses: so
// the server cannot tell by them who needs what.

const PATIENCE_MS = 120_000;
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 60_000;

/** One such script, by its name in the language's folder, and what it exports. */
export class Later {
  #name;
  #exported;
  #attempt = attempt(); // the present attempt to fetch it, or the next one
  #isOver = false;

  constructor(name, exported) {
    this.#name = name;
    this.#exported = exported;
  }

  /** What the script exports. Rejects where the present attempt fails; `fetch()` goes on all the same. */
  get there() {
    return this.#attempt.promise;
  }

  /** Fetches it, and again until it is there. */
  async fetch() {
    for (let tries = 0; !this.#isOver; tries++) {
      const { resolve, reject } = this.#attempt;
      try {
        return resolve(await this.#fetchOnce(tries));
      } catch (error) {
        this.#attempt = attempt();
        reject(error);
      }
      await after(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
    }
  }

  /** Nobody needs it any more. */
  stop() {
    this.#isOver = true;
  }

  #fetchOnce(tries) {
    // In the page's language. A browser may remember that an address failed, but not that another one will.
    const arrived = import(`/static/${document.documentElement.lang}/${this.#name}.js${tries ? `?${tries + 1}` : ""}`);
    const late = after(PATIENCE_MS).then(() => Promise.reject());
    return Promise.race([arrived.then((script) => script[this.#exported] ?? Promise.reject()), late]);
  }
}

/** A promise for whoever waits for it; perhaps nobody does. */
function attempt() {
  const made = Promise.withResolvers();
  made.promise.catch(() => {});
  return made;
}

/** Resolves after so many milliseconds. */
export const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
