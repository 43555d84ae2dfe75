// In the place of keys.mjs: in the offline sealer, the keys come from a file that somebody chose.

import { checkedKeys, readPins as readPinsOf } from "../keys.mjs";

export { stillValid } from "../keys.mjs";

let chosen; // the bytes of the newest file

/** As in keys.mjs; the onion address is pinned in the page itself, which is on no site. */
export const readPins = (pinned) => readPinsOf(pinned, pinned.onion);

/** The verified keyset of the chosen file. Raises as in keys.mjs. */
export const fetchKeyset = async (pins, onCard) => checkedKeys(chosen, pins, onCard);

/** The same for another file, which is the chosen one from now on. */
export function chooseKeys(bytes, pins, onCard) {
  chosen = bytes;
  return fetchKeyset(pins, onCard);
}
