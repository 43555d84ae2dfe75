// Sending one sealed letter, and believing only the receipt for exactly that letter.

import { showProgress, showState } from "./display.mjs";
import { InboxClosed, NoAnswer, Refused, Stopped, WrongReceipt } from "./problems.mjs";
import * as words from "./words.mjs";

// Without any progress for so long, a connection through Tor does not come back to life.
const PATIENCE_MS = 180_000;

// No receipt and no refusal of ours is longer, in bytes.
const MOST = 1024;

/**
 * The letters of one form on their way. `seal(keys, {onProgress, withNewKeys})` resolves with {envelope, id: a promise}
 * of what the form holds now. `closed()` is called where the server takes no letters, and raises why, if it finds that.
 */
export class Delivery {
  #seal;
  #closed;
  #sealed = null; // {envelope, id, thread} of what the form holds now; kept until received or changed

  constructor({ seal, closed }) {
    this.#seal = seal;
    this.#closed = closed;
  }

  /** What was sealed is not what the form holds any more. */
  forget() {
    this.#sealed = null;
  }

  /** Resolves once the letter was received. Raises an error of post(), checkReceipt(), `seal` or `closed`. */
  async deliver(keys, signal) {
    try {
      await this.#sealAndPost(keys, signal);
    } catch (error) {
      if (error.status === 503) await this.#askWhy();
      if (error.status !== 409) throw error;
      // The server's keys have changed since this page fetched them: get the new ones and seal again, once.
      this.#sealed = null;
      await this.#sealAndPost(keys, signal, true);
    }
  }

  /** Raises why nothing is taken, where that is known: else there was only too much to do. */
  async #askWhy() {
    try {
      await this.#closed();
    } catch (error) {
      throw error.name === "Refused" ? new InboxClosed() : error;
    }
  }

  async #sealAndPost(keys, signal, withNewKeys = false) {
    // Whoever thinks again about an answer sends another letter.
    const thread = String(keys?.thread);
    if (this.#sealed?.thread !== thread) this.#sealed = null;
    this.#sealed ??= { ...(await this.#sealNow(keys, signal, withNewKeys)), thread };
    showState(words.SENDING, true);
    const receipt = await post(this.#sealed.envelope, {
      signal,
      onProgress: (sent, total) => showProgress(sent, total, words.amountOf(sent, total)),
      onSent: () => showState(words.WAITING, true),
    });
    showState(words.CHECKING, true);
    checkReceipt(receipt, await this.#sealed.id);
  }

  #sealNow(keys, signal, withNewKeys) {
    showState(words.SEALING, true);
    const onProgress = (done, total) => {
      if (signal.aborted) throw new Stopped();
      showProgress(done, total);
    };
    return this.#seal(keys, { onProgress, withNewKeys });
  }
}

/**
 * Posts the envelope and resolves with the body of a 201.
 * onProgress(sent, total) is in bytes; onSent() is called when all of it has gone and only the answer is missing.
 * Raises NoAnswer, Refused, WrongReceipt or Stopped. XMLHttpRequest, because fetch tells nothing about how far an upload is.
 */
export function post(envelope, { onProgress, onSent, signal }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new Stopped();
    const request = new XMLHttpRequest();
    let timer;
    let why = NoAnswer; // if it is aborted by none but us
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), PATIENCE_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      wait();
      // Firefox tells of the upload's own `load` event only when the answer begins.
      if (loaded < total) onProgress(loaded, total);
      else onSent();
    };
    request.onprogress = ({ loaded }) => {
      if (loaded <= MOST) return;
      why = WrongReceipt;
      request.abort();
    };
    request.onload = () =>
      request.status === 201 ? resolve(request.responseText) : reject(new Refused(request.status));
    request.onerror = () => reject(new NoAnswer());
    request.onabort = () => reject(signal.aborted ? new Stopped() : new why());
    request.onloadend = () => clearTimeout(timer);
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", "/sealed");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    wait();
    request.send(envelope);
  });
}

/** Raises WrongReceipt unless this is, to the letter, the receipt for the envelope with this id (hexadecimal). */
export function checkReceipt(text, id) {
  let receipt;
  try {
    receipt = JSON.parse(text);
  } catch {
    throw new WrongReceipt();
  }
  if (receipt?.received !== id) throw new WrongReceipt();
}
