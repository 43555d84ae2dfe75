// Exact dates. A month or a year alone is none.

import { before, every, words } from "./matching.mjs";

const ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const SPANISH = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
const MONTH =
  "(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const MES =
  "(?<month>enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre|ene|feb|mar|abr|jun|jul|ago|sept?|oct|nov|dic)\\.?";
const DAY = "(?:3[01]|[12]\\d|0?[1-9])";
const NTH = `${DAY}(?:st|nd|rd|th)`;
const YEAR = "(?<year>(?:19|20)\\d\\d)";
const ON = "(?:(?:on|by) )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:on )?(?:the )?";
const EL = "(?:el )?(?:(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo),? )?";
const RANGE = `(?:${NTH}|${DAY}) ?(?:-|–|to|until|and|through|al?|y|hasta)(?: the| el)? ?`;

const PATTERNS = [
  words(`${ON}${MONTH} (?:the )?(?:${NTH}|${DAY})(?!\\d)(?:,? ?(?:of )?${YEAR})?`),
  words(`${ON}(?:${RANGE})?(?:${NTH}|${DAY})(?: day)?(?: of)?[ -]${MONTH}(?:,?[ -]${YEAR})?`),
  words(`${EL}(?:d[íi]a )?(?:${RANGE})?(?:${DAY}[ºo°]?|primero)(?: de | |-)${MES}(?:(?: de |,? |-)${YEAR})?`),
  words(`(?:on |by |in |el )?${YEAR}[-/.](?:1[0-2]|0?[1-9])[-/.]${DAY}`),
  words(`(?:on |by |el )?\\d{1,2}(?<mark>[-/.])\\d{1,2}\\k<mark>(?:${YEAR}|\\d\\d)`),
];
const WITHOUT_YEAR = words(`(?:on|since|until|el|desde|hasta) (?<it>${DAY}/${DAY})(?!/)`);
const NTH_ALONE = words(`(?:on|by|since|until) the (?<it>${NTH})(?=[.,;!?]|$| (?:and|but|I|we|of (?:this|that|next|last))(?!\\p{L}))`);
// Whoever has the list of a class has its month.
const ENTRY = words(
  `(?:eod|entered on duty|academy|class|entr[ée]|ingres[ée])(?: \\p{L}+){0,4}? (?<it>(?:in |en )?(?:${MONTH}|${MES.replace("<month>", "<mes>")}) (?:de )?${YEAR})`,
);

const SEPTEMBER_11 = /^(?:on )?0?9[-/.]11[-/.](?:20)?01$/;
const BIRTH = /born|birth|naci|nací|cumple/iu;
// “since” and its like need no “in”; its Spanish ones stand before the article.
const NEEDS_NO_IN = /(?<!\p{L})(?:from|to|until|since|between|and|before|after|of|de|del|desde|hasta|a|al|y|entre|antes de|después de) (?:the |el )?$/iu;

/** All dates that are exact to the day. */
export function dates(text, vaguer) {
  const instead = (match) => (SEPTEMBER_11.test(match[0]) ? undefined : vaguerDate(match, vaguer));
  return [
    ...PATTERNS.flatMap((pattern) => every(text, "date", pattern, instead)),
    ...every(text, "date", WITHOUT_YEAR, ({ groups }) => (groups.it === "9/11" ? undefined : vaguer.then)),
    ...every(text, "date", NTH_ALONE, () => vaguer.then),
    ...every(text, "date", ENTRY, ({ groups }) => vaguer.inYear(groups.year)),
  ];
}

function vaguerDate(match, vaguer) {
  const { year, month } = match.groups;
  const standsAlone = NEEDS_NO_IN.test(before(match));
  if (year && BIRTH.test(before(match, 40))) return vaguer.decade(year);
  if (year) return standsAlone ? vaguer.year(year) : vaguer.inYear(year);
  if (!month) return vaguer.then;
  return standsAlone ? vaguer.season(monthNumber(month)) : vaguer.inSeason(monthNumber(month));
}

/** 1 for January. */
function monthNumber(name) {
  const short = name.slice(0, 3).toLowerCase();
  return Math.max(ENGLISH.indexOf(short), SPANISH.indexOf(short)) + 1;
}
