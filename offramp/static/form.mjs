// The form: gets the keys, seals what was written, sends it, and says at every moment how things stand.
//
// Nothing here can send anything but an envelope that seal() made with a keyset that verifyKeyset() believed.

import { toHex } from "../crypto/js/bytes.mjs";
import { envelopeId } from "../crypto/js/envelope.mjs";
import { KeysetError } from "../crypto/js/errors.mjs";
import { seal } from "../crypto/js/sealing.mjs";
import { checkReceipt, post } from "./delivery.mjs";
import { focusOn, part, showProblem, showProgress, showReceived, showState } from "./display.mjs";
import { missingField, readFields } from "./fields.mjs";
import { Files } from "./files.mjs";
import { fetchKeyset, readPins, stillValid } from "./keys.mjs";
import { Refused, Stopped } from "./problems.mjs";
import * as words from "./words.mjs";

class LetterForm {
  #form;
  #files = null; // where the form asks for none
  #pins;
  #keyset = null;
  #sealed = null; // {envelope, id: a promise} of what the form holds now; kept until it is received or changed
  #stopping = null; // the AbortController of the letter that is on its way

  constructor(form) {
    this.#form = form;
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
      this.#submit();
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
      this.#keyset = await fetchKeyset(this.#pins);
    } catch (error) {
      this.#noKeys(error);
      return;
    }
    showState(words.READY);
    part("send").disabled = false;
  }

  /** Takes back the complaint about an empty field as soon as there is something in it. */
  #mended() {
    if (!this.#form.querySelector("[aria-invalid]") || missingField(this.#form)) return;
    mark(this.#form, null);
    showProblem("");
  }

  #noKeys(error) {
    this.#keyset = null;
    part("send").disabled = true;
    showState(words.NOT_READY);
    showProblem(words.whyNoKeys(error));
    part("again").hidden = !words.worthAnotherTry(error);
  }

  async #submit() {
    if (part("send").disabled) return; // a second click, or something that pressed Enter before the keys came
    const missing = missingField(this.#form);
    mark(this.#form, missing);
    if (missing) {
      showState(words.NOT_SENT);
      showProblem(words.EMPTY, missing);
      focusOn("problem");
      return;
    }
    this.#stopping = new AbortController();
    showProblem("");
    part("send").disabled = true;
    focusOn("state");
    try {
      await this.#deliver();
      this.#forget();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#stopping = null;
    }
  }

  #failed(error) {
    if (error instanceof KeysetError) {
      this.#noKeys(error);
    } else {
      showState(words.NOT_RECEIVED);
      showProblem(words.whyNotReceived(error));
      part("send").disabled = false;
    }
    focusOn("problem");
  }

  async #deliver() {
    try {
      await this.#sealAndPost();
    } catch (error) {
      if (!(error instanceof Refused && error.status === 409)) throw error;
      // The server's keys have changed since this page fetched them: get the new ones and seal again, once.
      this.#keyset = this.#sealed = null;
      await this.#sealAndPost();
    }
  }

  async #sealAndPost() {
    const signal = this.#stopping.signal;
    this.#sealed ??= await this.#seal(signal);
    showState(words.SENDING, true);
    const receipt = await post(this.#sealed.envelope, {
      signal,
      onProgress: (sent, total) => showProgress(sent, total, words.amountOf(sent, total)),
      onSent: () => showState(words.WAITING, true),
    });
    showState(words.CHECKING, true);
    checkReceipt(receipt, await this.#sealed.id);
  }

  async #seal(signal) {
    showState(words.SEALING, true);
    if (!this.#keyset || !stillValid(this.#keyset)) this.#keyset = await fetchKeyset(this.#pins);
    const attachments = (await this.#files?.attachments()) ?? [];
    const envelope = await seal(this.#letter(attachments), this.#keyset, {
      onProgress: (done, total) => {
        if (signal.aborted) throw new Stopped();
        showProgress(done, total);
      },
    });
    // Without JIT the id of a large letter takes seconds: it is reckoned while the letter is sent.
    return { envelope, id: envelopeId(envelope).then(toHex) };
  }

  #letter(attachments) {
    const { campaign, purpose } = this.#form.dataset;
    return {
      purpose,
      campaign,
      keysetId: this.#keyset.id,
      thread: null,
      replyKey: null,
      fields: readFields(this.#form),
      attachments,
    };
  }

  #forget() {
    this.#sealed = null;
    this.#form.reset();
    this.#files?.clear();
    showReceived();
  }
}

function mark(form, missing) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  missing?.setAttribute("aria-invalid", "true");
}

const form = part("form");
if (form) {
  form.hidden = false;
  new LetterForm(form).getReady();
}
