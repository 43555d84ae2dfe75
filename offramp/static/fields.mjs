// What a person wrote and chose, as the fields of a letter (FORMAT 2.4).

// What the ids of the controls begin with; what follows is the field's name.
const PREFIX = "field-";

/**
 * [[name, ...values]] of all fields that are not empty, in the page's order; and where this is not a page in the
 * campaign's own language, in which one it is.
 */
export function readFields(form) {
  const fields = [];
  for (const element of form.querySelectorAll(`[id^=${PREFIX}]`)) {
    const values = element.matches("fieldset") ? ticked(element) : typed(element);
    if (values.length) fields.push([element.id.slice(PREFIX.length), ...values]);
  }
  const { language } = form.dataset;
  return language ? [...fields, ["language", language]] : fields;
}

/** The one field that must not be empty, if it is empty. */
export function missingField(form) {
  const required = form.querySelector("[aria-required]");
  return typed(required).length ? null : required;
}

function typed(control) {
  // Half of a surrogate pair has no UTF-8, and so no place in a letter.
  const value = control.value.trim().toWellFormed();
  return value ? [value] : [];
}

function ticked(fieldset) {
  return Array.from(fieldset.querySelectorAll(":checked"), (box) => box.value);
}
