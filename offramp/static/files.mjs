// The files that go with a letter: read at once, listed, and taken out again by whoever added them.

import { amountOf, fileTooLarge, fileUnreadable } from "./words.mjs";

/** The list of files beside the control `add`. `onChange` is called when a file came or went. */
export class Files {
  #files = [];
  #add;
  #list;
  #note;
  #limit;
  #onChange;
  #reading = Promise.resolve();

  constructor(add, list, note, onChange) {
    this.#add = add;
    this.#list = list;
    this.#note = note;
    this.#limit = Number(add.dataset.limit);
    this.#onChange = onChange;
    add.addEventListener("change", () => this.#take([...add.files]));
  }

  /** [{name, data}] once everything that was chosen has been read. */
  async attachments() {
    await this.#reading;
    return [...this.#files];
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
    this.#reading = this.#reading.then(() => this.#read(chosen));
  }

  async #read(chosen) {
    const complaints = [];
    for (const file of chosen) {
      const left = this.#limit - this.#taken();
      if (file.size > left) {
        complaints.push(fileTooLarge(file.name, file.size, left));
        continue;
      }
      try {
        this.#files.push({ name: shortName(file.name), data: new Uint8Array(await file.arrayBuffer()) });
      } catch {
        complaints.push(fileUnreadable(file.name));
      }
    }
    this.#show(complaints);
  }

  #taken() {
    return this.#files.reduce((sum, { data }) => sum + data.length, 0);
  }

  #show(complaints) {
    this.#list.replaceChildren(...this.#files.map((file) => this.#row(file)));
    const complaint = document.createElement("strong");
    complaint.textContent = complaints.join(" ");
    this.#note.replaceChildren(complaint, " ", this.#files.length ? amountOf(this.#taken(), this.#limit) : "");
  }

  #row(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const remove = document.createElement("button");
    name.textContent = file.name;
    remove.type = "button";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    remove.addEventListener("click", () => {
      this.#files = this.#files.filter((other) => other !== file);
      this.#onChange();
      this.#show([]);
      this.#add.focus();
    });
    row.append(name, remove);
    return row;
  }
}

/** The last 85 characters of a name, its ending among them: at most 255 bytes of UTF-8 (FORMAT 2.4). */
export const shortName = (name) => name.slice(-85).toWellFormed();
