// The files that go with a letter: read at once, cleaned of what is hidden in them, listed, and taken out again by
// whoever added them.

import { button, element } from "./elements.mjs";
import { Later } from "./later.mjs";
import { REMOVE, amountOf, fileTooLarge, fileUnreadable, lookingInto, notLookedInto, removeFile } from "./words.mjs";

/** The list of files beside the control `add`. `onChange` is called when a file came or went. */
export class Files {
  #files = [];
  #add;
  #list;
  #note;
  #limit;
  #onChange;
  #looking = null; // the script that looks into files, from when the first one is added
  #reading = Promise.resolve();
  #unread = 0; // of what was chosen at once

  constructor(add, list, note, onChange) {
    this.#add = add;
    this.#list = list;
    this.#note = note;
    this.#limit = Number(add.dataset.limit);
    this.#onChange = onChange;
    add.addEventListener("change", () => this.#take([...add.files]));
  }

  /** Whether something was chosen of which it was not said yet what is hidden in it. */
  get isReading() {
    return this.#unread > 0;
  }

  /** [{name, data}] once everything that was chosen has been read, also what was chosen meanwhile. */
  async attachments() {
    do await this.#reading;
    while (this.#unread);
    return [...this.#files];
  }

  /** Gives one of attachments() another name. */
  rename(file, name) {
    file.name = shortName(name);
    this.#onChange();
    this.#show([]);
  }

  /** Forgets all files. */
  clear() {
    this.#files = [];
    this.#show([]);
  }

  #take(chosen) {
    this.#onChange();
    // The same file can then be chosen again after it was removed.
    this.#add.value = "";
    this.#unread++;
    this.#reading = this.#reading.then(() => this.#read(chosen));
  }

  async #read(chosen) {
    const said = [];
    for (const file of chosen) {
      this.#note.textContent = lookingInto(file.name);
      said.push(await this.#readOne(file));
    }
    this.#unread--;
    this.#show(said);
  }

  /** Adds a file, or says why not; resolves with what is to be said. */
  async #readOne(file) {
    if (file.size > this.#left()) return complaint(fileTooLarge(file.name, file.size, this.#left()));
    let bytes;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
      return complaint(fileUnreadable(file.name));
    }
    const { data, said, details } = await this.#lookedInto(file.name, bytes);
    if (data.length > this.#left()) return complaint(fileTooLarge(file.name, data.length, this.#left()));
    this.#files.push({ name: shortName(file.name), data, details });
    return said;
  }

  /** {data, said, details} of a file, as metadata.mjs gives them. */
  async #lookedInto(name, bytes) {
    if (!this.#looking) {
      this.#looking = new Later("metadata", "inspect");
      this.#looking.fetch();
    }
    try {
      const inspect = await this.#looking.there;
      return await inspect(name, bytes);
    } catch {
      return { data: bytes, said: complaint(notLookedInto(name)), details: "" };
    }
  }

  #left() {
    return this.#limit - this.#taken();
  }

  #taken() {
    return this.#files.reduce((sum, { data }) => sum + data.length, 0);
  }

  #show(said) {
    this.#list.replaceChildren(...this.#files.map((file) => this.#row(file)));
    const amount = this.#files.length ? amountOf(this.#taken(), this.#limit) : "";
    this.#note.replaceChildren(...[...said, amount].flatMap((one) => [one, " "]));
  }

  #row(file) {
    const remove = button(REMOVE, () => {
      this.#files = this.#files.filter((other) => other !== file);
      this.#onChange();
      this.#show([]);
      this.#add.focus();
    });
    remove.ariaLabel = removeFile(file.name);
    return element("li", "", element("span", "", file.name), remove, file.details);
  }
}

const complaint = (words) => element("strong", "", words);

/** The last 85 characters of a name, its ending among them: at most 255 bytes of UTF-8 (FORMAT 2.4). */
export const shortName = (name) => name.slice(-85).toWellFormed();
