// Every sentence of the step that shows what points to a person: plain, calm, and without reproach.

import { _, _n } from "../gettext.mjs";

export const TITLE = _("Before it is sealed");

/** How much was found, and that it is not all that there can be. */
export const about = (count) => [
  _n(
    "This page looked through your letter, on this computer only. Nothing was sent. It found {count} thing that could " +
      "point to you.",
    "This page looked through your letter, on this computer only. Nothing was sent. It found {count} things that could " +
      "point to you.",
    count,
    { count },
  ),
  _("You decide what stays. We can help you without knowing any of it. This page does not find everything, so please " +
    "read your letter once more yourself."),
];

export const inField = (label) => _("In “{label}”", { label });
export const IN_FILES = _("In the name of a file");

/** What was found, and why it matters: [heading, reason], by its kind. */
export const KINDS = {
  name: [
    _("A name"),
    _("A name is the shortest way to a person. Names of family and coworkers lead to you as well."),
  ],
  address: [
    _("An email address or account"),
    _("It belongs to one person. The company behind it often knows who that is, and can be made to say so."),
  ],
  work_address: [
    _("An address at work"),
    _("Your agency can read what arrives there, and its name for you is in it. Please do not use it with us."),
  ],
  phone: [
    _("A phone number"),
    _("A phone company knows whose number it is, and often where the phone has been."),
  ],
  number: [
    _("A number that belongs to one person or case"),
    _("Whoever has the list that it comes from finds your name in it. We never need such numbers."),
  ],
  home: [
    _("A street or postal code"),
    _("Few people live there, and fewer of them work for your agency."),
  ],
  date: [
    _("An exact date"),
    _("Few people started, moved or were away on one exact day. A month or a year is enough for us."),
  ],
  grade: [
    _("A grade or a job series"),
    _("Together with a place or an age, it leaves only a few people. How senior you are is enough for us."),
  ],
  title: [
    _("A rare job title"),
    _("Only a few people have it, and their names are often public."),
  ],
  place: [
    _("A place of work or a town"),
    _("Some offices have only a few people. The part of the country is enough for us."),
  ],
  unit: [
    _("A unit, team or class"),
    _("Its members are few, and they are on a list."),
  ],
  only: [
    _("Something that only one or a few people can say"),
    _("Whoever works with you knows at once who that is."),
  ],
  file: [
    _("A file name that may say who you are"),
    _("The name of a file goes into the letter with it. Many people put their own name there."),
  ],
};

export const insteadOf = (words) => _("Write “{words}” instead", { words });
export const LEAVE_OUT = _("Leave it out");
export const TAKE_OUT_SENTENCE = _("Take this sentence out");
export const callIt = (name) => _("Call it “{name}”", { name });
export const LEAVE = _("Leave it as it is");
export const CHANGED = _("Changed. It now says:");
export const TAKEN_OUT = _("The sentence is taken out.");
export const AS_IT_IS = _("It stays as it is.");

export const GO_ON = _("Go on with this letter");
export const BACK = _("Back to my letter");
