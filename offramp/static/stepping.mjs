// Steps that take the place of a part of the page until the person has decided something.

import { element } from "./elements.mjs";

/** Shows what `make` makes in this place, from its heading on; resolves with what its buttons say. */
export function show(place, make) {
  return new Promise((resolve) => {
    place.replaceChildren(...make(resolve));
    place.firstChild.scrollIntoView();
    place.firstChild.focus({ preventScroll: true });
  });
}

/** A heading that can have the focus. `level`: 1 for the page's own. */
export const heading = (title, level = 1) => Object.assign(element(`h${level}`, "", title), { tabIndex: -1 });
