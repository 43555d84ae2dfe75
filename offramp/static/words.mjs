// Every sentence that the form says by itself, in one place: plain, short, and what to do next.

import {
  CardError,
  CardFromTheFuture,
  CardLapsed,
  KeysetError,
  KeysetExpired,
  KeysetNotYetValid,
  NoRandomness,
  SequenceWentBack,
  TooLarge,
  WrongCampaign,
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

const DAY_MS = 86_400_000;
const DATES = [KeysetExpired, KeysetNotYetValid, CardFromTheFuture];
const COME_BACK = "Please come back in a few days.";
const NEW_ADDRESS = "If it still says this then, look where you found this address for a newer one.";

const NO_RANDOMNESS = "This browser cannot seal letters safely. Please use Tor Browser.";
const TOO_LARGE = "This is too large to send. Take out a file or shorten your text.";
const NOT_NOW = "The inbox cannot take letters at the moment. Wait a few minutes, then send again. If that does not help, come back in a few days.";

const REFUSALS = {
  409: NOT_NOW, // after new keys were fetched: the server has just changed them once more
  413: TOO_LARGE,
  503: NOT_NOW,
  507: "The server has no room left at the moment. Please send again in a few hours.",
};

/** Why a letter was not received, and what to do. */
export function whyNotReceived(error) {
  if (error instanceof KeysetError || error instanceof CardError) return whyNoKeys(error);
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

/** Wrong clocks are the likeliest cause of keys that are not valid, and the one that a person can mend. */
const clock = () =>
  `This computer says that today is ${day(Date.now() / DAY_MS, { year: "numeric" })}. If that is wrong, it is the cause: correct it and try again.`;

/** Why there is no keyset to seal with, and what to do. */
export function whyNoKeys(error) {
  const is = (...kinds) => kinds.some((kind) => error instanceof kind);
  if (is(NoAnswer)) return "The keys did not arrive. What you have written stays here. Please try again.";
  if (is(Refused)) return "The inbox is closed at the moment. Please come back in a few days.";
  if (is(CardLapsed)) {
    return "Nothing can be sent now: nobody has said lately that they read this inbox, so a letter might wait here unread. " +
      `${COME_BACK} ${NEW_ADDRESS} ${clock()}`;
  }
  if (is(...DATES)) {
    return `${clock()} On that date, this site’s keys are not valid, so nothing can be sent. ` +
      `If the date is right, the fault is this site’s. ${COME_BACK}`;
  }
  if (is(WrongOnion, WrongCampaign)) {
    return "The keys belong to another site than the one you opened. Somebody may be imitating this site. " +
      "Do not write here. Compare the address with the place where you found it.";
  }
  if (is(SequenceWentBack)) {
    return "These keys are older than ones that this site had before, so nothing can be sent: somebody who has left " +
      "could perhaps open your letter. It may be a fault, or an attack. Please close this page and come back another day.";
  }
  return `This site could not prove that ${is(CardError) ? "a person reads this inbox" : "its keys are really ours"}, so nothing can be sent. ` +
    "It may be a fault, or an attack. Please close this page and come back another day.";
}

/** Whether it can help to fetch the keys again: not where they are plainly not ours. */
export function worthAnotherTry(error) {
  return [NoAnswer, Refused, CardLapsed, ...DATES].some((kind) => error instanceof kind);
}

/** What a card says; its days, and the time `now`, are counted in days from 1970-01-01. */
export const lastRead = ({ week, nextBy }, now = Date.now() / DAY_MS) =>
  `A person last read this inbox in the week of ${day(week, { year: "numeric" })}. ` +
  `The next time ${now < nextBy + 1 ? "is" : "was to be"} by ${day(nextBy)}.`;

const day = (count, more) =>
  new Date(count * DAY_MS).toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "long", ...more });

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
