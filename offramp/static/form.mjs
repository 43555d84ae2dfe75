// The entry of the pages with a form for first letters.

import { Choice } from "./choice.mjs";
import { part } from "./display.mjs";
import { LetterForm } from "./letter_form.mjs";

const form = part("form");
if (form) {
  form.hidden = false;
  if (part("get-words")) withChoice(form);
  else new LetterForm(form).getReady();
}

function withChoice(form) {
  const choice = new Choice(form.dataset.days);
  const conversation = (button) => choice.conversation(button);
  const received = () => choice.received();
  // What is fetched after the keys is fetched whether anybody writes or not: it tells the server nothing.
  new LetterForm(form, { conversation, received }).getReady().then(() => choice.prepare());
}
