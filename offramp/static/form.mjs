// The entry of the pages with a form for first letters.

import { part } from "./display.mjs";
import { Later } from "./later.mjs";
import "./leave.mjs";
import { LetterForm } from "./letter_form.mjs";

const form = part("form");
if (form) {
  form.hidden = false;
  new LetterForm(form, { sending: new Later("sending", "sending") }).getReady();
}
