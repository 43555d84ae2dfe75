// Sending one sealed letter, and believing only the receipt for exactly that letter.

import { NoAnswer, Refused, Stopped, WrongReceipt } from "./problems.mjs";

// Without any progress for so long, a connection through Tor does not come back to life.
const PATIENCE_MS = 180_000;

// No receipt and no refusal of ours is longer, in bytes.
const MOST = 1024;

/**
 * Posts the envelope and resolves with the body of a 201.
 * onProgress(sent, total) is in bytes; onSent() is called when all of it has gone and only the answer is missing.
 * Raises NoAnswer, Refused, WrongReceipt or Stopped. XMLHttpRequest, because fetch tells nothing about how far an upload is.
 */
export function post(envelope, { onProgress, onSent, signal }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new Stopped();
    const request = new XMLHttpRequest();
    let timer;
    let why = NoAnswer; // if it is aborted by none but us
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), PATIENCE_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      wait();
      // Firefox tells of the upload's own `load` event only when the answer begins.
      if (loaded < total) onProgress(loaded, total);
      else onSent();
    };
    request.onprogress = ({ loaded }) => {
      if (loaded <= MOST) return;
      why = WrongReceipt;
      request.abort();
    };
    request.onload = () =>
      request.status === 201 ? resolve(request.responseText) : reject(new Refused(request.status));
    request.onerror = () => reject(new NoAnswer());
    request.onabort = () => reject(signal.aborted ? new Stopped() : new why());
    request.onloadend = () => clearTimeout(timer);
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", "/sealed");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    wait();
    request.send(envelope);
  });
}

/** Raises WrongReceipt unless this is, to the letter, the receipt for the envelope with this id (hexadecimal). */
export function checkReceipt(text, id) {
  let receipt;
  try {
    receipt = JSON.parse(text);
  } catch {
    throw new WrongReceipt();
  }
  if (receipt?.received !== id) throw new WrongReceipt();
}
