// What the form shows about itself: its state in words, how far it is, and what went wrong.

/** The part of the page with this id. */
export const part = (id) => document.getElementById(id);

/** One line that is read aloud as well. `busy`: the letter is on its way, so nothing in it can be changed. */
export function showState(words, busy = false) {
  part("state").textContent = words;
  part("fields").inert = busy;
  part("stop").hidden = part("meter").hidden = !busy;
  part("meter").removeAttribute("value");
  part("amount").textContent = "";
}

/** How far the present step is. Not read aloud: it changes many times a second. */
export function showProgress(done, total, amount = "") {
  part("meter").max = total;
  part("meter").value = done;
  part("amount").textContent = amount;
}

/** Says what went wrong, or takes it back; a link leads to the field that it is about. */
export function showProblem(words, field) {
  part("problem").replaceChildren(words);
  if (field) part("problem").append(" ", linkTo(field));
}

/** Moves the focus to a part, for it must not stay on what has just gone. */
export const focusOn = (id) => part(id).focus();

/** Whether the buttons that send can be pressed. */
export function allowSending(allowed) {
  for (const button of document.querySelectorAll("#get-words, #send")) button.disabled = !allowed;
}

/**
 * The end: what happens next takes the place of the form and of all that stood around it.
 * Of two texts about that, the one for letters with (or without) an answer to come stays.
 */
export function showReceived(answered) {
  const end = part("received");
  part(answered ? "no-answer" : "answer")?.remove();
  end.hidden = false;
  part("main").replaceChildren(end);
  end.focus();
}

function linkTo(field) {
  const link = document.createElement("a");
  link.href = `#${field.id}`;
  link.textContent = field.labels[0].firstChild.data; // without what the label says about a mistake
  link.addEventListener("click", (event) => {
    event.preventDefault();
    field.focus();
  });
  return link;
}
