/* The message box: grows with its text, sends on Enter, counts near the limit, warns before a secret leaves. */

import { fill, plural } from "../common/text.js";
import { secretShape } from "./secrets.js";

const WARN_LEFT = 200;
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
  #held = null;

  /** `onSend({text, sensitive})`: sensitive when it looked like a secret and the person insisted. */
  constructor({ limit, strings, onSend }) {
    this.#limit = limit;
    this.#strings = strings;
    this.#onSend = onSend;
    this.#text.addEventListener("input", () => this.#refresh());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    document.getElementById("warning-edit").addEventListener("click", () => this.#dialog.close());
    document.getElementById("warning-send").addEventListener("click", () => this.#insist());
    this.#dialog.addEventListener("close", () => this.#text.focus());
    this.#refresh();
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
    if (!text || [...text].length > this.#limit) return;
    const shape = this.#shapeOf(text);
    if (!shape) {
      this.#release({ text, sensitive: false });
      return;
    }
    this.#held = { text, sensitive: true };
    document.getElementById("warning-title").textContent = this.#strings[`looks_${shape}`];
    this.#dialog.showModal();
  }

  #shapeOf(text) {
    const shape = secretShape(text);
    if (shape || text.length > SHORT) return shape;
    return secretShape([...this.#recent, text].join(" ")) ? "seed_phrase" : null;
  }

  #insist() {
    const held = this.#held;
    this.#held = null;
    this.#dialog.close();
    if (held) this.#release(held);
  }

  #release(message) {
    this.#recent = message.text.length <= SHORT ? [...this.#recent, message.text].slice(-REMEMBERED) : [];
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
    const left = this.#limit - [...this.#text.value].length;
    this.#send.disabled = left < 0 || this.#text.value.trim() === "";
    this.#count.classList.toggle("is-over", left < 0);
    if (left > WARN_LEFT) this.#count.textContent = "";
    else this.#count.textContent = fill(plural(this.#strings, left < 0 ? "over" : "left", Math.abs(left)));
    this.#text.style.setProperty("height", "auto");
    this.#text.style.setProperty("height", `${Math.min(this.#text.scrollHeight, MAX_HEIGHT_PX)}px`);
    this.#text.style.setProperty("overflow-y", this.#text.scrollHeight > MAX_HEIGHT_PX ? "auto" : "hidden");
  }
}
