// The entry of the offline sealer: a page in one file, opened from disk, in which nothing can be sent.
//
// First the keys are chosen, from a file; then what to write; then everything is as on the pages, to the file that is saved.

import "./leave.mjs";
import { keysetWords } from "../crypto/js/words.mjs";
import { part } from "./display.mjs";
import { chooseKeys, readPins } from "./sealer/keys.mjs";
import { Later } from "./sealer/later.mjs";
import * as words from "./sealer/words.mjs";
import { LetterForm } from "./letter_form.mjs";

const MOST = 65_536; // bytes; no keyset is as long

const begin = part("begin");
begin.hidden = false;
part("keys").addEventListener("change", () => choose(part("keys").files[0]));
for (const purpose of ["help", "offer"]) part(`choose-${purpose}`).addEventListener("click", () => write(purpose));

/** Looks at the file with the keys, and says what is in it. */
async function choose(file) {
  if (!file) return;
  part("keys").value = ""; // so that the same file can be chosen again
  part("keys-good").hidden = true;
  part("keys-problem").textContent = "";
  try {
    const keyset = chooseKeys(await bytesOf(file), readPins(begin.dataset), (card) => {
      part("keys-state").textContent = words.lastRead(card);
    });
    part("keyset-words").textContent = keysetWords((await keyset).id);
    part("keys-good").hidden = false;
    part("keys-state").focus();
  } catch (error) {
    part("keys-problem").textContent = words.whyNoKeys(error);
    part("keys-problem").focus();
  }
}

/** What is too long is no keyset, and is not read to its end. */
const bytesOf = async (file) => new Uint8Array(await file.slice(0, MOST).arrayBuffer());

/** The form for this purpose takes the place of everything else. */
function write(purpose) {
  part("main").replaceChildren(part(purpose).content.cloneNode(true));
  part("form").hidden = false;
  new LetterForm(part("form"), { sending: new Later("sending", "sending") }).getReady();
  part("writing-title").focus();
}
