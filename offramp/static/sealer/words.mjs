// In the place of words.mjs: where the offline sealer has other things to say than the pages, which send.

import { _ } from "../gettext.mjs";
import { whyNoKeys as whyNoKeysOf } from "../words.mjs";

export * from "../words.mjs";

export const READY = _("Ready to seal.");
export const NOT_READY = _("Nothing can be sealed yet.");
export const NOT_SENT = _("Not sealed yet.");
export const NOT_RECEIVED = _("Not sealed yet. Your text is still here.");
export const SEND_WITH_WORDS = _("Seal and save, with my twelve words");

const NO_KEYS_IN_IT = ["NotAKeyset", "NotACard", "UnsupportedVersion"];
const OVER = ["KeysetExpired", "CardLapsed"];
const NOT_OURS = ["BadSignature", "WrongOnion", "WrongCampaign", "CardForged", "BadRecipient"];

/** Why the keys in a file cannot be used, and what to do. */
export function whyNoKeys(error) {
  if (NO_KEYS_IN_IT.includes(error.name)) {
    return _("This file does not have our keys in it. Download this week’s keys from our site once more, and choose that file.");
  }
  if (OVER.includes(error.name)) {
    return _("These keys are over. Download this week’s keys from our site, and choose that file. If they are new, look whether this computer’s date is right.");
  }
  if (NOT_OURS.includes(error.name)) {
    return _("These keys are not ours. Somebody may be imitating our site. Do not write here. Compare the address of the site with the place where you found it.");
  }
  return whyNoKeysOf(error);
}
