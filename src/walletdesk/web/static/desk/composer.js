/* <wd-composer data-ref>: writes replies and notes. The server renders its form (desk/_composer.html).

   Dispatches wd-send {mode, text} when something is to be sent, and wd-act {act} when the way to an
   answer is an action ("claim", "reopen"). Drafts live in sessionStorage, so they go with the tab. */

import { fill } from "../common/text.js";
import { strings } from "./page.js";
import { enterSends } from "./preferences.js";

const LENGTH = 4_000;
const COUNT_FROM = 3_600;
const WAYS_OUT = { take: ["claim", "do_take"], resolved: ["reopen", "do_reopen"] };

class WdComposer extends HTMLElement {
  #form = null;
  #text = null;
  #mode = "reply";
  #state = "ready";
  #name = "";

  connectedCallback() {
    if (this.#form) return;
    this.#form = this.querySelector("form");
    this.#text = this.querySelector("textarea");
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), this.#send()));
    this.#text.addEventListener("input", () => this.#onInput());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    for (const tab of this.querySelectorAll('[role="tab"]')) {
      tab.addEventListener("click", () => this.write(tab.dataset.mode));
      tab.addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.write(this.#other(), { tab: true });
      });
    }
    const [act] = [this.querySelector(".composer-blocked button")];
    act.addEventListener("click", () => this.#tell("wd-act", { act: act.dataset.act }));
    document.addEventListener("wd-preferences", this.#showKeys);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("wd-preferences", this.#showKeys);
  }

  get mode() {
    return this.#mode;
  }

  /** Why one can or cannot reply: ready, take, theirs or resolved; `name` has the conversation. */
  allow(state, name = "") {
    const gained = this.#state !== "ready" && state === "ready" && this.contains(document.activeElement);
    this.#state = state;
    this.#name = name;
    this.#show();
    if (gained) this.#text.focus();
  }

  /** Go to reply or note and put the focus there. */
  write(mode, { tab = false } = {}) {
    this.#mode = mode;
    this.#show();
    const blocked = this.querySelector(".composer-blocked");
    const target = tab ? this.querySelector(`#tab-${mode}`) : blocked.hidden ? this.#text : blocked.querySelector("button");
    if (!target.hidden) target.focus();
  }

  /** Give a text back that could not be sent, unless something else is being written. */
  giveBack(mode, text) {
    if (this.#draft(mode)) return false;
    this.#keep(mode, text);
    this.write(mode);
    return true;
  }

  #other() {
    return this.#mode === "reply" ? "note" : "reply";
  }

  // --- drafts ------------------------------------------------------------------------------

  #key(mode) {
    return `wd-draft:${this.dataset.ref}:${mode}`;
  }

  #draft(mode) {
    try {
      return sessionStorage.getItem(this.#key(mode)) || "";
    } catch {
      return "";
    }
  }

  #keep(mode, text) {
    try {
      if (text) sessionStorage.setItem(this.#key(mode), text);
      else sessionStorage.removeItem(this.#key(mode));
    } catch {
      // storage is closed or full: the text stays in the field
    }
  }

  // --- what is shown ---------------------------------------------------------------------------

  #show() {
    const note = this.#mode === "note";
    const blocked = !note && this.#state !== "ready";
    this.#form.dataset.mode = this.#mode;
    for (const tab of this.querySelectorAll('[role="tab"]')) {
      const chosen = tab.dataset.mode === this.#mode;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    this.querySelector("#composer-pane").setAttribute("aria-labelledby", `tab-${this.#mode}`);
    this.querySelector(".composer-write").hidden = blocked;
    this.#showWayOut(blocked);
    this.#text.placeholder = note ? strings.note_placeholder : strings.reply_placeholder;
    this.#text.value = this.#draft(this.#mode);
    this.querySelector('[type="submit"] span').textContent = note ? strings.add_note : strings.send;
    this.#showKeys();
    this.#count();
  }

  #showWayOut(blocked) {
    const place = this.querySelector(".composer-blocked");
    place.hidden = !blocked;
    if (!blocked) return;
    const [act, label] = WAYS_OUT[this.#state] || [];
    place.querySelector("p").textContent = fill(strings[`blocked_${this.#state}`], { name: this.#name });
    const button = place.querySelector("button");
    button.hidden = !act;
    button.dataset.act = act || "";
    button.textContent = label ? strings[label] : "";
  }

  #showKeys = () => {
    const ctrl = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
    this.querySelector(".composer-keys").textContent = enterSends() ? "Enter ↵" : `${ctrl} + Enter ↵`;
  };

  #count() {
    const left = LENGTH - [...this.#text.value.trim()].length;
    const hint = this.querySelector(".composer-hint");
    hint.classList.toggle("bad", left < 0);
    if (left < 0) hint.textContent = fill(strings.too_long, { n: -left });
    else hint.textContent = left <= LENGTH - COUNT_FROM ? fill(strings.left, { n: left }) : "";
    this.querySelector('[type="submit"]').disabled = left < 0 || left === LENGTH;
  }

  #onInput() {
    this.#keep(this.#mode, this.#text.value);
    this.#count();
  }

  #onKey(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is choosing characters
    if (event.key === "Escape") {
      this.#text.blur();
      this.#tell("wd-leave", {});
      return;
    }
    if (event.key !== "Enter" || event.altKey) return;
    const held = event.ctrlKey || event.metaKey;
    if (held || (enterSends() && !event.shiftKey)) {
      event.preventDefault();
      this.#send();
    }
  }

  #send() {
    const text = this.#text.value.trim();
    if (!text || [...text].length > LENGTH) return;
    this.#keep(this.#mode, "");
    this.#text.value = "";
    this.#count();
    this.#tell("wd-send", { mode: this.#mode, text });
    this.#text.focus();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("wd-composer", WdComposer);
