// Names of files, in which many people put their own.

/** In lower case: words that say what a file is, and not whose. */
const HARMLESS = new Set(
  `a all and application applications article attached attachment background bio book brief budget camera career
  certificate certification cert certs chart clean copy corrected cover coverletter cv data degree description diploma
  doc document documents docs draft dsc dscn edited en english entry evaluation evals eval example experience federal
  file files final finished first for form from full general goals government grades history ideas image images img
  infographic info interview job jobs jpeg jpg last latest letter letters lettre list main military my new notes note
  old one original page pages paper part pdf performance photo photos pic picture plan plans portfolio position
  presentation private profile project public questions recommendation reference references report res resume resumen
  résumé résumés resumes review rev revised sample scan scanned school screen screenshot second sheet short shot
  signed skills slides small spanish statement summary table temp template test text the third three to training
  transcript translation transcripts two txt untitled update updated usajobs ver version whatsapp work working writing
  x of on at in with without actualizado actualizada antiguo apuntes archivo carta cartas certificado certificados
  copia corregido currículo currículum curriculo curriculum vitae datos de del documento documentos el empleo
  escaneado escaneo español espanol experiencia fecha final firmado foto fotos general habilidades historial hoja
  imagen imagenes la las lista los mi nota notas nueva nuevo para perfil plan preguntas presentacion presentación
  presentación borrador referencia referencias resumen revisado sin solicitud texto título titulo trabajo traducción
  traduccion una uno versión vida y`
    .split(/\s+/),
);

/** Vaguer names for files, or null where a name says nothing about a person. */
export function vaguerFileName(name) {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  if (!tellsSomething(stem.normalize("NFC"))) return null;
  const kind = /r[ée]sum[ée]|cv|curr[íi]cul/iu.test(stem) ? "resume" : /cover|letter|carta/iu.test(stem) ? "letter" : "file";
  return kind + ending.toLowerCase();
}

/** Whether there is a word that nobody would expect, or a number that is no year, date or count. */
function tellsSomething(stem) {
  const parts = stem.replace(/(\p{Ll})(?=\p{Lu})/gu, "$1 ").toLowerCase().match(/\p{L}+|\d+/gu) ?? [];
  return parts.some((part) => (/\d/.test(part) ? tellsNumber(part, stem) : part.length > 1 && !HARMLESS.has(part)));
}

// Cameras and scanners number their pictures, and put the time of day into names: what says more is in the picture.
const FROM_A_DEVICE = /^(?:img|dsc[nf]?|pxl|scan|screenshot|photo|image|imagen|foto|whatsapp)/iu;
const tellsNumber = (digits, stem) => digits.length > 4 && !FROM_A_DEVICE.test(stem) && !/^20\d{6}$/.test(digits);
