/* The message box: grows with its text, sends on Enter, counts near the limit, warns before a secret leaves. */

import { fill, plural } from "../common/text.js";
import { closeDialog, openDialog } from "./dialogs.js";
import { secretShape } from "./secrets.js";

const WARN_LEFT = 400;
const TOLD_EVERY = 100; // a screen reader need not hear each character
const DRAFT_MS = 400;
const MAX_HEIGHT_PX = 144;
const SHORT = 40; // characters: several short messages in a row can be a phrase, word by word
const REMEMBERED = 24;

export class Composer {
  #recent = [];
  #limit;
  #strings;
  #onSend;
  #form = document.getElementById("composer");
  #text = document.getElementById("text");
  #send = document.getElementById("send");
  #count = document.getElementById("count");
  #dialog = document.getElementById("warning");
  #said = document.getElementById("count-said");
  #insisted = null;
  #held = true;
  #draftTimer = 0;

  /**
   * `onSend({text, sensitive})`: sensitive when it looked like a secret and the person insisted. What is
   * typed is kept in `store` until it is sent, unless it looks like a secret. `onTyping()` at each change.
   * An earlier draft comes with `takeUp()`, when it is known whose it is.
   */
  constructor({ limit, strings, store, onSend, onTyping, tray }) {
    this.store = store;
    this.#limit = limit;
    this.#strings = strings;
    this.#onSend = onSend;
    this.#text.addEventListener("input", () => {
      this.#refresh();
      onTyping();
    });
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    document.getElementById("warning-edit").addEventListener("click", () => closeDialog(this.#dialog));
    document.getElementById("warning-send").addEventListener("click", () => this.#insist());
    this.#dialog.addEventListener("close", () => this.#text.focus());
    this.tray = tray(this.#form, this.#text);
    this.#refresh();
  }

  takeUp() {
    this.#held = false;
    this.value ||= this.store.read("draft") || "";
  }

  /** Show nothing; a draft stays in the store. */
  hold() {
    this.#held = true;
    clearTimeout(this.#draftTimer);
    this.#text.value = "";
  }

  /** Forget what others wrote on this device: before `takeUp()` that is what is not in the box. */
  forget() {
    if (!this.#held) {
      this.tray.clear();
      this.value = "";
    }
    if (!this.value) this.store.remove("draft");
  }

  get value() {
    return this.#text.value;
  }

  set value(text) {
    this.#text.value = text;
    this.#refresh();
  }

  focus() {
    this.#text.focus();
  }

  /** Send what is in the box, after a look at it. */
  submit() {
    const text = this.#text.value.trim();
    if (this.#send.disabled) return;
    const shape = this.#shapeOf(text);
    if (!shape) {
      this.#release({ text, sensitive: false, files: this.tray.ids });
      return;
    }
    this.#insisted = { text, sensitive: true, files: this.tray.ids };
    document.getElementById("warning-title").textContent = this.#strings[`looks_${shape}`];
    openDialog(this.#dialog);
  }

  #shapeOf(text) {
    const shape = secretShape(text);
    if (shape || text.length > SHORT) return shape;
    return secretShape([...this.#recent, text].join(" ")) ? "seed_phrase" : null;
  }

  #insist() {
    const message = this.#insisted;
    this.#insisted = null;
    closeDialog(this.#dialog);
    if (message) this.#release(message);
  }

  #release(message) {
    this.#recent = message.text.length <= SHORT ? [...this.#recent, message.text].slice(-REMEMBERED) : [];
    this.tray.clear();
    this.value = "";
    this.#onSend(message);
  }

  #onKey(event) {
    // 229: Safari ends a composition before the key that ended it
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  #refresh() {
    const text = this.#text.value;
    const left = this.#limit - [...text].length;
    const over = left < 0;
    this.#send.disabled = over || this.tray.busy || (text.trim() === "" && !this.tray.ids.length);
    this.#count.classList.toggle("is-over", over);
    const told = left > WARN_LEFT ? "" : fill(plural(this.#strings, over ? "over" : "left", Math.abs(left)));
    this.#count.textContent = told;
    if (!told || String(over) !== this.#text.getAttribute("aria-invalid") || left % TOLD_EVERY === 0) this.#said.textContent = told;
    this.#text.setAttribute("aria-invalid", String(over));
    this.#text.style.setProperty("height", "auto");
    this.#text.style.setProperty("height", `${Math.min(this.#text.scrollHeight, MAX_HEIGHT_PX)}px`);
    this.#text.style.setProperty("overflow-y", this.#text.scrollHeight > MAX_HEIGHT_PX ? "auto" : "hidden");
    clearTimeout(this.#draftTimer);
    if (this.#held) return;
    if (text) this.#draftTimer = setTimeout(() => this.#keepDraft(text), DRAFT_MS);
    else this.store.remove("draft");
  }

  #keepDraft(text) {
    if (this.#shapeOf(text)) this.store.remove("draft");
    else this.store.write("draft", text);
  }
}
