// Job titles that only a few people have.

import { WITH_ARTICLE, after, before, contracted, every, words } from "./matching.mjs";

const TITLES = words(
  `${WITH_ARTICLE}(?:${[
    "(?:deputy |acting |assistant )*(?:sector|patrol) chief|chief patrol agent|deputy patrol agent in charge",
    "patrol agent in charge",
    "(?:acting |deputy |assistant )*(?:field office|port|area port|executive|regional|district|center) director",
    "director of field operations",
    "(?:(?:deputy|assistant|associate|executive|regional|acting|port|station|district|area|branch|section|division|unit|program) ){1,4}(?:director|chief|commissioner|administrator)",
    "(?:assistant |deputy |resident |associate |acting )*(?:special )?agent[- ]in[- ]charge|asac|paic|dpaic|afod",
    "dfod|aport|sddo|sbpa|scbpo|dfo",
    "supervisory [\\p{L} ]{4,40}?(?:officer|agent|specialist|analyst|attorney)|watch commander",
    "special operations supervisor|chief counsel|(?:deputy |assistant )?chief counsel",
    "(?:senior |supervisory )?(?:air|marine|aviation) (?:interdiction|enforcement) agent|helicopter pilot",
    "drone pilot|air crew|boat captain|vessel commander",
    "(?:k-?9|canine|dog) (?:handler|officer|instructor|trainer|agent)|firearms instructor|academy instructor",
    "sniper|polygraph(?:er| examiner)|negotiator",
    "chaplain|peer support (?:coordinator|member|officer)",
    "union (?:president|vice president|steward|rep(?:resentative)?)|local president|public affairs officer",
    "spokesman|spokesperson|spokeswoman",
    "attach[ée]|liaison officer|ombudsman|immigration judge|port physician|facility (?:administrator|warden)",
    "warden|clinical director|chief of staff",
    "(?:sub)?jef[ea] (?:adjunt[oa] )?(?:del? (?:la )?)(?:sector|estaci[óo]n|patrulla|puerto|oficina|personal)",
    "(?:sub)?director(?:a)? (?:adjunt[oa] )?de (?:la oficina|operaciones|distrito|puerto|el puerto|campo)",
    "(?:sub)?director(?:a)? del (?:puerto|distrito|sector|centro)",
    "comandante de guardia|agente a cargo|gu[íi]a canino|manejador(?:a)? de perros?|entrenador(?:a)? de perros?",
    "piloto|capell[áa]n|vocero|vocera|portavoz|francotirador(?:a)?|negociador(?:a)?",
    "(?:field training|training|intelligence|asylum|refugee|wellness|recruitment|recruiting|\\p{L}+ program|juvenile|victim assistance) (?:coordinator|manager|liaison)",
    "training officer",
    "presidente del sindicato|representante sindical|delegad[oa] sindical",
    "instructor(?:a)? de (?:tiro|la academia)|supervisor(?:a)? de operaciones especiales",
  ].join("|")})`,
);
const LEADS = /chief|director|charge|asac|paic|afod|dfod|sddo|sbpa|commander|supervis|president|warden|jef|cargo|comandante|staff/iu;

/** All of them, of whoever writes. */
export const titles = (text, vaguer) =>
  every(text, "title", TITLES, (match) => {
    // Somebody else's title says little about the person who writes.
    if (/(?:my|mi) (?:\p{L}+ )?$/iu.test(before(match))) return undefined;
    if (/^ \p{Lu}\p{Ll}/u.test(after(match))) return undefined; // with a name behind it, the name matters more
    return contracted(match, LEADS.test(match[0]) ? vaguer.manager : vaguer.specialist);
  });
