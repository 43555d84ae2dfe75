// Numbers that stand in a list beside a name: badges, employees, social security, cases, and people in custody.

import { every, words } from "./matching.mjs";

const OWNERS = [
  "agent|agente|officer|oficial|badge|star|shield|credentials?|employee|personnel|payroll|serial",
  "social security|ssn|soc|passport|driver'?s licen[cs]e|licen[cs]e|plate",
  "case|docket|complaint|grievance|investigation|incident|file|report|claim|ticket|lawsuit|eeo|oig|opr",
  "a-?number|alien|detainee|account|charge|piv|piv card|card|locker|id|i\\.d\\.",
  "placa|credencial|empleado|empleada|n[óo]mina|seguro social|pasaporte|licencia|gafete|identificaci[óo]n",
  "caso|expediente|queja|denuncia|folio|reporte|archivo|matr[íi]cula|extranjero|cuenta",
].join("|");
const NUMBER = "number|numbers|num|no\\.?|nr\\.?|id|code|#|n[úu]mero|n[úu]m\\.?|complaint|file|case";
const LINK = "is|was|reads|says|dice|ends in|ending in|:|=|es|era|termina en|the|la|el|de|del";
// What it looks like: at least three digits, perhaps with letters and hyphens around them.
const VALUE = "(?=[\\p{L}\\d-]*\\d[\\p{L}-]*\\d[\\p{L}-]*\\d)[\\p{L}\\d]+(?:-[\\p{L}\\d]+)*";
const OWNED = words(`(?:${OWNERS})(?:[ ,]{0,2}(?:${NUMBER})){0,3}(?:[ ,]{0,2}(?:${LINK})){0,3}[ ,#:]{0,3}(?<it>${VALUE})`);
const NAMED = words(`(?:number|no\\.|#|n[úu]mero|n[úu]m\\.) ?(?:is |es )?(?<it>(?=\\p{L}*\\d{4,})${VALUE})`);

const SOCIAL_SECURITY = /(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])/gu;
const ALIEN = /(?<![\p{L}\d])A[-# ]{0,2}\d{3}[- ]?\d{3}[- ]?\d{2,3}(?![\p{L}\d])/gu;
const DOCKET = /(?<![\p{L}\d-])(?:\p{Lu}{2,5}-\d{2,4}-\d{3,}|\d{2,4}-\p{Lu}{2,5}-\d{3,})(?![\p{L}\d])/gu;
const LONG = /(?<![\d\p{L}$.,/@-])\d{7,}(?![\d\p{L}.,/%])/gu;
const YEAR = /^(?:19|20)\d\d$/;

/** All such numbers. */
export function numbers(text, vaguer) {
  const leftOut = () => vaguer.leftOut;
  const noYear = ({ groups }) => (YEAR.test(groups.it) ? undefined : vaguer.leftOut);
  return [
    ...[SOCIAL_SECURITY, ALIEN, DOCKET].flatMap((pattern) => every(text, "number", pattern, leftOut)),
    ...every(text, "number", OWNED, noYear),
    ...every(text, "number", NAMED, noYear),
    ...every(text, "number", LONG, (match) => (match[0].length === 10 ? undefined : vaguer.leftOut)),
  ];
}
