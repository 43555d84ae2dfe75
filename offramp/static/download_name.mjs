// The name under which a file is saved. It comes from whoever wrote the answer, and must not be able to do more on
// this computer than name a file.

const MOST_CHARACTERS = 100;
const MOST_BYTES = 200; // a file's name may have 255, and browsers add " (1)" and the like

/** What can be opened without running anything, as far as that can be said of an ending. */
const PLAIN = ["pdf", "doc", "docx", "odt", "rtf", "txt", "jpg", "jpeg", "png"];

// Controls, private and unassigned characters, halves of surrogate pairs, marks of direction, and all that is
// there without being seen.
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;
const BLANK = /[\p{Z}\t\n\v\f\r\u2800]+/gu;
// Separators of folders and drives, and the rest of what Windows takes in no name, or for more than itself.
const SEPARATORS = /[/\\:*?"<>|%]/g;
// A dot in front hides a file, a dash makes an option of it, and a mark would stand on what is before the name.
const NOT_IN_FRONT = /^[\s.\p{Pd}\u2212\p{M}]+/u;
// Windows takes these for devices, whatever ending they have.
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/**
 * @param {string} given as the answer says it
 * @returns {{ name: string, plain: boolean }} `plain` is false where the ending is none that we know, and ".bin" was
 *   added so that a double click does not start it
 */
export function harmlessName(given) {
  const clean = given
    .replace(BLANK, " ")
    .replace(UNSEEN, "")
    .normalize("NFC")
    .replace(SEPARATORS, "_")
    .replace(/[\s.]+$/, "");
  const dot = clean.lastIndexOf(".");
  const plain = dot >= 0 && PLAIN.includes(clean.slice(dot + 1).toLowerCase());
  const ending = plain ? clean.slice(dot) : ".bin";
  const stem = shorten((plain ? clean.slice(0, dot) : clean).replace(NOT_IN_FRONT, ""), ending);
  const name = (stem || "file") + ending;
  return { name: DEVICE.test(name) ? `_${name}` : name, plain };
}

/** As much of the beginning as leaves room for the ending, and for one more character in front. */
function shorten(stem, ending) {
  const characters = Array.from(stem).slice(0, MOST_CHARACTERS - ending.length - 1);
  while (new TextEncoder().encode(characters.join("")).length > MOST_BYTES - ending.length - 1) characters.pop();
  return characters.join("").replace(/[\s.]+$/, "");
}
