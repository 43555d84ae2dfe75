// In the place of phrase_words.mjs: where the offline sealer has other things to say than the pages, which send.

import { _ } from "../gettext.mjs";

export * from "../phrase_words.mjs";

export const ABOUT = _(
  "With these words you can read our answer on our site. Write them on paper now, in this order. Your letter has not been sealed yet; that comes after this.",
);
export const CHECK_ABOUT = _("Please type these three from your paper. After that, your letter is sealed and saved.");
export const SEND = _("Seal and save");
