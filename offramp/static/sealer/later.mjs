// In the place of later.mjs: in the offline sealer, all that the pages fetch later is there from the beginning.

import * as check from "../check.mjs";
import * as metadata from "../metadata.mjs";
import * as office from "../metadata/office.mjs";
import * as pdf from "../metadata/pdf.mjs";
import * as picture from "../metadata/picture.mjs";
import * as phrase from "../phrase.mjs";
import * as sending from "../sending.mjs";

/** By the names under which the pages fetch them. */
const scripts = () => ({
  check,
  metadata,
  phrase,
  sending,
  "../metadata_office": office,
  "../metadata_pdf": pdf,
  "../metadata_picture": picture,
});

/** One of them, and what it exports. */
export class Later {
  #name;
  #exported;

  constructor(name, exported) {
    this.#name = name;
    this.#exported = exported;
  }

  get there() {
    return Promise.resolve(scripts()[this.#name][this.#exported]);
  }

  fetch() {}

  stop() {}
}

/** Resolves after so many milliseconds. */
export const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
