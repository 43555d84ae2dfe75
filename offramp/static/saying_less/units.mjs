// Units, teams and classes of the academy.

import { WITH_ARTICLE, anyCase, contracted, every, words } from "./matching.mjs";

const UNITS = words(
  `${WITH_ARTICLE}(?:${[
    "bortac|borstar|srt|mrt|ttrt|jttf|hidta|fugops|hrt",
    "(?:special response|mobile response|fugitive operations|special operations|tactical terrorism response|strategic response|mobile enforcement|criminal apprehension|disturbance control|crisis negotiation|at-large)(?: (?:team|group|detachment|unit|program))?",
    "(?:horse|bike|boat|atv|tunnel|river|marine|gang|gangs|cyber|intel|warrant|warrants|transport|fraud|smuggling|trafficking|narcotics|drone|canine|k-?9) (?:patrol|unit|team|squad)",
    "honou?r guard|anti-?smuggling unit|(?:sector |field )?intelligence (?:unit|group)",
    "(?:\\p{L}+ )?task ?force(?: \\p{L}+)?|287\\(g\\)(?: [\\p{L}]+)*",
    "(?:hsi |ero |cbp )?(?:group|team|squad|unit|platoon|grupo|equipo|escuadr[óo]n|unidad|pelot[óo]n) (?:\\d{1,4}|alpha|bravo|charlie|delta|echo)",
    "(?:alpha|bravo|charlie|delta|echo|first|second|third|1st|2nd|3rd) (?:platoon|squad|company)",
    "(?:academy )?(?:class|session) (?:number |no\\. |#)?\\d{2,4}(?:-\\d+)?",
    "(?:la )?clase (?:n[úu]mero |n[úu]m\\. )?\\d{2,4}",
    "operaciones de fugitivos|respuesta especial|operaciones especiales",
    "patrulla (?:a caballo|marina|mar[íi]tima|en bicicleta)|unidad (?:canina|de inteligencia|antit[úu]neles)",
    "grupo de tareas",
  ].join("|")})`,
);

// One letter is a team’s name only if it is a capital.
const LETTERED = words(
  `${WITH_ARTICLE}(?:(?:${anyCase("group|team|squad|unit|platoon|shift|grupo|equipo|escuadr[óo]n|unidad|pelot[óo]n")}) [A-F]|[A-F] ${anyCase("(?:platoon|squad|company|shift)")})`,
  "",
);

// “Detention Operations Unit”, with its capitals.
const NAMED = words(`${WITH_ARTICLE}(?:(?:\\p{Lu}\\p{Ll}+(?: (?:and|of) )?[ ]?){1,4} (?:Unit|Team|Squad|Section|Branch|Group|Task Force|Detail)|Operation \\p{Lu}\\p{Ll}+)`, "");

/** All of them. */
export const units = (text, vaguer) =>
  [UNITS, LETTERED, NAMED].flatMap((pattern) =>
    every(text, "unit", pattern, (match) =>
      contracted(match, /class|clase|session/iu.test(match[0]) ? vaguer.someClass : vaguer.team)));
