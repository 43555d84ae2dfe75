// Every sentence that the page of answers says by itself, in one place: plain, short, and what to do next.

import {
  AnswerMalformed,
  NotABoard,
  ParcelDamaged,
  PhraseWrongChecksum,
  PhraseWrongLength,
  ShardDamaged,
  UnsupportedVersion,
  WrongParcelLength,
  WrongShardLength,
} from "../crypto/js/errors.mjs";
import { TooMuch } from "./download.mjs";
import { NoAnswer, Refused, Stopped } from "./problems.mjs";
import { size } from "./words.mjs";

export const READY = "Ready.";
export const NOT_LOOKED = "Not looked yet. Your words are still here.";
export const WORDS_FIT = "All twelve words fit together now.";
export const ASKING = "Asking for the sealed answers…";
export const FETCHING = "Downloading sealed answers, the same ones as everybody…";
export const TRYING = "Trying your words on them, on this computer…";
export const NOT_READ = "No answers were read. Your words are still here.";
export const NO_ANSWER = "There is no answer for these words now";

export const OPENING_PARCEL = "Opening it on this computer…";
export const SAVED =
  "Your browser saves it, or asks you where. Before you open it, disconnect this computer from the internet: outside this " +
  "browser, a document can go online by itself, and not through Tor. Delete it when you no longer need it.";

const AGAIN = "Please try again.";
const LATER = "Please try again in an hour.";

/** What is wrong with the words, before anything is asked of the server. `foreign`: most are in no list of ours. */
export function whyNotAPhrase(error, { word, foreign }) {
  const english = foreign ? " The twelve words are English ones that this site gave you." : "";
  if (error instanceof PhraseWrongLength) {
    if (error.count === 0) return "Please type your twelve words.";
    const there = error.count === 1 ? "There is 1 word here" : `There are ${error.count} words here`;
    return `${there}, and there must be 12.${english}`;
  }
  if (error instanceof PhraseWrongChecksum) {
    return "All of these words are in our list, but they do not belong together. Compare them with your note, one " +
      "by one and in their order: one may be another word, or two may be exchanged.";
  }
  const unknown = `Word ${error.place}, “${word}”, is not in our list.`;
  if (foreign) return unknown + english;
  return `${unknown} ${error.suggestions.length ? "Did you mean:" : "Compare it with your note. The twelve words are English."}`;
}

/** Why no answers were read, and what to do. */
export function whyNotRead(error) {
  if (error instanceof NoAnswer) return `The connection broke before everything was here. ${AGAIN}`;
  if (error instanceof Stopped) return "You stopped it. You can look again whenever you like.";
  if (error instanceof WrongShardLength || error instanceof TooMuch) {
    return `What the server sent is not whole. ${AGAIN} If it goes on like this, come back in an hour.`;
  }
  if (error instanceof ShardDamaged) {
    return `What the server sent was damaged, there or on the way. ${AGAIN} If it goes on like this, come back in an hour.`;
  }
  if (error instanceof UnsupportedVersion) {
    return "This page is older than the answers on the server. Load the page anew and type your words again.";
  }
  if (error instanceof NotABoard) {
    return "The server sent something that is not our answers. Please come back tomorrow. If it goes on like this, tell us in a letter.";
  }
  if (error instanceof Refused) return refusal(error);
  return "Something in this page failed. You can try again.";
}

const REFUSALS = {
  404: `The answers were renewed while you were downloading them. ${AGAIN}`,
  503: `The server has no answers to show at the moment, for anybody. ${LATER}`,
};

const refusal = ({ status }) =>
  REFUSALS[status] ??
  `The server refused to send them (${status}). The mistake is this site’s, not yours. Please try again later.`;

/** Why a file or a long text is not here, and what to do. */
export function whyNoParcel(error) {
  if (error instanceof NoAnswer) return `The connection broke before all of it was here. ${AGAIN}`;
  if (error instanceof Stopped) return "You stopped it. You can try again whenever you like.";
  if (error instanceof Refused && error.status === 404) {
    return "This is no longer on the server. Write to us, and we will send it again.";
  }
  if (error instanceof Refused) {
    return `The server refused to send it (${error.status}). The mistake is this site’s, not yours. Please try again later.`;
  }
  if (error instanceof WrongParcelLength || error instanceof TooMuch) {
    return `What the server sent is not whole. ${AGAIN} If it goes on like this, write to us, and we will send it again.`;
  }
  if (error instanceof ParcelDamaged) {
    return `What the server sent was damaged, there or on the way. ${AGAIN} If it goes on like this, write to us, and we will send it again.`;
  }
  if (error instanceof AnswerMalformed) return "This text cannot be shown. Write to us, and we will send it again.";
  return "Something in this page failed. You can try again.";
}

/** Above the answers; none can be read where only something came that this page does not understand. */
export function whatThereIs(count) {
  if (count === 0) return "There is an answer, but it cannot be read";
  return count === 1 ? "There is 1 answer" : `There are ${count} answers`;
}

/** Above one answer. Its day is one of the calendar, wherever the reader is. */
export function answerTitle({ number, day }) {
  const date = new Date(`${day}T12:00:00Z`);
  const inWords = { timeZone: "UTC", year: "numeric", month: "long", day: "numeric" };
  return `Answer ${number}, ${date.toLocaleDateString("en-US", inWords)}`;
}

/** Where some of what opened can be read by no page of this version. */
export const unreadable = (count) =>
  `${count === 1 ? "Something came for you that this page cannot read." : `${count} things came for you that this page cannot read.`} ` +
  "Please tell us in a letter, and we will send it again.";

export const fetching = (name) => `Downloading ${name ?? "the text"}…`;
export const showText = (bytes) => `Show the whole text (${size(bytes)})`;
export const downloadFile = (name, bytes) => `Download ${name} (${size(bytes)})`;

export const SEEN_BY_SERVER =
  "When you get this, the server can see that somebody downloads something of this size, but not what is in it.";
export const NOT_PLAIN =
  "This is not one of the usual kinds of documents, so “.bin” was added to its name. Ask us what it is before you open it.";
