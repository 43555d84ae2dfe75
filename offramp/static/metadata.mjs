// What looks into files, loaded when the first one is added; and for each kind of file what only that kind needs.

import { Later } from "./later.mjs";
import * as inspection from "./metadata/inspection.mjs";

// They say nothing by themselves, so there is one of each for all languages.
const LOADING = { picture: "../metadata_picture", pdf: "../metadata_pdf", office: "../metadata_office" };
const loading = {};

/** {data, said, details} of a file's name and bytes: see inspection.mjs. */
export const inspect = (name, bytes) => inspection.inspect(name, bytes, load);

async function load(kind) {
  if (!loading[kind]) {
    loading[kind] = new Later(LOADING[kind], "clean");
    loading[kind].fetch();
  }
  return { clean: await loading[kind].there };
}
