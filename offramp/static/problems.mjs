// What can go wrong between this page and the server, one class for each thing that the page acts on.
// What went wrong in the letter or the keyset has its classes in crypto/js/errors.mjs.

import { OfframpError } from "../crypto/js/errors.mjs";

/** A computed key names the class, so that its name survives a minifier: a page's scripts know it by that. */
const kind = (name) => ({ [name]: class extends OfframpError {} })[name];

/** No answer came: the connection broke, or went quiet. The letter may have arrived. */
export const NoAnswer = /* @__PURE__ */ kind("NoAnswer");

/** The server answered with another status than the one hoped for. */
export class Refused extends OfframpError {
  constructor(status) {
    super();
    this.name = "Refused";
    this.status = status;
  }
}

/** The server takes no letters, and hands out no keys any more. */
export const InboxClosed = /* @__PURE__ */ kind("InboxClosed");

/** The server said "received", but not of this letter. */
export const WrongReceipt = /* @__PURE__ */ kind("WrongReceipt");

/** The person pressed "Stop". */
export const Stopped = /* @__PURE__ */ kind("Stopped");
