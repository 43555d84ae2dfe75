// Grades and series of jobs.

import { after, before, every, words } from "./matching.mjs";

const PAY_PLAN = "(?:gs|gl|gg|gm|wg|wl|ws|ses|es|sl|sk)";
const SERIES = "(?:0?0?8[0-6]|0132|1801|1802|1810|1811|1812|1816|1881|1884|1889|1890|1894|1895|1896|1899)";
const STEP = "(?:[, ]+(?:step|paso|escal[óo]n) ?\\d{1,2})?";
const ARTICLE = "(?:an? )?";
const GRADES = [
  words(`(?:an? |(?:el |de )?grado )?${PAY_PLAN}[- /]?(?:0?\\d{3,4}[- /])?(?:1[0-5]|0?[1-9])${STEP}(?:[, ]+${SERIES}(?: series)?)?`),
  words("(?:in (?:an? |the )?)?(?:\\d{4} series|series \\d{4})|(?:la )?serie \\d{4}"),
];
const SERIES_ALONE = words(`${ARTICLE}(?:18(?:0[12]|1[0126]|8[149]|9[04569])|0083)(?: series)?`);

/** All of them. A bare year of the 1890s is none. */
export const grades = (text, vaguer) => [
  ...GRADES.flatMap((pattern) => every(text, "grade", pattern, (match) => vaguerGrade(match, vaguer))),
  ...every(text, "grade", SERIES_ALONE, (match) =>
    /(?:in|since|en|desde|year|año|from|\$) $/iu.test(before(match)) ? undefined : vaguerGrade(match, vaguer)),
];

function vaguerGrade(match, vaguer) {
  if (vaguer.code === "es") return /soy $/iu.test(before(match)) ? vaguer.federal : vaguer.level;
  const hasArticle = /^an? /i.test(match[0]);
  const isNoun = /^(?:$|[^\p{L}\p{N} ]| (?:in|at|with|for|and|or|but|on|out|who|so|since|to|from|of|by|I|we|my|he|she|it|they)(?!\p{L}))/iu.test(after(match));
  if (hasArticle) return isNoun ? vaguer.federal : `a ${vaguer.level}`;
  return vaguer.level;
}
