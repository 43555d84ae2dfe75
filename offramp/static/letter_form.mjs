// A form for letters: gets the keys, seals what was written, sends it, and says at every moment how things stand.
//
// Nothing here can send anything but an envelope that seal() made with a keyset that verifyKeyset() believed.

import { toHex } from "../crypto/js/bytes.mjs";
import { envelopeId } from "../crypto/js/envelope.mjs";
import { CardError, CardLapsed, KeysetError } from "../crypto/js/errors.mjs";
import { seal } from "../crypto/js/sealing.mjs";
import { checkReceipt, post } from "./delivery.mjs";
import { allowSending, focusOn, part, showProblem, showProgress, showReceived, showState } from "./display.mjs";
import { missingField, readFields } from "./fields.mjs";
import { Files } from "./files.mjs";
import { fetchKeyset, readPins, stillValid } from "./keys.mjs";
import { Refused, Stopped } from "./problems.mjs";
import * as words from "./words.mjs";

/**
 * `conversation(submitter)` is asked before a letter is sealed, with the button that was pressed. It resolves with
 * {thread, replyKey} of FORMAT 7.3, with null where no answer is wanted, or with undefined where the person went
 * back to writing. `more()` gives fields [name, ...values] that the page itself adds. `received()` is called as soon
 * as a letter was received, before the page says so.
 */
export class LetterForm {
  #conversation;
  #more;
  #received;
  #form;
  #files = null; // where the form asks for none
  #pins;
  #keyset = null;
  #sealed = null; // {envelope, id: a promise, thread} of what the form holds now; kept until received or changed
  #stopping = null; // the AbortController of the letter that is on its way

  constructor(form, { conversation = async () => null, more = () => [], received = () => {} } = {}) {
    this.#form = form;
    this.#conversation = conversation;
    this.#more = more;
    this.#received = received;
    this.#pins = readPins(form.dataset, location.hostname);
    // What is changed after sealing is another letter. (While one is on its way, the fields are inert.)
    const changed = () => (this.#sealed = null);
    if (part("add")) this.#files = new Files(part("add"), part("files"), part("files-left"), changed);
    form.addEventListener("input", () => {
      changed();
      this.#mended();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(event.submitter);
    });
    part("again").addEventListener("click", () => {
      this.getReady();
      focusOn("state"); // the button hides itself
    });
    part("stop").addEventListener("click", () => this.#stopping.abort());
  }

  /** Fetches the keys; without them the form stays closed. */
  async getReady() {
    part("again").hidden = true;
    showProblem("");
    showState(words.GETTING_KEYS);
    try {
      await this.#fetchKeyset();
    } catch (error) {
      this.#noKeys(error);
      return;
    }
    showState(words.READY);
    allowSending(true);
  }

  async #fetchKeyset() {
    part("card").textContent = "";
    this.#keyset = await fetchKeyset(this.#pins, (card) => (part("card").textContent = words.lastRead(card)));
  }

  /** Takes back the complaint about an empty field as soon as there is something in it. */
  #mended() {
    if (!this.#form.querySelector("[aria-invalid]") || missingField(this.#form)) return;
    mark(this.#form, null);
    showProblem("");
  }

  #noKeys(error) {
    this.#keyset = null;
    allowSending(false);
    showState(words.NOT_READY);
    showProblem(words.whyNoKeys(error));
    part("again").hidden = !words.worthAnotherTry(error);
  }

  async #submit(submitter) {
    if (!this.#canBeSent()) return;
    const keys = await this.#conversation(submitter);
    // Meanwhile the text may have been emptied, or another click may have sent it.
    if (keys === undefined || !this.#canBeSent()) return;
    this.#stopping = new AbortController();
    allowSending(false);
    focusOn("state");
    try {
      await this.#deliver(keys);
      if (this.#isThere()) this.#forget(keys);
    } catch (error) {
      if (this.#isThere()) this.#failed(error);
    } finally {
      this.#stopping = null;
    }
  }

  /** Not where the page was cleared meanwhile: what it shows now is nothing of this form's. */
  #isThere() {
    return this.#form.isConnected;
  }

  /** Not before the keys came, nor while a letter is on its way, nor without a word in it; of that it complains. */
  #canBeSent() {
    if (part("send").disabled) return false;
    const missing = missingField(this.#form);
    mark(this.#form, missing);
    showProblem("");
    if (!missing) return true;
    showState(words.NOT_SENT);
    showProblem(words.EMPTY, missing);
    focusOn("problem");
    return false;
  }

  #failed(error) {
    if (error instanceof KeysetError || error instanceof CardError) {
      this.#noKeys(error);
    } else {
      showState(words.NOT_RECEIVED);
      showProblem(words.whyNotReceived(error));
      allowSending(true);
    }
    focusOn("problem");
  }

  async #deliver(keys) {
    try {
      await this.#sealAndPost(keys);
    } catch (error) {
      if (!(error instanceof Refused && [409, 503].includes(error.status))) throw error;
      this.#keyset = null;
      if (error.status === 503) {
        // Closed: perhaps the card says why. The server goes by its day, without the time that is left to wrong clocks.
        await this.#fetchKeyset();
        throw stillValid(this.#keyset) ? error : new CardLapsed();
      }
      // The server's keys have changed since this page fetched them: get the new ones and seal again, once.
      this.#sealed = null;
      await this.#sealAndPost(keys);
    }
  }

  async #sealAndPost(keys) {
    const signal = this.#stopping.signal;
    // Whoever thinks again about an answer sends another letter.
    if (this.#sealed?.thread !== threadOf(keys)) this.#sealed = null;
    this.#sealed ??= await this.#seal(keys, signal);
    showState(words.SENDING, true);
    const receipt = await post(this.#sealed.envelope, {
      signal,
      onProgress: (sent, total) => showProgress(sent, total, words.amountOf(sent, total)),
      onSent: () => showState(words.WAITING, true),
    });
    showState(words.CHECKING, true);
    checkReceipt(receipt, await this.#sealed.id);
  }

  async #seal(keys, signal) {
    showState(words.SEALING, true);
    if (!this.#keyset || !stillValid(this.#keyset)) await this.#fetchKeyset();
    const attachments = (await this.#files?.attachments()) ?? [];
    const envelope = await seal(this.#letter(keys, attachments), this.#keyset, {
      onProgress: (done, total) => {
        if (signal.aborted) throw new Stopped();
        showProgress(done, total);
      },
    });
    // Without JIT the id of a large letter takes seconds: it is reckoned while the letter is sent.
    return { envelope, id: envelopeId(envelope).then(toHex), thread: threadOf(keys) };
  }

  #letter(keys, attachments) {
    const { campaign, purpose } = this.#form.dataset;
    return {
      purpose,
      campaign,
      keysetId: this.#keyset.id,
      thread: keys?.thread ?? null,
      replyKey: keys?.replyKey ?? null,
      fields: [...readFields(this.#form), ...this.#more()],
      attachments,
    };
  }

  #forget(keys) {
    this.#sealed = null;
    this.#form.reset();
    this.#files?.clear();
    this.#received();
    showReceived(Boolean(keys));
  }
}

const threadOf = (keys) => String(keys?.thread);

function mark(form, missing) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  missing?.setAttribute("aria-invalid", "true");
}
