// The answers as the page shows them. What an adviser wrote is only ever text: nothing in it becomes a link or markup.

import { SEEN_BY_SERVER, answerTitle } from "./answer_words.mjs";
import { element, prose } from "./elements.mjs";
import { ParcelRow } from "./parcel_row.mjs";

/**
 * @param {import("../crypto/js/answer.mjs").Answer[]} answers in order
 * @param {{ saver: import("./parcel_download.mjs").Saver, signal: AbortSignal }} tools `signal` ends all downloads
 * @returns {HTMLElement[]}
 */
export const showAnswers = (answers, tools) =>
  answers.map((answer) =>
    element(
      "article",
      "answer",
      element("h3", "", answerTitle(answer)),
      ...(answer.text ? [prose(answer.text)] : []),
      ...(answer.parcels.length ? [element("p", "hint", SEEN_BY_SERVER)] : []),
      ...answer.parcels.map((parcel) => new ParcelRow(parcel, tools).element),
    ),
  );
