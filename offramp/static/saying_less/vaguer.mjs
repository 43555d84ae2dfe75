// Vaguer words, in the language of the letter, which need not be that of the page: they go into the letter.

const SPANISH = /[áéíóúñ¿¡]|(?<!\p{L})(?:al|del|desde|fue|le|mis|se|su|yo|placa|correo|el|la|los|las|de|que|y|en|mi|soy|es|un|una|para|con|por|estoy|tengo)(?!\p{L})/giu;
const ENGLISH = /(?<!\p{L})(?:the|of|that|and|in|my|am|is|was|an|for|with|by|to|have|at|on)(?!\p{L})/giu;

const IN_ENGLISH = {
  code: "en",
  name: "[no name]",
  coworker: "a coworker",
  leftOut: "[left out]",
  inYear: (year) => `in ${year}`,
  year: (year) => year,
  inSeason: (month) => `in the ${["winter", "spring", "summer", "fall"][Math.floor((month % 12) / 3)]}`,
  season: (month) => `the ${["winter", "spring", "summer", "fall"][Math.floor((month % 12) / 3)]}`,
  decade: (year) => `in the ${year.slice(0, 3)}0s`,
  then: "at that time",
  federal: "a federal employee",
  level: "mid-level",
  manager: "a manager",
  specialist: "a specialist",
  team: "a special team",
  someClass: "a class",
  regions: {
    northeast: "the Northeast",
    southeast: "the Southeast",
    midwest: "the Midwest",
    texas: "Texas",
    southwest: "the Southwest",
    west: "the West",
    outside: "outside the mainland",
    anywhere: "my part of the country",
  },
  office: "an office",
  facility: "a facility",
};

const IN_SPANISH = {
  code: "es",
  name: "[sin nombre]",
  coworker: "alguien del trabajo",
  leftOut: "[omitido]",
  inYear: (year) => `en ${year}`,
  year: (year) => year,
  inSeason: (month) => `en ${["invierno", "primavera", "verano", "otoño"][Math.floor((month % 12) / 3)]}`,
  season: (month) => ["el invierno", "la primavera", "el verano", "el otoño"][Math.floor((month % 12) / 3)],
  decade: (year) => `en los años ${year[2]}0`,
  then: "en ese tiempo",
  federal: "parte del personal federal",
  level: "un nivel medio",
  manager: "parte de la gerencia",
  specialist: "especialista",
  team: "un equipo especial",
  someClass: "una clase",
  regions: {
    northeast: "el Noreste",
    southeast: "el Sureste",
    midwest: "el Medio Oeste",
    texas: "Texas",
    southwest: "el Suroeste",
    west: "el Oeste",
    outside: "fuera del continente",
    anywhere: "mi parte del país",
  },
  office: "una oficina",
  facility: "un centro",
};

/** The vaguer words that fit a text: Spanish where it reads like Spanish, and English otherwise. */
export function vaguerWordsFor(text) {
  const count = (pattern) => text.match(pattern)?.length ?? 0;
  return count(SPANISH) > count(ENGLISH) ? IN_SPANISH : IN_ENGLISH;
}
