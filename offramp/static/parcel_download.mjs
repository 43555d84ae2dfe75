// Parcels: the files and long texts that an answer points to (FORMAT 10). Only ever at a person's click, for the
// server sees who asks for one.

import { toHex } from "../crypto/js/bytes.mjs";
import { lengthForSize, openParcel } from "../crypto/js/parcel.mjs";
import { download } from "./download.mjs";
import { Stopped } from "./problems.mjs";

// Long enough for the browser to have begun to save, its question where to save included.
const URL_LIFE_MS = 60_000;

/**
 * What is in a parcel. onProgress(done, total) is in bytes and tells of the download; onOpening(done, total) is in
 * chunks and tells of what follows. Raises an error of download() or of openParcel().
 */
export async function fetchParcel(parcel, { signal, onProgress, onOpening }) {
  const length = lengthForSize(parcel.size);
  const sealed = await download(`/parcel/${toHex(parcel.id)}`, {
    most: length,
    signal,
    onProgress: (done) => onProgress(done, length),
  });
  return openParcel(sealed, parcel, {
    onProgress: (done, total) => {
      if (signal.aborted) throw new Stopped();
      onOpening(done, total);
    },
  });
}

/** Hands files to the browser to save. `forget()` takes back at once what it has lent out. */
export class Saver {
  #lent = new Map(); // addresses of blobs, with the timers that end them

  /** Has the browser save `data` under a name that was made harmless before. */
  save(data, name) {
    // No other type: the browser must not think of showing it.
    const url = URL.createObjectURL(new Blob([data], { type: "application/octet-stream" }));
    this.#lent.set(url, setTimeout(() => this.#takeBack(url), URL_LIFE_MS));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
  }

  forget() {
    for (const url of this.#lent.keys()) this.#takeBack(url);
  }

  #takeBack(url) {
    clearTimeout(this.#lent.get(url));
    this.#lent.delete(url);
    URL.revokeObjectURL(url);
  }
}
