// The entry of the page that answers are read on.
//
// The twelve words stay in this page. What it asks of the server does not depend on whether there is an answer.

import { openShard } from "../crypto/js/reply.mjs";
import { showAnswers } from "./answer_list.mjs";
import * as answerWords from "./answer_words.mjs";
import { downloadShard } from "./board_download.mjs";
import { focusOn, part } from "./display.mjs";
import "./leave.mjs";
import { LetterForm } from "./letter_form.mjs";
import { LookingThrough } from "./looking_through.mjs";
import { showMistake, showProblem, showProgress, showState } from "./look_display.mjs";
import { Saver } from "./parcel_download.mjs";
import { readWords } from "./phrase_entry.mjs";
import { Stopped } from "./problems.mjs";
import { sending } from "./sending.mjs";
import { amountOf } from "./words.mjs";

/** One use of the page, from the words to the moment when it is cleared. */
class Reading {
  #stopping = null; // the AbortController of a look that is under way
  #leaving = new AbortController(); // ends all that this use began
  #saver = new Saver();
  #looking = new LookingThrough();
  #keys = null; // {thread, replyKey} of the words that were looked for
  #answersRead = 0; // the highest number that was shown

  constructor() {
    part("entry").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#look();
    });
    // What was said about the words, and how they could be corrected, holds only for what stood there.
    part("entry").addEventListener("input", () => showMistake(null));
    part("look-stop").addEventListener("click", () => this.#stopping?.abort());
    part("compare").addEventListener("click", () => this.#compare());
    part("write").addEventListener("click", () => this.#write());
    part("look").disabled = false;
    part("clearing").hidden = false;
    showState(answerWords.READY);
    this.#looking.prepare(); // whether anybody writes again or not
  }

  /** Ends everything that is under way, and gives back what the browser was lent. */
  leave() {
    this.#leaving.abort();
    this.#looking.received();
    this.#saver.forget();
  }

  async #look() {
    if (this.#stopping || part("look").disabled) return; // a second click
    const { keys, mistake } = readWords(part("phrase").value);
    showMistake(mistake, (text) => this.#correct(text));
    if (mistake) return;
    this.#stopping = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, this.#leaving.signal]);
    focusOn("look-state");
    try {
      const found = await find(keys, signal);
      if (this.#leaving.signal.aborted) return; // cleared at the last moment
      this.#keys = keys;
      this.#show(found);
    } catch (error) {
      if (this.#leaving.signal.aborted) return; // there is nobody to tell
      showState(answerWords.NOT_READ);
      showProblem(answerWords.whyNotRead(error));
    } finally {
      this.#stopping = null;
    }
  }

  /** A word was replaced: says what else is wrong, but looks only when asked to. */
  #correct(text) {
    part("phrase").value = text;
    const { mistake } = readWords(text);
    showMistake(mistake, (next) => this.#correct(next));
    if (mistake) return;
    showState(answerWords.WORDS_FIT);
    focusOn("look");
  }

  #show({ answers, malformed }) {
    // Wrong words, no answer yet and one that has expired end in the same place.
    const none = answers.length === 0 && malformed === 0;
    this.#answersRead = Math.max(0, ...answers.map(({ number }) => number));
    part("outcome").textContent = none ? answerWords.NO_ANSWER : answerWords.whatThereIs(answers.length);
    part("none").hidden = !none;
    part("unreadable").textContent = malformed ? answerWords.unreadable(malformed) : "";
    part("unreadable").hidden = !malformed;
    part("list").replaceChildren(...showAnswers(answers, { saver: this.#saver, signal: this.#leaving.signal }));
    // Nobody who looks over a shoulder should find the words beside what they open.
    if (!none) part("phrase").value = "";
    showState(answerWords.READY);
    part("entering").hidden = true;
    part("reading").hidden = false;
    focusOn("outcome");
  }

  #compare() {
    part("reading").hidden = true;
    part("entering").hidden = false;
    focusOn("phrase");
  }

  #write() {
    part("write").hidden = true;
    part("writing").hidden = false;
    focusOn("writing-title");
    new LetterForm(part("form"), {
      sending: { fetch() {}, there: Promise.resolve(sending) },
      steps: {
        check: (...letter) => this.#looking.check(...letter),
        conversation: () => this.#keys,
        received: () => this.leave(), // the answers go with the rest of the page
      },
      more: () => [
        ["answers_read", String(this.#answersRead)],
        ["day", new Date().toISOString().slice(0, 10)],
      ],
    }).getReady();
  }
}

/** What is on the board for these words. The last thing that it asks of the server is the shard. */
async function find({ thread, replyKey }, signal) {
  showProblem("");
  showState(answerWords.ASKING, true);
  const shard = await downloadShard(thread, {
    signal,
    onProgress: (done, total) => {
      if (part("look-state").textContent !== answerWords.FETCHING) showState(answerWords.FETCHING, true);
      showProgress(done, total, amountOf(done, total));
    },
  });
  showState(answerWords.TRYING, true);
  return openShard(shard, replyKey, {
    onProgress: (done, total) => {
      if (signal.aborted) throw new Stopped();
      showProgress(done, total);
    },
  });
}

const main = part("main");
const untouched = withoutText(main.cloneNode(true));

/** A copy takes along what was typed before this script came. */
function withoutText(copy) {
  for (const form of copy.querySelectorAll("form")) form.reset();
  return copy;
}

function begin() {
  const reading = new Reading();
  part("clear").addEventListener("click", () => {
    reading.leave();
    if (part("stop")?.hidden === false) part("stop").click(); // a letter is on its way
    // All that was typed and read hangs on these parts of the page, and goes with them.
    main.replaceChildren(...untouched.cloneNode(true).childNodes);
    begin();
    focusOn("phrase");
  });
}

begin();
