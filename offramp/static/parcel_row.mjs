// One parcel in an answer: its button, how far its download is, and what became of it.

import { readLongText } from "../crypto/js/answer.mjs";
import * as words from "./answer_words.mjs";
import { harmlessName } from "./download_name.mjs";
import { button, element, prose } from "./elements.mjs";
import { fetchParcel } from "./parcel_download.mjs";
import { amountOf } from "./words.mjs";

/** `element` is what the page shows of it. */
export class ParcelRow {
  #parcel;
  #saver;
  #name; // under which the file is saved; null where the parcel is the answer's text
  #leaving; // the signal that ends everything
  #stopping = null; // the AbortController of a download that is under way
  #data = null; // what was in it, so that saving it again asks the server nothing
  #button;
  #stop;
  #state = element("p", "");
  #meter = element("progress", "");
  #amount = element("p", "hint");
  #problem = element("div", "box");

  constructor(parcel, { saver, signal }) {
    const { name, plain } = parcel.name ? harmlessName(parcel.name) : { name: null, plain: true };
    this.#parcel = parcel;
    this.#saver = saver;
    this.#name = name;
    this.#leaving = signal;
    this.#button = button(name ? words.downloadFile(name, parcel.size) : words.showText(parcel.size), () => this.#get());
    this.#stop = button(words.STOP, () => this.#stopping?.abort());
    this.#state.role = "status";
    this.#problem.role = "alert";
    this.#state.tabIndex = this.#problem.tabIndex = -1;
    this.#meter.ariaLabel = words.HOW_FAR;
    this.#stop.hidden = this.#meter.hidden = true;
    this.element = element(
      "div",
      "parcel",
      ...(plain ? [] : [element("p", "hint", words.NOT_PLAIN)]),
      element("p", "", this.#button, this.#stop),
      this.#state,
      this.#meter,
      this.#amount,
      this.#problem,
    );
  }

  async #get() {
    if (this.#stopping) return; // a second click
    this.#problem.textContent = "";
    try {
      this.#data ??= await this.#download();
      this.#hand(this.#data);
    } catch (error) {
      this.#rest("");
      this.#problem.textContent = words.whyNoParcel(error);
      this.#problem.focus();
    }
  }

  async #download() {
    this.#stopping = new AbortController();
    this.#say(words.fetching(this.#name));
    this.#state.focus(); // the button goes
    try {
      return await fetchParcel(this.#parcel, {
        signal: AbortSignal.any([this.#leaving, this.#stopping.signal]),
        onProgress: (done, total) => this.#show(done, total, amountOf(done, total)),
        onOpening: (done, total) => {
          if (done === 1) this.#say(words.OPENING_PARCEL);
          this.#show(done, total);
        },
      });
    } finally {
      this.#stopping = null;
    }
  }

  #hand(data) {
    if (this.#leaving.aborted) return; // the page was cleared with the last chunk
    if (this.#name) {
      this.#saver.save(data, this.#name);
      this.#rest(words.SAVED);
    } else {
      this.element.replaceChildren(prose(readLongText(data)));
      this.element.tabIndex = -1;
      this.element.focus();
    }
  }

  #say(state) {
    this.#state.textContent = state;
    this.#meter.removeAttribute("value");
    this.#amount.textContent = "";
    this.#button.hidden = true;
    this.#stop.hidden = this.#meter.hidden = false;
  }

  #show(done, total, amount = "") {
    this.#meter.max = total;
    this.#meter.value = done;
    this.#amount.textContent = amount;
  }

  #rest(state) {
    this.#state.textContent = state;
    this.#amount.textContent = "";
    this.#button.hidden = false;
    this.#stop.hidden = this.#meter.hidden = true;
  }
}
