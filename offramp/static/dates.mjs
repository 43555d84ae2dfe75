// Days in the words of the page's language.

import { _ } from "./gettext.mjs";

/** How the page's language writes days and numbers, as browsers call it (BCP 47): in Spanish “es-US”. */
export const LOCALE = _("en-US");

const DAY_MS = 86_400_000;

/** Days since 1970-01-01 until now, with their fraction. */
export const today = () => Date.now() / DAY_MS;

/** A day, counted from 1970-01-01; the same one wherever the reader is. */
export const dayInWords = (count, withYear = false) =>
  new Date(count * DAY_MS).toLocaleDateString(LOCALE, {
    timeZone: "UTC",
    day: "numeric",
    month: "long",
    year: withYear ? "numeric" : undefined,
  });
