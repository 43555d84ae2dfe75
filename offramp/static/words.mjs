// Every sentence that the form says by itself, in one place: plain, short, and what to do next.

import {
  KeysetError,
  KeysetExpired,
  KeysetNotYetValid,
  NoRandomness,
  TooLarge,
  WrongOnion,
} from "../crypto/js/errors.mjs";
import { NoAnswer, Refused, Stopped, WrongReceipt } from "./problems.mjs";

export const GETTING_KEYS = "Getting the keys…";
export const READY = "Ready to send.";
export const NOT_READY = "Nothing can be sent yet.";
export const SEALING = "Sealing your letter on this computer…";
export const SENDING = "Sending the sealed letter…";
export const WAITING = "On its way. It is not saved until this page says “Received”.";
export const CHECKING = "Checking the server’s receipt…";
export const NOT_SENT = "Not sent yet.";
export const NOT_RECEIVED = "Not received yet. Your text is still here.";
export const EMPTY = "Please write at least one line here: ";

export const GETTING_WORDS = "Getting your words… If this takes long, you can still send without an answer.";
export const SEND_WITH_WORDS = "Seal and send, with my twelve words";

const SAME_LETTER = "You can send it again. If you change nothing, it counts only once.";

const NO_RANDOMNESS = "This browser cannot seal letters safely. Please use Tor Browser.";
const TOO_LARGE = "This is too large to send. Take out a file or shorten your text.";
const NOT_NOW = "The inbox cannot take letters at the moment. Wait a few minutes, then send again.";

const REFUSALS = {
  409: NOT_NOW, // after new keys were fetched: the server has just changed them once more
  413: TOO_LARGE,
  503: NOT_NOW,
  507: "The server has no room left at the moment. Please send again in a few hours.",
};

/** Why a letter was not received, and what to do. */
export function whyNotReceived(error) {
  if (error instanceof KeysetError) return whyNoKeys(error);
  if (error instanceof Refused) {
    return REFUSALS[error.status] ??
      `The server refused the letter (${error.status}). The mistake is this site’s, not yours. Please send again later.`;
  }
  if (error instanceof NoAnswer) return `The connection broke before the server said “received”. ${SAME_LETTER}`;
  if (error instanceof WrongReceipt) return `The server’s answer was not the receipt for your letter. ${SAME_LETTER}`;
  if (error instanceof Stopped) return `You stopped it. If it had arrived already, we cannot tell. ${SAME_LETTER}`;
  if (error instanceof TooLarge) return TOO_LARGE;
  if (error instanceof NoRandomness) return NO_RANDOMNESS;
  return "Something in this page failed, so nothing was sent. You can try again.";
}

/** Why there are no twelve words, and what to do. */
export function whyNoWords(error) {
  // By its name, because phrase.js is a bundle with classes of its own.
  return error?.name === "NoRandomness" ? NO_RANDOMNESS :
    "The part of this site that makes the words did not arrive. Your text is still here. Try again, or send without an answer.";
}

/** Why there is no keyset to seal with, and what to do. */
export function whyNoKeys(error) {
  const today = new Date().toUTCString().slice(0, 16);
  if (error instanceof NoAnswer) return "The keys did not arrive. What you have written stays here. Please try again.";
  if (error instanceof Refused) return "The inbox is closed at the moment. Please come back in a few days.";
  if (error instanceof KeysetExpired || error instanceof KeysetNotYetValid) {
    return `This computer says that today is ${today}. On that date, this site’s keys are not valid. ` +
      "If that date is wrong, correct it and try again. If it is right, please come back in a few days.";
  }
  if (error instanceof WrongOnion) {
    return "The keys belong to another address than the one you opened. Somebody may be imitating this site. " +
      "Do not write here. Compare the address with the place where you found it.";
  }
  return "This site could not prove that its keys are really ours, so nothing can be sent. " +
    "It may be a fault, or an attack. Please close this page and come back another day.";
}

/** Whether it can help to fetch the keys again: not where they are plainly not ours. */
export function worthAnotherTry(error) {
  return [NoAnswer, Refused, KeysetExpired, KeysetNotYetValid].some((kind) => error instanceof kind);
}

/** How a file was too large; `left` bytes still fit. */
export const fileTooLarge = (name, bytes, left) =>
  `“${name}” is too large: it has ${size(bytes)}, and ${size(left)} can still be added.`;

/** A file that the browser did not hand over. */
export const fileUnreadable = (name) => `“${name}” could not be read. Check that it is still there, then add it again.`;

/** How much of the letter has left this computer, or of the room for files is taken. */
export const amountOf = (done, total) => `${size(done)} of ${size(total)}`;

/** A number of bytes for people, rounded up so that nothing looks smaller than it is. */
export function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(Math.ceil(bytes / 1e5) / 10).toFixed(1)} MB`;
}
