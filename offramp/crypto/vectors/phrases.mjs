/** Cases of FORMAT.md, section 7: phrases as people type them, and what comes of them. */

import { shardNumber } from "../js/board.mjs";
import { fromHex, toHex } from "../js/bytes.mjs";
import { readPhrase, replyKeyOf, threadOf, wordsOf } from "../js/phrase.mjs";
import { fixedRandom } from "./material.mjs";

const ENTROPY = fixedRandom("phrase")(16);
const WORDS = wordsOf(ENTROPY);
const PLAIN = WORDS.join(" ");

/** The phrase with other words in some places, which are counted from 1. */
const changed = (others) => WORDS.map((word, i) => others[i + 1] ?? word).join(" ");
const wide = (text) => text.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0));

function good(why, text, entropy = ENTROPY) {
  const thread = threadOf(entropy);
  return {
    kind: "phrase",
    expect: "ok",
    why,
    text,
    read: {
      entropy: toHex(entropy),
      words: wordsOf(entropy).join(" "),
      reply_key: toHex(replyKeyOf(entropy)),
      thread: toHex(thread),
      shard_number: shardNumber(thread),
    },
  };
}

/** A case that fails, with what the error says of it. */
function bad(why, expect, text) {
  try {
    readPhrase(text);
  } catch ({ count, place, suggestions }) {
    return { kind: "phrase", expect, why, text, told: { count, place, suggestions } };
  }
  throw new Error(`this phrase is good: ${why}`);
}

const long = (why, text) => bad(why, "PhraseWrongLength", text);
const unknown = (why, text) => bad(why, "PhraseUnknownWord", text);
const sum = (why, text) => bad(why, "PhraseWrongChecksum", text);

/** @returns {Record<string, object>} */
export const phraseCases = () => ({
  phrase_plain: good("twelve words", PLAIN),
  phrase_zeros: good("all bits zero", `${"abandon ".repeat(11)}about`, new Uint8Array(16)),
  phrase_ones: good("all bits one", `${"zoo ".repeat(11)}wrong`, new Uint8Array(16).fill(255)),
  phrase_half: good(
    "a word that stands there three times",
    "legal winner thank year wave sausage worth useful legal winner thank yellow",
    fromHex("7f".repeat(16)),
  ),
  phrase_upper_case: good("in capital letters", PLAIN.toUpperCase()),
  phrase_spaces: good("with spaces, tabs and a no-break space too many", `\u00a0 ${WORDS.join(" \t ")}  `),
  phrase_lines: good("one word a line, with the line ends of Windows", `${WORDS.join("\r\n")}\r\n`),
  phrase_numbered: good("numbered", WORDS.map((word, i) => `${i + 1}. ${word}`).join("\n")),
  phrase_numbered_closely: good("numbered without a space", WORDS.map((word, i) => `${i + 1}${word}`).join(" ")),
  phrase_commas: good("with commas and quotation marks", `“${WORDS.join(", ")}.”`),
  phrase_full_width: good("in the full-width letters of East Asian keyboards", wide(PLAIN).replaceAll(" ", "\u3000")),
  phrase_invisible: good("with invisible characters from a page", `\ufeff${WORDS.join("\u200b \u00ad")}`),
  phrase_other_digits: good("numbered in Arabic digits", `\u0661- ${PLAIN}`),

  phrase_empty: long("nothing", ""),
  phrase_only_numbers: long("numbers and no words", "1. 2. 3."),
  phrase_eleven: long("one word forgotten", WORDS.slice(0, 11).join(" ")),
  phrase_thirteen: long("one word twice", `${PLAIN} ${WORDS[11]}`),
  phrase_twenty_four: long("a phrase of 24 words", `${PLAIN} ${PLAIN}`),
  phrase_joined: long("two words without a space", PLAIN.replace(" ", "")),
  phrase_soft_joined: long("words with nothing but an invisible character between", WORDS.join("\u200b")),

  phrase_letter_missing: unknown("a letter left out of the third word", changed({ 3: "abandn" })),
  phrase_letters_exchanged: unknown("two letters exchanged", changed({ 1: "abnadon" })),
  phrase_letter_changed: unknown("one letter changed", changed({ 12: "wronk" })),
  phrase_letter_added: unknown("one letter too many", changed({ 5: "lettter" })),
  phrase_digit_inside: unknown("a digit in a word", changed({ 2: "l3gal" })),
  phrase_first_four: unknown("the first four letters of a word", changed({ 7: "saus" })),
  phrase_ending_other: unknown("another ending", changed({ 7: "winning" })),
  phrase_two_unknown: unknown("two unknown words, of which the first is told", changed({ 4: "xyzzy", 9: "plugh" })),
  phrase_accent: unknown("a letter with an accent", changed({ 6: "y\u00e9ar" })),
  phrase_spanish: unknown("a Spanish phrase", `${"\u00e1baco ".repeat(11)}abierto`),
  phrase_japanese: unknown(
    "a Japanese phrase",
    `${"\u3042\u3044\u3053\u304f\u3057\u3093\u3000".repeat(11)}\u3042\u304a\u305e\u3089`,
  ),
  phrase_astral: unknown("a letter beyond the BMP", changed({ 9: "\u{10400}oo" })),
  phrase_very_long_word: unknown("a word of 3,000 letters", changed({ 10: "a".repeat(3000) })),

  phrase_other_word: sum("another word of the list", `${"abandon ".repeat(11)}zoo`),
  phrase_order: sum("two words exchanged", [WORDS[1], WORDS[0], ...WORDS.slice(2)].join(" ")),
  phrase_one_word: sum("one word twelve times", "abandon ".repeat(12)),
});
