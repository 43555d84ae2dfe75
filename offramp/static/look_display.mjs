// What the place for the words shows about itself: how far a look is, what went wrong, and how a word may be meant.

import { NOT_LOOKED } from "./answer_words.mjs";
import { focusOn, part } from "./display.mjs";
import { button, element } from "./elements.mjs";

/** One line that is read aloud as well. `busy`: it is looking, so the words cannot be changed. */
export function showState(words, busy = false) {
  part("look-state").textContent = words;
  part("typing").inert = part("look").disabled = busy;
  part("look-stop").hidden = part("look-meter").hidden = !busy;
  part("look-meter").removeAttribute("value");
  part("look-amount").textContent = "";
}

/** How far the present step is. Not read aloud. */
export function showProgress(done, total, amount = "") {
  part("look-meter").max = total;
  part("look-meter").value = done;
  part("look-amount").textContent = amount;
}

/** Says what went wrong and moves the focus there, or takes it back. */
export function showProblem(words) {
  part("look-problem").replaceChildren(words);
  if (words) focusOn("look-problem");
}

/** Says what is wrong with the words; `correct(text)` is called with the text that somebody chose instead. */
export function showMistake(mistake, correct) {
  if (!mistake) {
    part("phrase").removeAttribute("aria-invalid");
    showProblem("");
    return;
  }
  part("phrase").setAttribute("aria-invalid", "true");
  showState(NOT_LOOKED);
  showProblem(mistake.sentence);
  if (!mistake.corrections.length) return;
  // The words are English ones, whatever the page's language.
  const choices = mistake.corrections.map(({ word, text }) =>
    Object.assign(button(word, () => correct(text)), { lang: "en", translate: false }));
  part("look-problem").append(element("p", "", ...choices));
}
