// Email addresses, accounts, telephone numbers, streets and postal codes.

import { CAPITAL, WORD_END, WORD_START, before, every, words } from "./matching.mjs";

// Spelled out, so that no program finds it, as “name (at) proton (dot) me” and “name at proton dot me”.
const AT = "(?:@| ?[([](?:at|arroba)[)\\]] ?)";
const DOT = "(?:\\.| ?[([](?:dot|punto)[)\\]] ?| (?:dot|punto) )";
const LOCAL = "(?<![\\w.+-])[\\w.+-]{1,64}";
const EMAIL = new RegExp(
  `${LOCAL}(?:${AT}[\\w-]{1,63}(?:${DOT}[\\w-]{1,63}){0,4}?${DOT}| (?:at|arroba) [\\w-]{1,63} (?:dot|punto) |(?<=\\w*[\\d._]\\w*) (?:at|arroba) [\\w-]{1,63}\\.)\\p{L}{2,}(?:\\.\\p{L}{2,})*`,
  "giu",
);
const ACCOUNT = words("(?:\\w{1,20}\\.)?(?:facebook|instagram|linkedin|twitter|x|tiktok|github|threads|youtube|t)\\.(?:com|net|me)/[\\w./@-]+");
const SITE = words("(?:my|mi|mis)(?: [\\p{L}]+){1,4} (?<it>(?:www\\.)?[\\w-]+(?:\\.[\\w-]+){0,3}\\.(?:com|net|org|io|me|info|us|mx|dev))");
const HANDLE = /(?<![\p{L}\p{N}.@])@[\w.]{2,}\w/gu;
const OF_WORK = /\.(?:gov|mil)(?:\.\w+)?$/i;

const GAP = "[ .–-]{0,3}";
const AMERICAN = new RegExp(`(?<![\\d$.,-])(?:\\+?1${GAP})?(?:\\(\\d{3}\\)|\\d{3})${GAP}\\d{3}${GAP}\\d{4}(?![\\d-])`, "gu");
const CALLED_SO = words(
  "(?:phone|cell|mobile|call|text|whatsapp|tel[ée]fono|celular|cel|tel|marque|llame)(?: me)?(?: number| no\\.)?(?: is| at| on| es| al)?[: .]{1,2}(?<it>\\+?\\(?\\d(?:[ ().–-]{0,2}\\d){8,12})",
);
const ABROAD = /(?<![\d\w])\+\d[\d ().-]{8,}\d/gu;
const SHORT = /(?<![\d\w$.,-])\d{3}[-.]\d{4}(?![\d\w-])/gu;

const STREET =
  "(?:street|st|lane|ln|road|rd|avenue|ave|drive|dr|boulevard|blvd|court|ct|circle|cir|highway|hwy|trail|trl|terrace|ter|parkway|pkwy|way|place|loop)";
const ADDRESS = words(`\\d{1,5}[a-z]?(?: [nsew]\\.?)?(?: [\\p{L}\\d.'’]+){1,3} ${STREET}`);
const STREET_ALONE = words(
  `(?:on|off|at|near) (?<it>(?:${CAPITAL} ){1,3}(?:Street|St|Lane|Ln|Road|Rd|Avenue|Ave|Drive|Dr|Boulevard|Blvd|Court|Ct|Circle|Terrace|Parkway))`,
  "",
);
const CALLE = words(
  `(?:calle|avenida|av\\.|bulevar|boulevard|carretera|camino|privada|colonia) (?:\\p{L}+ ){0,3}\\p{L}+,? (?:#|n[úu]m(?:ero|\\.)|no\\.)? ?\\d{1,5}`,
);
const DE_LA_CALLE = words("\\d{1,5} de la (?:calle|avenida|privada) \\p{L}+(?: \\p{Lu}\\p{L}+)*");
const POSTAL = words("(?:zip|postal|zip code|postal code|c[óo]digo postal|c\\.p\\.)(?: code)?(?: is| es|:)?(?: el)? (?<it>\\d{5}(?:-\\d{4})?)");
const ZIP_ALONE = words("(?:in|from|at|en|c[óo]digo(?: es)?)(?: el)? (?<it>\\d{5})(?=[.,;!?]|$| (?:if|and|but|so|si|y|por)(?!\\p{L}))");
const STATE_AND_ZIP = new RegExp(`${WORD_START}${CAPITAL},? [A-Z]{2},? (?<it>\\d{5})${WORD_END}`, "gu");

/**
 * Everything that mail and calls can be sent to. `isContact`: in the field that asks how to reach somebody, an address
 * is what was asked for, unless it is one at work.
 */
export function contacts(text, vaguer, { isContact = false } = {}) {
  const leftOut = () => vaguer.leftOut;
  const atWork = (match) => OF_WORK.test(match[0].replace(/ ?[([]?(?:dot|punto)[)\]]? ?/g, "."));
  const online = isContact ? undefined : vaguer.leftOut;
  return [
    ...every(text, "work_address", EMAIL, (match) => (atWork(match) ? vaguer.leftOut : undefined)),
    ...every(text, "address", EMAIL, (match) => (atWork(match) ? undefined : online)),
    ...every(text, "address", ACCOUNT, () => online),
    ...every(text, "address", SITE, () => online),
    ...every(text, "address", HANDLE, () => online),
    ...[AMERICAN, ABROAD, CALLED_SO].flatMap((pattern) => every(text, "phone", pattern, isNoOther(leftOut))),
    ...every(text, "phone", SHORT, isNoOther(leftOut)),
    ...[ADDRESS, STREET_ALONE, CALLE, DE_LA_CALLE, POSTAL, ZIP_ALONE, STATE_AND_ZIP].flatMap((pattern) => every(text, "home", pattern, leftOut)),
  ];
}

/** Ten digits behind “badge” are a badge's. */
const isNoOther = (make) => (match) =>
  /(?:badge|card|piv|reads|case|employee|file|account|placa|caso|empleado|expediente|a)[ #:.-]*(?:number|no\.?|id|is|n[úu]mero|es|[ #:])*$/iu.test(before(match))
    ? undefined
    : make(match);
