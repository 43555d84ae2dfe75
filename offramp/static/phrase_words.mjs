// Every sentence of the step with the twelve words: plain, calm, and no more than somebody in a hurry reads.

export const TITLE = "Your twelve words";
export const ABOUT =
  "With these words you can read our answer on this site. Write them on paper now, in this order. Your letter has not been sent yet; that comes after this.";

/** What a person should know before they trust a piece of paper: [heading, ...items]. `days`: how long an answer stays. */
export const advice = (days) => [
  [
    "How to keep them",
    "By hand, on paper, where nobody else looks.",
    "Do not put them into a phone or computer from work, not even as a photograph, and do not print them there.",
    "Do not write this site’s address beside them, or what they are for. Keep the address so that you find it again, but in another place.",
  ],
  [
    "What others would see",
    "Twelve ordinary English words. Nothing in them says this site, an agency, or you. Lists like this also serve as keys to digital money, and whoever knows that will think of it first.",
  ],
  [
    "What they open",
    `Our answers to this letter. Each of them can be read for ${days} days.`,
    "Whoever has the words can read our answers, and write to us as if they were you.",
    "Sealed answers can be copied by anybody, and your words would open a copy years later. Destroy the paper when you need no more answers.",
    "Nobody can give you the words again. They were made on this computer, are never sent, and we do not know them.",
  ],
];

export const WRITTEN = "I have written them down";
export const BACK = "Back to my letter";

export const CHECK_TITLE = "Are they all on your paper?";
export const CHECK_ABOUT = "Please type these three from your paper. After that, your letter is sealed and sent.";
export const wordNumber = (number) => `Word number ${number}`;
export const SEND = "Seal and send";
export const AGAIN = "Show me the words again";

/** Which of the three were wrong, by their numbers. */
export const wrong = (numbers) =>
  `${numbers.length > 1 ? "Words" : "Word"} number ${inWords(numbers)} ${numbers.length > 1 ? "are" : "is"} not right yet. ` +
  "Compare with your paper, or look at the words again. Nothing else is lost.";

const inWords = (numbers) => numbers.join(", ").replace(/, (\d+)$/, " and $1");
