// Every sentence that the form says by itself, in one place: plain, short, and what to do next.
//
// Errors are known by their names: form.js and the scripts that come later are bundles with classes of their own.

import { LOCALE, dayInWords, today } from "./dates.mjs";
import { _ } from "./gettext.mjs";

export const GETTING_KEYS = _("Getting the keys…");
export const READY = _("Ready to send.");
export const NOT_READY = _("Nothing can be sent yet.");
export const NO_KEYS = _("The keys did not arrive. What you have written stays here. Please try again.");
export const NO_GOOD_KEYS = _(
  "Nothing can be sent now, and the part of this page that can say why did not arrive. Please try again.",
);
export const GETTING_REST = _("Getting the rest of this page…");
export const NO_REST = _(
  "The part of this page that sends letters did not arrive. Nothing was sent, and your text is still here. Please try again.",
);
export const SEALING = _("Sealing your letter on this computer…");
export const SENDING = _("Sending the sealed letter…");
export const WAITING = _("On its way. It is not saved until this page says “Received”.");
export const CHECKING = _("Checking the server’s receipt…");
export const NOT_SENT = _("Not sent yet.");
export const NOT_RECEIVED = _("Not received yet. Your text is still here.");
export const EMPTY = _("Please write at least one line here:");

export const GETTING_WORDS = _("Getting your words… If this takes long, you can still send without an answer.");
export const SEND_WITH_WORDS = _("Seal and send, with my twelve words");

export const LOOKING_THROUGH = _("Looking through your letter on this computer…");
export const NOT_LOOKED_THROUGH = _(
  "The part of this page that looks for names, places and dates did not arrive. Nothing was sent, and your text is " +
    "still here. Please read it once more yourself. Then press the button again to go on.",
);
export const FILE_CAME_LATER = _(
  "This page was still looking into a file, so nothing was sent. Please read what stands below the file’s name. " +
    "Then press the button again.",
);

const SAME_LETTER = _("You can send it again. If you change nothing, it counts only once.");

const DATES = ["KeysetExpired", "KeysetNotYetValid", "CardFromTheFuture"];
const COME_BACK = _("Please come back in a few days.");
const ANOTHER_DAY = _("It may be a fault, or an attack. Please close this page and come back another day.");

const NO_RANDOMNESS = _("This browser cannot seal letters safely. Please use Tor Browser.");
const TOO_LARGE = _("This is too large to send. Take out a file or shorten your text.");
const NOT_NOW = _(
  "The inbox cannot take letters at the moment. Wait a few minutes, then send again. If that does not help, come back in a few days.",
);

const CLOSED = _("The inbox is closed at the moment. Please come back in a few days.");

const REFUSALS = {
  409: NOT_NOW, // after new keys were fetched: the server has just changed them once more
  413: TOO_LARGE,
  503: NOT_NOW,
  507: _(
    "The server has no room left for this. If you added files, try it without them: text alone may still fit. Or send again in a few hours.",
  ),
};

/** Why a letter was not received, and what to do; of keys and cards, whyNoKeys() tells. */
export function whyNotReceived({ name, status }) {
  if (name === "Refused") {
    return REFUSALS[status] ??
      _("The server refused the letter ({status}). The mistake is this site’s, not yours. Please send again later.", { status });
  }
  if (name === "NoAnswer") return _("The connection broke before the server said “received”.") + ` ${SAME_LETTER}`;
  if (name === "InboxClosed") return CLOSED;
  if (name === "WrongReceipt") return _("The server’s answer was not the receipt for your letter.") + ` ${SAME_LETTER}`;
  if (name === "Stopped") return _("You stopped it. If it had arrived already, we cannot tell.") + ` ${SAME_LETTER}`;
  if (name === "TooLarge") return TOO_LARGE;
  if (name === "NoRandomness") return NO_RANDOMNESS;
  return _("Something in this page failed, so nothing was sent. You can try again.");
}

/** Why there are no twelve words, and what to do. */
export function whyNoWords(error) {
  return error?.name === "NoRandomness" ? NO_RANDOMNESS :
    _("The part of this site that makes the words did not arrive. Your text is still here. Try again, or send without an answer.");
}

/** Wrong clocks are the likeliest cause of keys that are not valid, and the one that a person can mend. */
const clock = () =>
  _("This computer says that today is {day}. If that is wrong, it is the cause: correct it and try again.", {
    day: dayInWords(today(), true),
  });

/** Why there is no keyset to seal with, and what to do. */
export function whyNoKeys({ name }) {
  const is = (...names) => names.includes(name);
  if (is("NoAnswer")) return NO_KEYS;
  if (is("Refused")) return CLOSED;
  if (is("CardLapsed")) return lapsed();
  if (is(...DATES)) {
    return `${clock()} ${_("On that date, this site’s keys are not valid, so nothing can be sent.")} ` +
      `${_("If the date is right, the fault is this site’s.")} ${COME_BACK}`;
  }
  if (is("WrongOnion", "WrongCampaign")) {
    return _(
      "The keys belong to another site than the one you opened. Somebody may be imitating this site. " +
        "Do not write here. Compare the address with the place where you found it.",
    );
  }
  if (is("SequenceWentBack")) return `${_(
    "These keys are older than ones that this site had before, so nothing can be sent: somebody who has left could " +
      "perhaps open your letter.",
  )} ${ANOTHER_DAY}`;
  return `${is("CardError", "NotACard", "CardForged")
    ? _("This site could not prove that a person reads this inbox, so nothing can be sent.")
    : _("This site could not prove that its keys are really ours, so nothing can be sent.")} ${ANOTHER_DAY}`;
}

const lapsed = () =>
  `${_(
    "Nothing can be sent now: nobody has said lately that they read this inbox, so a letter might wait here unread.",
  )} ${COME_BACK} ${_("If it still says this then, look where you found this address for a newer one.")} ${clock()}`;

/** Whether it can help to fetch the keys again: not where they are plainly not ours. */
export function worthAnotherTry({ name }) {
  return ["NoAnswer", "Refused", "CardLapsed", ...DATES].includes(name);
}

/** What a card says; its days, and the time `now`, are counted in days from 1970-01-01. */
export function lastRead({ week, nextBy }, now = today()) {
  const read = _("A person last read this inbox in the week of {week}.", { week: dayInWords(week, true) });
  const day = dayInWords(nextBy);
  return `${read} ${now < nextBy + 1 ? _("The next time is by {day}.", { day }) : _("The next time was to be by {day}.", { day })}`;
}

/** How a file was too large; `left` bytes still fit. */
export const fileTooLarge = (name, bytes, left) =>
  _("“{name}” is too large: it has {size}, and {left} can still be added.", {
    name,
    size: size(bytes),
    left: size(left),
  });

/** A file that the browser did not hand over. */
export const fileUnreadable = (name) =>
  _("“{name}” could not be read. Check that it is still there, then add it again.", { name });

export const REMOVE = _("Remove");
export const removeFile = (name) => _("Remove {name}", { name });

/** While what is hidden in a file is looked for, and where the script that does it did not come. */
export const lookingInto = (name) => _("Looking for hidden data in “{name}”…", { name });
export const notLookedInto = (name) =>
  _("The part of this page that looks for hidden data did not arrive. “{name}” goes as it is. To try again, remove it and add it once more.", { name });

/** How much of the letter has left this computer, or of the room for files is taken. */
export const amountOf = (done, total) => _("{done} of {total}", { done: size(done), total: size(total) });

/** A number of bytes for people, rounded up so that nothing looks smaller than it is. */
export function size(bytes) {
  if (bytes < 1e6) return _("{number} KB", { number: Math.ceil(bytes / 1e3) });
  const number = (Math.ceil(bytes / 1e5) / 10).toLocaleString(LOCALE, { minimumFractionDigits: 1 });
  return _("{number} MB", { number });
}
