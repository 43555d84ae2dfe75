// What in a text points to a person: every rule, of whatever language, looks at it, and the first of two that find the
// same words is believed.

import { contacts } from "./contacts.mjs";
import { dates } from "./dates.mjs";
import { grades } from "./grades.mjs";
import { names } from "./names.mjs";
import { numbers } from "./numbers.mjs";
import { only } from "./only.mjs";
import { places } from "./places.mjs";
import { titles } from "./titles.mjs";
import { units } from "./units.mjs";
import { vaguerWordsFor } from "./vaguer.mjs";

// The plainest first: a telephone number is no case number, and “Field Office Director” is a title and no office.
const RULES = [contacts, numbers, dates, grades, titles, units, places, names, only];

/**
 * All findings, in the order of the text, none within another (Finding in matching.mjs).
 * `isContact`: whether the text was asked for as a way to reach somebody.
 */
export function find(text, { isContact = false } = {}) {
  const vaguer = vaguerWordsFor(text);
  const found = [];
  for (const rule of RULES) {
    for (const one of rule(text, vaguer, { isContact }).sort(longestFirst)) {
      if (!found.some((other) => one.start < other.end && other.start < one.end)) found.push(one);
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

const longestFirst = (one, other) => other.end - other.start - (one.end - one.start);
