// Every sentence of the step with the twelve words: plain, calm, and no more than somebody in a hurry reads.

import { LOCALE } from "./dates.mjs";
import { _, _n } from "./gettext.mjs";

export const TITLE = _("Your twelve words");
export const ABOUT = _(
  "With these words you can read our answer on this site. Write them on paper now, in this order. " +
    "Your letter has not been sent yet; that comes after this.",
);

/** What a person should know before they trust a piece of paper: [heading, ...items]. `days`: how long an answer stays. */
export const advice = (days) => [
  [
    _("How to keep them"),
    _("By hand, on paper, where nobody else looks."),
    _("Do not put them into a phone or computer from work, not even as a photograph, and do not print them there."),
    _(
      "Do not write this site’s address beside them, or what they are for. Keep the address so that you find it again, but in another place.",
    ),
  ],
  [
    _("What others would see"),
    _(
      "Twelve ordinary English words. Nothing in them says this site, an agency, or you. " +
        "Lists like this also serve as keys to digital money, and whoever knows that will think of it first.",
    ),
  ],
  [
    _("What they open"),
    _n(
      "Our answers to this letter. Each of them can be read for {days} day.",
      "Our answers to this letter. Each of them can be read for {days} days.",
      days,
      { days },
    ),
    _("Whoever has the words can read our answers, and write to us as if they were you."),
    _(
      "Sealed answers can be copied by anybody, and your words would open a copy years later. Destroy the paper when you need no more answers.",
    ),
    _("Nobody can give you the words again. They were made on this computer, are never sent, and we do not know them."),
  ],
];

export const WRITTEN = _("I have written them down");
export const BACK = _("Back to my letter");

export const CHECK_TITLE = _("Are they all on your paper?");
export const CHECK_ABOUT = _("Please type these three from your paper. After that, your letter is sealed and sent.");
export const wordNumber = (number) => _("Word number {number}", { number });
export const SEND = _("Seal and send");
export const AGAIN = _("Show me the words again");

/** Which of the three were wrong, by their numbers. */
export function wrong(numbers) {
  const list = new Intl.ListFormat(LOCALE).format(numbers.map(String));
  return _n(
    "Word number {list} is not right yet. Compare with your paper, or look at the words again. Nothing else is lost.",
    "Words number {list} are not right yet. Compare with your paper, or look at the words again. Nothing else is lost.",
    numbers.length,
    { list },
  );
}
