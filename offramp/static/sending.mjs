// What a form needs from “send” on. It comes once the page is ready, so that nobody waits for it before they can write.
//
// It is a bundle with classes of its own: errors that come from the form are told apart by their names.

import { Choice } from "./choice.mjs";
import { Delivery } from "./delivery.mjs";
import { LookingThrough } from "./looking_through.mjs";
import { NOT_RECEIVED, whyNoKeys, whyNotReceived, worthAnotherTry } from "./words.mjs";

/** What LetterForm works with. */
export const sending = { Delivery, stepsOf, NOT_RECEIVED, whyNoKeys, whyNotReceived, worthAnotherTry };

/**
 * The steps between pressing “send” and sealing, on the page of a first letter. Their own scripts are fetched whether
 * anybody writes or not: it tells the server nothing.
 *
 * @typedef {object} Steps
 * @property {(form: HTMLFormElement, files: object | null) => unknown} check whether the letter shall go on as it is then
 * @property {(button: HTMLElement | null) => unknown} conversation {thread, replyKey} of FORMAT 7.3; null where no
 *   answer is wanted; undefined where the person went back to writing
 * @property {() => void} received called as soon as a letter was received, before the page says so
 *
 * @param {HTMLFormElement} form
 * @returns {Steps}
 */
function stepsOf(form) {
  // Whoever offers help wants to be found; whoever asks for it may not.
  const looking = form.dataset.purpose === "offer" ? null : new LookingThrough();
  const choice = form.dataset.days ? new Choice(Number(form.dataset.days)) : null;
  looking?.prepare();
  choice?.prepare();
  let letter;
  const check = () => !looking || looking.check(...letter);
  return {
    check: (...checked) => {
      choice?.pressedAgain();
      letter = checked;
      return check();
    },
    conversation: async (button) => {
      const keys = choice ? await choice.conversation(button) : null;
      // While the words were on their way, the person may have written on.
      return keys && !(await check()) ? undefined : keys;
    },
    received: () => [looking, choice].forEach((step) => step?.received()),
  };
}
