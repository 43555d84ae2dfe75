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
import { dayInWords } from "./dates.mjs";
import { TooMuch } from "./download.mjs";
import { _, _n } from "./gettext.mjs";
import { NoAnswer, Refused, Stopped } from "./problems.mjs";
import { size } from "./words.mjs";

export const READY = _("Ready.");
export const NOT_LOOKED = _("Not looked yet. Your words are still here.");
export const WORDS_FIT = _("All twelve words fit together now.");
export const ASKING = _("Asking for the sealed answers…");
export const FETCHING = _("Downloading sealed answers, the same ones as everybody…");
export const TRYING = _("Trying your words on them, on this computer…");
export const NOT_READ = _("No answers were read. Your words are still here.");
export const NO_ANSWER = _("There is no answer for these words now");

export const STOP = _("Stop");
export const HOW_FAR = _("How far it is");
export const OPENING_PARCEL = _("Opening it on this computer…");
export const SAVED = _(
  "Your browser saves it, or asks you where. Before you open it, disconnect this computer from the internet: outside this " +
    "browser, a document can go online by itself, and not through Tor. Delete it when you no longer need it.",
);

const AGAIN = _("Please try again.");
const LATER = _("Please try again in an hour.");
const COME_BACK = _("If it goes on like this, come back in an hour.");
const TELL_US = _("If it goes on like this, write to us, and we will send it again.");
const BROKEN = _("Something in this page failed. You can try again.");
const NOT_WHOLE = _("What the server sent is not whole.");
const DAMAGED = _("What the server sent was damaged, there or on the way.");

/** What is wrong with the words, before anything is asked of the server. `foreign`: most are in no list of ours. */
export function whyNotAPhrase(error, { word, foreign }) {
  const english = foreign ? ` ${_("The twelve words are English ones that this site gave you.")}` : "";
  if (error instanceof PhraseWrongLength) return howMany(error) + english;
  if (error instanceof PhraseWrongChecksum) {
    return _(
      "All of these words are in our list, but they do not belong together. Compare them with your note, one " +
        "by one and in their order: one may be another word, or two may be exchanged.",
    );
  }
  const { place, suggestions } = error;
  const unknown = _("Word {place}, “{word}”, is not in our list.", { place, word });
  if (foreign) return unknown + english;
  return `${unknown} ${suggestions.length ? _("Did you mean:") : _("Compare it with your note. The twelve words are English.")}`;
}

function howMany({ count }) {
  if (count === 0) return _("Please type your twelve words.");
  return _n("There is {count} word here, and there must be 12.", "There are {count} words here, and there must be 12.", count, { count });
}

/** Why no answers were read, and what to do. */
export function whyNotRead(error) {
  if (error instanceof NoAnswer) return `${_("The connection broke before everything was here.")} ${AGAIN}`;
  if (error instanceof Stopped) return _("You stopped it. You can look again whenever you like.");
  if (error instanceof WrongShardLength || error instanceof TooMuch) return `${NOT_WHOLE} ${AGAIN} ${COME_BACK}`;
  if (error instanceof ShardDamaged) return `${DAMAGED} ${AGAIN} ${COME_BACK}`;
  if (error instanceof UnsupportedVersion) {
    return _("This page is older than the answers on the server. Load the page anew and type your words again.");
  }
  if (error instanceof NotABoard) {
    return _(
      "The server sent something that is not our answers. Please come back tomorrow. If it goes on like this, tell us in a letter.",
    );
  }
  if (error instanceof Refused) return refusal(error);
  return BROKEN;
}

const REFUSALS = {
  404: `${_("The answers were renewed while you were downloading them.")} ${AGAIN}`,
  503: `${_("The server has no answers to show at the moment, for anybody.")} ${LATER}`,
};

const refusal = ({ status }) =>
  REFUSALS[status] ??
  _("The server refused to send them ({status}). The mistake is this site’s, not yours. Please try again later.", { status });

/** Why a file or a long text is not here, and what to do. */
export function whyNoParcel(error) {
  const { status } = error;
  if (error instanceof NoAnswer) return `${_("The connection broke before all of it was here.")} ${AGAIN}`;
  if (error instanceof Stopped) return _("You stopped it. You can try again whenever you like.");
  if (error instanceof Refused && status === 404) {
    return _("This is no longer on the server. Write to us, and we will send it again.");
  }
  if (error instanceof Refused) {
    return _("The server refused to send it ({status}). The mistake is this site’s, not yours. Please try again later.", { status });
  }
  if (error instanceof WrongParcelLength || error instanceof TooMuch) return `${NOT_WHOLE} ${AGAIN} ${TELL_US}`;
  if (error instanceof ParcelDamaged) return `${DAMAGED} ${AGAIN} ${TELL_US}`;
  if (error instanceof AnswerMalformed) return _("This text cannot be shown. Write to us, and we will send it again.");
  return BROKEN;
}

/** Above the answers; none can be read where only something came that this page does not understand. */
export function whatThereIs(count) {
  if (count === 0) return _("There is an answer, but it cannot be read");
  return _n("There is {count} answer", "There are {count} answers", count, { count });
}

/** Above one answer. Its day is one of the calendar, wherever the reader is. */
export const answerTitle = ({ number, day }) =>
  _("Answer {number}, {day}", { number, day: dayInWords(Date.parse(day) / 86_400_000, true) });

/** Where some of what opened can be read by no page of this version. */
export const unreadable = (count) =>
  _n(
    "Something came for you that this page cannot read. Please tell us in a letter, and we will send it again.",
    "{count} things came for you that this page cannot read. Please tell us in a letter, and we will send them again.",
    count,
    { count },
  );

export const fetching = (name) => (name === null ? _("Downloading the text…") : _("Downloading {name}…", { name }));
export const showText = (bytes) => _("Show the whole text ({size})", { size: size(bytes) });
export const downloadFile = (name, bytes) => _("Download {name} ({size})", { name, size: size(bytes) });

export const SEEN_BY_SERVER = _(
  "When you get this, the server can see that somebody downloads something of this size, but not what is in it.",
);
export const NOT_PLAIN = _(
  "This is not one of the usual kinds of documents, so “.bin” was added to its name. Ask us what it is before you open it.",
);
