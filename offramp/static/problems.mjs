// What can go wrong between this page and the server, one class for each thing that the page acts on.
// What went wrong in the letter or the keyset has its classes in crypto/js/errors.mjs.

import { OfframpError } from "../crypto/js/errors.mjs";

/** No answer came: the connection broke, or went quiet. The letter may have arrived. */
export class NoAnswer extends OfframpError {}

/** The server answered with another status than the one hoped for. */
export class Refused extends OfframpError {
  constructor(status) {
    super();
    this.status = status;
  }
}

/** The server said "received", but not of this letter. */
export class WrongReceipt extends OfframpError {}

/** The person pressed "Stop". */
export class Stopped extends OfframpError {}
