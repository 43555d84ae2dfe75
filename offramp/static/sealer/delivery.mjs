// In the place of delivery.mjs: in the offline sealer, what was sealed is saved as a file, and nothing is sent.

import { part, showProgress, showState } from "../display.mjs";
import { Stopped } from "../problems.mjs";
import * as words from "./words.mjs";

/** A name that says nothing, for the file's beginning tells enough. */
const NAME = "letter.bin";

/** As in delivery.mjs, where it says what `seal` is. */
export class Delivery {
  #seal;

  constructor({ seal }) {
    this.#seal = seal;
  }

  /** Nothing is kept that could be out of date. */
  forget() {}

  /** Resolves once the browser was given the file to save. Raises Stopped, or an error of `seal`. */
  async deliver(keys, signal) {
    showState(words.SEALING, true);
    const onProgress = (done, total) => {
      if (signal.aborted) throw new Stopped();
      showProgress(done, total);
    };
    const { envelope } = await this.#seal(keys, { onProgress });
    // No other type: a browser must not think of showing it.
    const url = URL.createObjectURL(new Blob([envelope], { type: "application/octet-stream" }));
    // It lives as long as this page does: whoever closed the browser's question can ask once more.
    part("save-again").addEventListener("click", () => save(url));
    save(url);
  }
}

function save(url) {
  const link = document.createElement("a");
  link.href = url;
  link.download = NAME;
  link.click();
}
