// Fetching sealed bytes, with a say about how far it is and an end to waiting.

import { OfframpError } from "../crypto/js/errors.mjs";
import { NoAnswer, Refused, Stopped } from "./problems.mjs";

// Without any progress for so long, a connection through Tor does not come back to life.
const PATIENCE_MS = 120_000;

/** The server sends more than there can be. */
export class TooMuch extends OfframpError {}

/**
 * Resolves with the body of a 200, of `most` bytes at most; onProgress(bytes) tells how many have come.
 * Raises NoAnswer, Refused, Stopped or TooMuch.
 *
 * The request says nothing but the path: no header, no parameter and no order depends on what is looked for.
 */
export function download(path, { most, signal, onProgress = () => {} }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new Stopped();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    let why = NoAnswer; // if it is aborted by none but us
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, PATIENCE_MS);
    };
    request.responseType = "arraybuffer";
    request.onprogress = ({ loaded }) => {
      wait();
      if (loaded <= most) {
        onProgress(loaded);
      } else {
        why = TooMuch;
        stop();
      }
    };
    request.onload = () => {
      if (request.status !== 200) reject(new Refused(request.status));
      else if (isCut(request)) reject(new NoAnswer());
      else resolve(new Uint8Array(request.response));
    };
    request.onerror = () => reject(new NoAnswer());
    request.onabort = () => reject(signal.aborted ? new Stopped() : new why());
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
    signal.addEventListener("abort", stop);
    request.open("GET", path);
    wait();
    request.send();
  });
}

/** Firefox takes what came before a connection broke for the whole, unlike other browsers. */
const isCut = (request) => request.response.byteLength < Number(request.getResponseHeader("Content-Length"));
