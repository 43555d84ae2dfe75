// Where somebody works or lives: stations, sectors, offices, ports, places of detention, towns.

import { CAPITAL, after, anyCase, before, contracted, every, words } from "./matching.mjs";
import { NO_NAMES } from "./no_names.mjs";
import { LARGE, REGIONS, TELLING } from "./place_list.mjs";

const KINDS_OF_OFFICE =
  "(?:border patrol )?(?:sub)?station|(?:border patrol )?sector|(?:sub-?)?field office|resident office|port of entry|poe|checkpoint|" +
  "(?:detention|processing|residential|staging|transfer|correctional|service processing|immigration|ice) (?:center|centre|facility)|" +
  "(?:ice |immigration |contract )?detention (?:center|facility)|facility|bridge|courthouse|crossing|terminal|" +
  "annex|plaza|jail|prison|(?:federal )?building|airport|seaport|field office|duty station";
const OFICINAS =
  "estaci[óo]n|subestaci[óo]n|sector|puerto de entrada|garita|ret[ée]n|punto de revisi[óo]n|" +
  "centro de (?:detenci[óo]n|procesamiento)|oficina(?: regional| local| de campo)?|aeropuerto|cuartel";
const NAMES = `(?:Ste?\\. )?${CAPITAL}(?: (?:Ste?\\.|${CAPITAL}|de|del|la)){0,3}`;

const all = [...Object.entries(TELLING), ...Object.entries(LARGE)];
const regionOf = new Map(all.flatMap(([region, names]) => names.map((name) => [name.toLowerCase(), region])));
const oneOf = (lists) =>
  Object.values(lists).flat().sort((one, other) => other.length - one.length).map((name) => name.replace(/\./g, "\\.")).join("|");

const OFFICE = words(`(?:(?:the|a|our|my) )?(?<town>${NAMES}) (?<office>${anyCase(KINDS_OF_OFFICE)})`, "");
const OFFICE_LOWER = words(`(?:(?:the|a|our|my) )?(?<town>${oneOf(TELLING)}|${oneOf(LARGE)}) (?<office>${KINDS_OF_OFFICE})`);
const OFICINA = words(
  `(?:${anyCase("el |la |un |una |al |del ")})?(?<office>${anyCase(OFICINAS)}) (?:fronteriz[oa] )?(?:del? |en )(?:el |la |los |las )?(?<town>${NAMES})`,
  "",
);

const BEING_THERE =
  "(?:work|works|worked|working|stationed|based|assigned|posted|detailed|deployed|transferred|live|lives|lived|living|grew up|raised|sent|located|commute|office|station|unit|team|shift|been|am|i'm|out|born|trabajo|trabajé|trabaja|trabajamos|vivo|vivimos|estoy|asignad[oa]|destacad[oa]|mandaron|enviaron|transfirieron|crecí|nací|oficina|llevo)";
const THERE = `${BEING_THERE}(?: (?:me|us|here|there|now|right|currently|all|ahora|aquí|since|for))*(?: \\p{L}+){0,3},? (?:in|at|to|from|near|of|outside|en|a|al|de|cerca de)(?: the| el| la)?`;
const SOMEWHERE_LARGE = words(`${THERE} (?<it>${oneOf(LARGE)})`);
const SOMEWHERE = words(
  `(?:[Ss]tationed|[Bb]ased|[Aa]ssigned|[Pp]osted|[Dd]etailed|[Ll]ive|[Ww]ork|[Tt]rabajo|[Vv]ivo|[Aa]signad[oa]|[Gg]rew up|[Cc]recí)(?: me| us)?(?: now)? (?:in|out of|near|en|cerca de) (?<it>${CAPITAL}(?: ${CAPITAL})*)`,
  "",
);
const FORT = words(`(?<it>(?:Fort|Camp|Ft\\.?) ${CAPITAL})`, "");
const ROAD = words("(?:on|off|along|near|en|por) (?<it>(?:(?:I|US|SR|FM|RR)-?\\d{1,4}|(?:highway|interstate|route|carretera|la carretera) \\d{1,4})(?:,? (?:at |near )?mile(?: marker|post)? \\d{1,3})?)|(?<mile>mile(?: marker|post)? \\d{1,3})");
const TOWN = words(`(?<it>${oneOf(TELLING)})`);
// Where somebody would like to go says nothing about where they are.
const GOING = /(?:move|moving|relocate|go|travel|retire|vacation|mud(?:o|ar\p{L}*|aría)|ir(?:me)?|job|jobs|empleo) (?:back )?(?:to|in|a|en|near)(?: the)? (?:\p{L}+ or )?$/iu;
const NOT_THAT = /^ (?:Times|Post|Herald|Tribune|Globe|Hall|Bowl|Texans|Cowboys|University|State|College)/u;

/** Places of work and towns. */
export function places(text, vaguer) {
  return [
    ...[OFFICE, OFFICE_LOWER].flatMap((pattern) => every(text, "place", pattern, (match) => vaguerOffice(match, vaguer))),
    ...every(text, "place", OFICINA, (match) => (isTown(match.groups.town) ? contracted(match, inRegion("", match.groups, vaguer)) : undefined)),
    ...every(text, "place", SOMEWHERE_LARGE, (match) => (NOT_THAT.test(after(match)) ? undefined : region(match.groups.it, vaguer))),
    ...every(text, "place", SOMEWHERE, (match) => (isTown(match.groups.it) ? region(match.groups.it, vaguer) : undefined)),
    ...every(text, "place", FORT, () => vaguer.facility),
    ...every(text, "place", ROAD, () => vaguer.leftOut),
    ...every(text, "place", TOWN, (match) => vaguerTown(match, vaguer)),
  ];
}

function vaguerOffice({ groups }, vaguer) {
  return isTown(groups.town) ? inRegion("a ", groups, vaguer) : undefined;
}

/** “a station in Texas” for “the Del Rio station”. */
function inRegion(article, { town, office }, vaguer) {
  const part = regionOf.get(town.toLowerCase());
  const what = /resident|field|office|oficina/iu.test(office) ? vaguer.office
    : vaguer.code === "en" ? `${article || "a "}${office.toLowerCase()}`
    : `${/^(?:estaci|subesta|garita|oficina)/iu.test(office) ? "una" : "un"} ${office.toLowerCase()}`;
  if (!part) return what;
  const where = vaguer.regions[part];
  return part === "outside" ? `${what} ${where}` : `${what} ${vaguer.code === "en" ? "in" : "en"} ${where}`;
}

const region = (town, vaguer) => vaguer.regions[regionOf.get(town.toLowerCase()) ?? "anywhere"];

function vaguerTown(match, vaguer) {
  const found = match.groups.it;
  if (NOT_THAT.test(after(match)) || GOING.test(before(match, 40))) return undefined;
  // Without a capital, “mission” and “marathon” are words like others; only behind “in” and its like are they towns.
  const isWritten = /^\p{Lu}/u.test(found);
  if (!isWritten && !(LOWER_CASE.has(found.toLowerCase()) && /(?:^|[ ,])(?:in|at|to|from|near|of|en|a|de) $/iu.test(before(match)))) return undefined;
  if (isWritten && ALSO_WORDS.has(found) && !/(?:^|[ ,])(?:in|at|to|from|near|of|en|de) $/iu.test(before(match))) return undefined;
  return region(found, vaguer);
}

const ALSO_WORDS = new Set(
  `Alpine,Boulevard,Campo,Central Arizona,Columbus,Coronado,Douglas,Eden,El Valle,Florence,Imperial,Livingston,Marathon,Midland,Mission,Newport,Otero,Portal,
  Presidio,Roma,Socorro,Sonora,Stewart,Why,Winn,Zapata,Glades,Encino,Freer,Jena,Abilene,Brunswick,Calais,Champlain,Hidalgo,Irwin County`.split(/,\s*/),
);
const LOWER_CASE = new Set(
  Object.values(TELLING).flat().map((name) => name.toLowerCase())
    .filter((name) => !["alpine", "boulevard", "campo", "eden", "imperial", "marathon", "mission", "portal", "why", "socorro", "glades"].includes(name)),
);

/** Not “private sector”, “New Mexico”, or “Border Patrol station”. */
function isTown(name) {
  if (regionOf.has(name.toLowerCase())) return true;
  const parts = name.toLowerCase().split(/[ .]+/).filter(Boolean);
  if (/^\p{Lu}{2,}$/u.test(name)) return false;
  return !REGIONS.has(parts[0]) && !parts.some((part) => NO_NAMES.has(part));
}
