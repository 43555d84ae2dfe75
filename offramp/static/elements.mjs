// Making parts of the page from text.

/** An element with text and other elements in it. */
export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

/** A button that sends no form. */
export function button(words, onClick) {
  const made = element("button", "", words);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** Text with its line ends. Its direction follows from itself, line by line, and changes nothing around it. */
export function prose(text) {
  const made = element("div", "prose", text);
  made.dir = "auto";
  return made;
}
