// Every sentence about what is hidden in files.

import { _ } from "../gettext.mjs";

export const TAKEN_OUT = _("Taken out of the copy that you send. Your own file stays as it was:");
export const STILL_IN = _("Still in it, because it may be part of what you want to say. Please look at it yourself:");

const REMOVED = {
  after: _("Data behind the end of the picture. It can be an older or larger version of it"),
  attached: _("Data that programs or an office attached"),
  camera: _("What the camera wrote about the picture"),
  colours: _("A color profile. It can name a screen or camera"),
  company: _("The company or agency"),
  device: _("The camera or phone"),
  earlier: _("Earlier versions"),
  folder: _("A folder on somebody’s computer"),
  history: _("How it was worked on, and for how long"),
  ids: _("Numbers that tell which copies belong together"),
  label: _("An office’s label for secret or internal papers"),
  name: _("A name"),
  note: _("A note"),
  other: _("Data that is not part of the picture"),
  pictures: _("What cameras and programs wrote into the pictures in it"),
  place: _("The place where it was taken"),
  preview: _("A small copy of it, which can show more than it does now"),
  printer: _("The settings of a printer, with its name"),
  program: _("The program"),
  "program-notes": _("What programs wrote about it: who, when, and with which steps"),
  resolution: _("The resolution of a screen or scanner"),
  reviewed: _("When comments or changes were made"),
  reviewer: _("A name on comments or changes"),
  saved: _("When it was saved"),
  serial: _("A serial number"),
  signature: _("A digital signature, which names who signed"),
  template: _("The template that it was made from"),
  time: _("When it was made or changed"),
  title: _("A title"),
  unused: _("Parts that the document does not use"),
};

const LEFT = {
  changes: _("Changes that were tracked. What was deleted can still be read. Accept or reject all changes, save, and add the file again"),
  comments: _("Comments. The names on them are gone, but what they say is not"),
  connections: _("Links to data outside. They can name a computer or a person"),
  embedded: _("Another file inside, which this page did not look into"),
  form: _("A form with what was filled in"),
  hidden: _("Hidden rows, sheets, slides or text"),
  layers: _("Layers, some of which may be hidden"),
  macros: _("Small programs, which this page did not look into"),
  media: _("Pictures, films or sounds of a kind that this page cannot clean"),
  "speaker-notes": _("Notes for the speaker"),
};

export const removedOf = (what) => REMOVED[what];
export const leftOf = (what) => LEFT[what];

const PICTURE = _("We look only for what is usually hidden. The picture itself can still tell who or where you are: faces, badges, screens, a view from a window.");
const DOCUMENT = _("We look only for what is usually hidden. The words in it may still name you or others. Open it and read it again.");
const PDF = _("Black bars are no safe way to hide words in a PDF: often the words are still there underneath.");

/** What a person should look at themselves, in a file of this kind. */
export const adviceOf = (kind) => ({ picture: PICTURE, pdf: `${DOCUMENT} ${PDF}`, office: DOCUMENT })[kind];

const AS_IT_IS = _("The file goes as it is. It may name who made it, when, where and with which device.");
const INSTEAD = _("Safer: open it, save it as a PDF or take a screenshot, and add that instead.");

/** A sentence, and advice, about a file that was not looked into. */
export function notLooked(name, outcome) {
  switch (outcome) {
    case "text":
      return [_("Nothing is hidden in “{name}”: it is plain text.", { name }), _("But its words may name you or others. Read them again.")];
    case "media":
      return [_("This page cannot clean files of the kind of “{name}”.", { name }), AS_IT_IS, INSTEAD];
    case "not-understood":
      return [_("This page could not look into “{name}”. It may be broken, or locked with a password.", { name }), AS_IT_IS, INSTEAD];
    case "not-arrived":
      return [
        _("The part of this page that looks into “{name}” did not arrive.", { name }),
        AS_IT_IS,
        _("To try again, remove the file and add it once more."),
      ];
    default:
      return [_("This page does not know files of the kind of “{name}”.", { name }), AS_IT_IS, INSTEAD];
  }
}

/** One sentence for the status line. */
export function summary(name, removed, left) {
  if (removed && left) return _("Hidden data was taken out of “{name}”. Some is still in it: see below its name.", { name });
  if (removed) return _("Hidden data was taken out of “{name}”.", { name });
  if (left) return _("Something in “{name}” may tell more than you want: see below its name.", { name });
  return _("No hidden data was found in “{name}”.", { name });
}
