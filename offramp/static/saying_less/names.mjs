// Names of people: of whoever writes, of their family, and of people at work.

import { GIVEN_NAMES } from "./given_names.mjs";
import { CAPITAL, NAME, after, anyCase, before, every, words } from "./matching.mjs";
import { NO_NAMES } from "./no_names.mjs";

// Behind these comes a name, whatever it looks like.
const CALLED =
  "(?:my )?(?:full|first|last|real|legal) name(?:['’]s| is|:)?|(?:my|['’]s) name(?:['’]s| is)|i go by|" +
  "i['’]m called|i am called|calls? me|signed:|me llamo|mi nombre(?: completo)? es|les? escribe|me dicen|" +
  "me apellido|apellido|me conocen como|firma:|firmado:";
// Behind these comes a name only if it looks like one.
const BEING = "this is|i am|i['’]m|it['’]s|soy|habla|de parte de|married to|casad[oa] con";

// Behind these comes a name only if it has a capital.
const ASKED_FOR =
  "named|is called|called|known as|se llama|ask for|asking for|pregunte por|pregunten por|habla|aqu[íi]|" +
  "saludos de|attn\\.?:?|cc:?";

const RELATIVES =
  "wife|husband|spouse|partner|girlfriend|boyfriend|fianc[ée]e?|son|sons|daughter|daughters|kid|kids|child|" +
  "children|baby|twins|brother|sister|mother|father|mom|dad|grandmother|grandfather|grandson|granddaughter|" +
  "uncle|aunt|cousin|nephew|niece|in-law|friend|buddy|roommate|neighbor|boss|supervisor|manager|chief|" +
  "lieutenant|sergeant|captain|commander|director|coworker|co-worker|colleague|woman|man|guy|lady|trainee|" +
  "trainer|mentor|ex";
const FAMILIARES =
  "esposa|esposo|marido|mujer|pareja|novia|novio|hijo|hija|hijos|hijas|beb[ée]|hermano|hermana|mam[áa]|pap[áa]|" +
  "madre|padre|abuela|abuelo|nieto|nieta|t[íi]o|t[íi]a|primo|prima|cuñado|cuñada|suegro|suegra|sobrino|sobrina|" +
  "amigo|amiga|compañero|compañera|vecino|vecina|compadre|comadre|cuate|se[ñn]ora?|muchach[oa]|jefe|jefa|" +
  "supervisor|supervisora|colega";
const RANKS =
  "(?:Deputy |Assistant |Watch |Sector |Station |Division )?(?:Chief|Commander|Director)|Officer|" +
  "(?:Special |Patrol )?Agent|Inspector|Detective|Deputy|Trooper|Sergeant|Sgt\\.?|Lieutenant|Lt\\.?|Captain|" +
  "Capt\\.?|Colonel|Supervisor|Judge|Warden|Mr\\.?|Mrs\\.?|Ms\\.?|Miss|Dr\\.?|SDDO|AFOD|FOD|SBPA|SPA|PAIC|SAC|" +
  "ASAC|SSA|CBPO|BPA|officer|agent|supervisor|sergeant|lieutenant|captain|chief";
const RANGOS =
  "[Oo]ficial|[Aa]gente|[Ss]upervisora?|[Ll]icenciad[oa]|[Ll]ic\\.|[Ss]eñora?|[Ss]rt?a?\\.|[Dd]on|[Dd]oña|" +
  "[Jj]ef[ea]|[Cc]omandante|[Cc]apit[áa]n|[Ss]argento|[Tt]eniente|[Jj]uez|[Ii]nspectora?|[Dd]irectora?|" +
  "[Dd]octora?|[Dd]ra?\\.";

const BEHIND_CALLED = words(`(?:${anyCase(CALLED)})[ \\t]+(?<it>${NAME}|\\p{L}+(?:[ \\t]\\p{L}+){0,2})`, "");
const BEHIND_BEING = words(`(?:${anyCase(BEING)})[ \\t]+(?<it>${NAME}|\\p{L}+(?:[ \\t]\\p{L}+)?)`, "");
const ONES_OWN = "(?:my|our|his|her|an?|mis?|una?|nuestr[oa]s?|su|el|la)[ \\t](?:ex-?|old |new |little |big |older |younger |best |good |late |former )*";
const CALLED_SO = ",? (?:is |es |named |called |se llama |supervisor |el supervisor |la supervisora )|,? ";
const RELATIVE = words(`${anyCase(ONES_OWN)}(?:${anyCase(RELATIVES)}|${anyCase(FAMILIARES)})(?<link>${CALLED_SO})(?<it>${NAME})`, "");
const RANKED = words(`(?<it>(?:(?:el|la|El|La) )?(?:${RANKS}|${RANGOS})[ \\t]+(?<name>${NAME}))`, "");
const GIVEN = words(`(?<it>(?<given>${CAPITAL})(?:[ \\t]${CAPITAL}\\.?){0,2}[ \\t]${CAPITAL})`, "");
const ASKED = words(`${anyCase(`(?:${ASKED_FOR})`)} (?<it>${NAME})`, "");
const HERE = words(`(?<it>${NAME})[ \\t]${anyCase("(?:here|speaking|por aqu[íi])")}(?=[,.! \\n]|$)`, "");
const CLOSING =
  "(?:best|kind|warm)? ?regards|sincerely(?: yours)?|yours(?: truly)?|best(?: wishes)?|" +
  "thanks(?: again| in advance)?|thank you(?: so much| again| for [\\p{L} ]+)?|respectfully|cheers|" +
  "saludos(?: cordiales)?|atentamente|cordialmente|gracias(?: por todo| de antemano| por [\\p{L} ]+)?|un abrazo|" +
  "bendiciones";
const SIGNED = new RegExp(`(?:^|[\\n.!?] ?)(?:${anyCase(CLOSING)})[,.!:]?(?:[ \\t]*[-–—]?[ \\t]*|\\s+)(?<it>${NAME})[ \\t.]*$`, "gmu");
const LAST_LINE = new RegExp(`\\n[ \\t]*[-–—~]*[ \\t]*(?<it>${NAME})[ \\t.]*\\s*$`, "gu");

/** Names that follow what names follow. */
export function names(text, vaguer) {
  return [
    ...every(text, "name", SIGNED, ({ groups }) => (isName(groups.it) ? "" : undefined)),
    ...every(text, "name", LAST_LINE, ({ groups }) => (isName(groups.it) ? "" : undefined)),
    ...every(text, "name", RANKED, ({ groups }) => (isName(groups.name) ? vaguer.coworker : undefined)),
    ...every(text, "name", RELATIVE, (match) => ofRelative(match, vaguer)),
    ...trimmed(text, every(text, "name", BEHIND_CALLED, ({ groups }) => (canBeCalled(groups.it) ? vaguer.name : undefined))),
    ...trimmed(text, every(text, "name", BEHIND_BEING, (match) => (canBe(match) ? vaguer.name : undefined))),
    ...[ASKED, HERE].flatMap((pattern) => every(text, "name", pattern, ({ groups }) => (isName(groups.it) ? vaguer.name : undefined))),
    ...every(text, "name", GIVEN, (match) => (isFullName(match) ? vaguer.name : undefined)),
  ];
}

// Without initials: of them, only “A.” could be taken for a word.
const wordsOf = (name) => name.toLowerCase().split(/[ \t"“”.]+/).filter((word) => word.length > 1);
const isCapital = (name) => /^["“]?\p{Lu}/u.test(name);
const isName = (name) => {
  const parts = wordsOf(name);
  return parts.length > 0 && !parts.some((part) => NO_NAMES.has(part)) && !/^\p{Lu}{2,}$/u.test(name);
};

function ofRelative({ groups }, vaguer) {
  if (!isName(groups.it)) return undefined;
  if (!/(?:is|es) $/u.test(groups.link)) return /^,? ?$/u.test(groups.link) ? "" : vaguer.name;
  return wordsOf(groups.it).length > 1 || GIVEN_NAMES.has(wordsOf(groups.it)[0]) ? vaguer.name : undefined;
}

/** “my name is robert hayes and”, not “my name is on a list”. */
function canBeCalled(name) {
  const first = wordsOf(name)[0];
  if (!first) return false;
  if (GIVEN_NAMES.has(first)) return true;
  return isCapital(name) ? !NO_NAMES.has(first) : wordsOf(name).slice(0, 2).every((word) => !NO_NAMES.has(word) && !LOWER_CASE_WORDS.has(word));
}

/** “I am Kevin Ostrowski” and “i am jessica”; not “I am Catholic” or “I am Border Patrol”. */
function canBe({ groups: { it } }) {
  const parts = wordsOf(it);
  if (GIVEN_NAMES.has(parts[0])) return parts.length > 1 || !NO_NAMES.has(parts[0]); // “I am Christian”
  return isCapital(it) && parts.length > 1 && isName(it);
}

/** Kevin Ostrowski anywhere; not Santa Maria College. */
function isFullName(match) {
  const { given, it } = match.groups;
  if (!GIVEN_NAMES.has(given.toLowerCase())) return false;
  if (/(?:San|Santa|Saint|St\.?|Fort|Port|Lake|Mount|University of) $/u.test(before(match))) return false;
  return isName(it) && !/^ (?:University|College|Street|Hospital|School)/u.test(after(match));
}

const LOWER_CASE_WORDS = new Set(
  `attention atención mucho mí mismo misma on private public out up names crazy lazy stupid weak traitor known mud
  confidential safe over back later whatever irrelevant unimportant things bad tomorrow anytime al secreto privado
  confidencial conocido importante irrelevante common rare uncommon long hard difficult easy foreign different
  mentioned used given listed protected hidden withheld changed needed required asked written signed todavía también
  loco loca así traidor traidora cosas`
    .split(/\s+/),
);

/** A name without capitals ends before “and”, “from” and their like, and before the second word that is no name. */
function trimmed(text, found) {
  for (const one of found) {
    const it = text.slice(one.start, one.end);
    if (isCapital(it)) continue;
    const parts = it.split(/([ \t])/);
    const stop = parts.findIndex((part, index) => index && part.trim() && (NO_NAMES.has(part.toLowerCase()) || ENDING.has(part.toLowerCase())));
    const kept = parts.slice(0, stop < 0 ? 3 : stop).join("").trimEnd();
    one.end = one.start + kept.length;
  }
  return found;
}

const ENDING = new Set(["and", "from", "with", "but", "i", "y", "de", "con", "pero", "trabajo", "officer", "agente", "tengo", "llevo", "necesito", "need", "have", "work"]);
