// What only one or a few people can say of themselves.

import { after, every, words } from "./matching.mjs";

const FEW = "(?:two|three|four|five|six|2|3|4|5|6)";
const POCOS = "(?:dos|tres|cuatro|cinco|seis|2|3|4|5|6)";
const ONLY = words(
  [
    "(?:i am|i'm|i’m|i was|i've been|i have been|as|being|am) (?:still |currently |also )?the (?:only|sole|lone|youngest|oldest|most senior|longest-serving|first|last|highest-ranking)(?: \\p{L}+)*",
    `one of (?:the )?(?:only |just )?(?:the )?(?:${FEW}|a handful)(?: \\p{L}+)*`,
    `(?:there are |we are )?(?:only|just) ${FEW} (?:of us|\\p{L}+s|women|men|people)(?: \\p{L}+)*`,
    `there are ${FEW} of us(?: \\p{L}+)*`,
    "(?:no ?one|nobody) else (?:here|there|in (?:my|the) (?:office|station|unit|team|sector)|at (?:my|the) (?:office|station))(?: \\p{L}+)*",
    "no other (?:\\p{L}+ ){0,2}(?:in|at|on) (?:my|the|our|this) (?:office|station|unit|team|sector|shift|building|facility|port)(?: \\p{L}+)*",
    "soy (?:el|la) (?:[úu]nic[oa]|primer[oa]?|m[áa]s (?:joven|viej[oa]|antigu[oa])|[úu]ltim[oa])(?: \\p{L}+)*",
    `(?:soy |somos )?un[oa] de (?:l[oa]s )?(?:solo |apenas )?(?:${POCOS}|poc[oa]s)(?: \\p{L}+)*`,
    `(?:somos|hay|quedamos) (?:solo|s[óo]lo|solamente|apenas|nada m[áa]s) ${POCOS}(?: \\p{L}+)*`,
    `(?:solo|s[óo]lo|solamente|apenas|nada m[áa]s) (?:somos|hay|quedamos) ${POCOS}(?: \\p{L}+)*`,
    "(?:nadie|ning[úu]n) m[áa]s (?:aqu[íi]|en (?:mi|la) (?:oficina|estaci[óo]n|unidad))(?: \\p{L}+)*",
  ].join("|"),
);
// Many can say this: at home, in their family, or of things and not of people.
const COMMON =
  /family|famil|home|casa|household|earn|income|breadwinner|provider|gana|mantiene|kids|hijo|children|child|jobs|ways|reasons|options|things|years|months|weeks|days|hours|años|meses|semanas|días|horas|trabajos|opciones|cosas|one to blame|to admit/iu;

/** All of it. Nothing vaguer helps, so the whole sentence should go. */
export const only = (text) =>
  every(text, "only", ONLY, (match) => (COMMON.test(match[0] + after(match)) ? undefined : null));
