// A form for letters: gets the keys, seals what was written, sends it, and says at every moment how things stand.
// What it says and does from “send” on comes in a script of its own (sending.mjs), for a first visit has to be small.
//
// Nothing here can send anything but an envelope that seal() made with a keyset that verifyKeyset() believed.

import { toHex } from "../crypto/js/bytes.mjs";
import { envelopeId } from "../crypto/js/envelope.mjs";
import { CardError, CardLapsed, KeysetError } from "../crypto/js/errors.mjs";
import { seal } from "../crypto/js/sealing.mjs";
import { allowSending, focusOn, part, showProblem, showReceived, showState } from "./display.mjs";
import { missingField, readFields } from "./fields.mjs";
import { Files } from "./files.mjs";
import { fetchKeyset, readPins, stillValid } from "./keys.mjs";
import { NoAnswer } from "./problems.mjs";
import * as words from "./words.mjs";

/**
 * `sending` is a Later of sending.mjs's, or the like of one: it is fetched as soon as it is known whether there are
 * keys. `steps` are those between pressing “send” and sealing, where they are not sending.mjs's own (Steps there).
 * `more()` gives fields [name, ...values] that the page itself adds.
 */
export class LetterForm {
  #sending;
  #isFetching = false;
  #steps;
  #delivery = null; // once `sending` is there
  #latest = null; // the newest press of a button that sends
  #more;
  #form;
  #files = null; // where the form asks for none
  #pins;
  #keyset = null;
  #stopping = null; // the AbortController of the letter that is on its way

  constructor(form, { sending, steps = null, more = () => [] }) {
    this.#form = form;
    this.#sending = sending;
    this.#steps = steps;
    this.#more = more;
    this.#pins = readPins(form.dataset, location.hostname);
    // What is changed after sealing is another letter. (While one is on its way, the fields are inert.)
    const changed = () => this.#delivery?.forget();
    if (part("add")) this.#files = new Files(part("add"), part("files"), part("files-left"), changed);
    form.addEventListener("input", () => {
      changed();
      this.#mended();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter) this.#submit(event.submitter); // by no button: only a program does that
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
      this.#fetchRest();
      return this.#noKeys(error);
    }
    showState(words.READY);
    allowSending(true);
    this.#fetchRest();
  }

  /** In any case, for everybody and once: so that the server learns nothing by it. */
  async #fetchRest() {
    if (this.#isFetching) return;
    this.#isFetching = true;
    await this.#sending.fetch();
    this.#setUp(await this.#sending.there);
  }

  #setUp({ Delivery, stepsOf }) {
    this.#steps ??= stepsOf(this.#form);
    this.#delivery ??= new Delivery({
      seal: (keys, options) => this.#seal(keys, options),
      closed: () => this.#checkCard(),
    });
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

  async #noKeys(error) {
    this.#keyset = null;
    allowSending(false);
    showState(words.NOT_READY);
    const [why, canHelp] = error instanceof NoAnswer ? [words.NO_KEYS, true] : await this.#whyNoKeys(error);
    showProblem(why);
    part("again").hidden = !canHelp;
  }

  /** The sentence, and whether it can help to fetch the keys again. */
  async #whyNoKeys(error) {
    try {
      const { whyNoKeys, worthAnotherTry } = await this.#sending.there;
      return [whyNoKeys(error), worthAnotherTry(error)];
    } catch {
      return [words.NO_GOOD_KEYS, true];
    }
  }

  async #submit(submitter) {
    const sending = this.#canBeSent() && (await this.#rest());
    if (!sending || !(await this.#steps.check(this.#form, this.#files)) || !this.#isThere()) return;
    const keys = await this.#steps.conversation(submitter);
    // Meanwhile the text may have been emptied, or another click may have sent it.
    if (keys === undefined || !this.#canBeSent()) return;
    this.#stopping = new AbortController();
    allowSending(false);
    focusOn("state");
    try {
      await this.#delivery.deliver(keys, this.#stopping.signal);
      if (this.#isThere()) this.#forget(keys);
    } catch (error) {
      if (this.#isThere()) await this.#failed(error, sending);
    } finally {
      this.#stopping = null;
    }
  }

  /** What sending needs; undefined where it did not come, or a button was pressed again meanwhile. */
  async #rest() {
    const mine = (this.#latest = {});
    try {
      if (!this.#delivery) showState(words.GETTING_REST);
      const sending = await this.#sending.there;
      if (!this.#delivery) showState(words.READY);
      this.#setUp(sending);
      if (mine === this.#latest) return sending;
    } catch {
      if (mine === this.#latest) this.#complain(words.NO_REST);
    }
    return undefined;
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
    if (missing) this.#complain(words.EMPTY, missing);
    return !missing;
  }

  #complain(problem, field) {
    showState(words.NOT_SENT);
    showProblem(problem, field);
    focusOn("problem");
  }

  async #failed(error, { NOT_RECEIVED, whyNotReceived }) {
    if (error instanceof KeysetError || error instanceof CardError) {
      await this.#noKeys(error);
    } else {
      showState(NOT_RECEIVED);
      showProblem(whyNotReceived(error));
      allowSending(true);
    }
    focusOn("problem");
  }

  /** Closed: perhaps the card says why. The server goes by its day, without the time that is left to wrong clocks. */
  async #checkCard() {
    await this.#fetchKeyset();
    if (!stillValid(this.#keyset)) throw new CardLapsed();
  }

  /** What the form holds now, sealed; `withNewKeys` where the server does not know the ones that there were. */
  async #seal(keys, { onProgress, withNewKeys }) {
    if (withNewKeys || !this.#keyset || !stillValid(this.#keyset)) await this.#fetchKeyset();
    const attachments = (await this.#files?.attachments()) ?? [];
    const envelope = await seal(this.#letter(keys, attachments), this.#keyset, { onProgress });
    // Without JIT the id of a large letter takes seconds: it is reckoned while the letter is sent.
    return { envelope, id: envelopeId(envelope).then(toHex) };
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
    this.#delivery.forget();
    this.#form.reset();
    this.#files?.clear();
    this.#steps.received();
    showReceived(Boolean(keys));
  }
}

function mark(form, missing) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  missing?.setAttribute("aria-invalid", "true");
}
