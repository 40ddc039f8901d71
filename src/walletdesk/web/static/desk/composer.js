/* <wd-composer data-ref>: writes replies and notes. The server renders its form (desk/_composer.html).

   Dispatches wd-send {mode, text, macro, mentions, files}, wd-later {text, at, files, done(), over()}, wd-typing {mode},
   and wd-act {act} when the way to an answer is an action ("claim", "reopen"). What is written is kept on
   the server, and in sessionStorage until the server has it. docs/develop/composer.md tells how to add to it. */

import { fill, icon, make } from "../common/text.js";
import { call, failed, strings } from "./page.js";
import { Popup } from "./popup.js";
import { enterSends } from "./preferences.js";
import { openEmoji, openLater, openMacros, openPeople, providers } from "./writing.js";

const LENGTH = 4_000;
const COUNT_FROM = 3_600;
const SAVE_MS = 1_200;
const TYPING_MS = 3_000;
const WAYS_OUT = { take: ["claim", "do_take"], resolved: ["reopen", "do_reopen"] };
const GROWS = CSS.supports("field-sizing", "content");

/** What other modules add: `tray(form)` → {ids, clear()} holds the files that go with a message. */
export const parts = { tray: null };

class WdComposer extends HTMLElement {
  #form = null;
  #text = null;
  #popup = null;
  #tray = null;
  #mode = "reply";
  #state = "ready";
  #name = "";
  #texts = { reply: "", note: "" };
  #macro = null;
  #leaving = false; // a reply for later is on its way
  #named = new Map(); // name → membership, of who was picked after an @
  #timers = {};
  #saving = Promise.resolve();
  #typed = 0;

  connectedCallback() {
    if (this.#form) return;
    this.#form = this.querySelector("form");
    this.#text = this.querySelector("textarea");
    this.#popup = new Popup(this);
    queueMicrotask(() => (this.#tray = parts.tray?.(this.#form) ?? null)); // the module that adds it runs after this one
    for (const mode of ["reply", "note"]) this.#texts[mode] = this.#unsaved(mode) ?? this.dataset[mode] ?? "";
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), this.#send()));
    this.#text.addEventListener("input", (event) => this.#onInput(event));
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    for (const tab of this.querySelectorAll('[role="tab"]')) {
      tab.addEventListener("click", () => this.write(tab.dataset.mode));
      tab.addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.write(this.#other(), { tab: true });
      });
    }
    const act = this.querySelector(".composer-blocked button");
    act.addEventListener("click", () => this.#tell("wd-act", { act: act.dataset.act }));
    this.#prepareTools();
    document.addEventListener("wd-preferences", this.#showKeys);
    addEventListener("online", this.#saveAll);
    addEventListener("pagehide", this.#saveAll);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("wd-preferences", this.#showKeys);
    removeEventListener("online", this.#saveAll);
    removeEventListener("pagehide", this.#saveAll);
    this.#saveAll();
  }

  get mode() {
    return this.#mode;
  }

  /** Why one can or cannot reply: ready, take, theirs or resolved; `name` has the conversation. */
  allow(state, name = "") {
    const gained = this.#state !== "ready" && state === "ready" && this.contains(document.activeElement);
    if (state === this.#state && name === this.#name) return;
    this.#state = state;
    this.#name = name;
    this.#show();
    if (gained) this.#text.focus();
  }

  /** Go to reply or note and put the focus there. */
  write(mode, { tab = false } = {}) {
    if (mode !== this.#mode) this.#popup.close();
    this.#mode = mode;
    this.#show();
    const blocked = this.querySelector(".composer-blocked");
    const target = tab ? this.querySelector(`#tab-${mode}`) : blocked.hidden ? this.#text : blocked.querySelector("button");
    if (!target.hidden) target.focus();
  }

  /** Give a text back that could not be sent, unless something else is being written. */
  giveBack(mode, text) {
    if (this.#texts[mode]) return false;
    this.#keep(mode, text);
    this.write(mode);
    return true;
  }

  /** Put a message into the text as a quotation. */
  quote(text) {
    const lines = text.trim().split("\n").map((line) => `> ${line}`);
    this.write(this.#mode);
    const before = this.#text.value && !this.#text.value.endsWith("\n") ? "\n" : "";
    this.#insert(`${before}${lines.join("\n")}\n`);
  }

  /** What is written so far. */
  get text() {
    return this.#text.value;
  }

  /** Put a text in: at the cursor, in place of nothing, or `whole` in place of all. */
  insert(text, whole = !this.#text.value.trim()) {
    this.write(this.#mode);
    this.#insert(text, { whole });
  }

  /** Put a reply in that was suggested; one of a macro does what the macro does when it is sent. */
  suggest({ text, macro }) {
    this.write("reply");
    if (macro) this.#useMacro({ text, macro });
    else this.#insert(text, { whole: !this.#text.value.trim() });
  }

  #other() {
    return this.#mode === "reply" ? "note" : "reply";
  }

  // --- drafts ------------------------------------------------------------------------------

  #key(mode) {
    return `wd-draft:${this.dataset.ref}:${mode}`;
  }

  #unsaved(mode) {
    try {
      return sessionStorage.getItem(this.#key(mode));
    } catch {
      return null;
    }
  }

  #remember(mode, text) {
    try {
      if (text === null) sessionStorage.removeItem(this.#key(mode));
      else sessionStorage.setItem(this.#key(mode), text);
    } catch {
      // storage is closed or full: the text stays in the field
    }
  }

  #keep(mode, text) {
    this.#texts[mode] = text;
    this.#remember(mode, text);
    clearTimeout(this.#timers[mode]);
    this.#timers[mode] = setTimeout(() => this.#save(mode), SAVE_MS);
  }

  #saveAll = () => {
    for (const mode of ["reply", "note"]) if (this.#unsaved(mode) !== null) this.#save(mode);
  };

  /** One after the other, so that the last one stands. */
  #save(mode) {
    clearTimeout(this.#timers[mode]);
    const path = `/desk/c/${this.dataset.ref}/draft`;
    this.#saving = this.#saving.then(async () => {
      const text = this.#texts[mode];
      try {
        const { kept } = await call(path, { body: { kind: mode, text }, keepalive: true });
        if ((kept || !text) && text === this.#texts[mode]) this.#remember(mode, null);
      } catch {
        // no connection: it stays here, and is tried again with the next letter
      }
    });
  }

  /** It was sent: what is on its way to the server as a draft must not come back. */
  #sent(mode = this.#mode) {
    this.#texts[mode] = "";
    if (mode === this.#mode) this.#text.value = "";
    this.#macro = null;
    this.#named.clear();
    this.#tray?.clear();
    clearTimeout(this.#timers[mode]);
    this.#remember(mode, "");
    this.#save(mode);
    this.#count();
    this.#text.focus();
  }

  // --- tools -------------------------------------------------------------------------------

  #prepareTools() {
    const field = this.#text;
    const ref = this.dataset.ref;
    const tools = {
      macros: () => openMacros(this.#popup, { ref, field, use: (chosen) => this.#useMacro(chosen) }),
      emoji: () => openEmoji(this.#popup, { field, use: (sign) => this.#insert(sign) }),
      later: () => this.#canSend() && openLater(this.#popup, { field, use: (at) => this.#sendLater(at) }),
    };
    for (const [name, open] of Object.entries(tools)) {
      this.querySelector(`[data-tool="${name}"]`).addEventListener("click", () => (this.#popup.isOpen ? this.#popup.close() : open()));
    }
    this.openMacros = tools.macros;
    const place = this.querySelector(".composer-tools");
    for (const kind of ["translate", "suggest"]) {
      for (const provider of providers[kind]) place.append(this.#providerButton(kind, provider));
    }
  }

  #providerButton(kind, { label, run }) {
    const button = make("button", { type: "button", class: "btn ghost small", "data-tool": kind }, icon(kind === "translate" ? "globe" : "sparkle"), label);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const before = this.#text.value;
        const text = await run({ ref: this.dataset.ref, mode: this.#mode, text: before });
        if (text) this.#insert(text, { whole: this.#text.value === before }); // what was typed meanwhile stays
      } catch (error) {
        failed(error);
      }
      button.disabled = false;
    });
    return button;
  }

  #useMacro({ text, macro }) {
    if (this.#mode === "note") this.write("reply");
    this.#macro = macro;
    this.#insert(text, { whole: !this.#text.value.trim() || this.#text.value === "/" });
  }

  /** As if it were typed, so that the browser's own undo takes it back. */
  #insert(text, { whole = false } = {}) {
    if (!this.isConnected) return; // it came late: the focus is in another conversation's text by now
    this.#text.focus();
    if (whole) this.#text.select();
    if (!document.execCommand("insertText", false, text)) {
      this.#text.setRangeText(text, this.#text.selectionStart, this.#text.selectionEnd, "end");
      this.#onInput({});
    }
  }

  /** A colleague is called by @ and the beginning of a name, in notes only. */
  async #lookForName() {
    const before = this.#text.value.slice(0, this.#text.selectionStart);
    const found = this.#mode === "note" && /(?:^|[\s（，。])@([\p{L}\p{N}]{0,20}(?: [\p{L}]{0,20})?)$/u.exec(before);
    const asked = ++this.#asked;
    const called = found && found[1].endsWith(" ") && this.#named.has(found[1].trim());
    if (!found || called) {
      if (this.#calling) this.#popup.close();
      this.#calling = false;
      return;
    }
    this.#calling = true;
    await openPeople(this.#popup, {
      field: this.#text,
      query: found[1].toLocaleLowerCase(),
      wanted: () => asked === this.#asked,
      use: ({ id, name }) => {
        this.#named.set(name, id);
        const end = this.#text.selectionStart;
        const start = this.#text.value.lastIndexOf("@", end - 1);
        this.#text.setSelectionRange(start, end);
        this.#insert(`@${name} `);
      },
    });
  }
  #calling = false;
  #asked = 0;

  // --- what is shown -----------------------------------------------------------------------

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
    if (this.#text.value !== this.#texts[this.#mode]) this.#text.value = this.#texts[this.#mode];
    this.querySelector('[type="submit"] span').textContent = note ? strings.add_note : strings.send;
    this.querySelector('[data-tool="later"]').hidden = note;
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

  #left() {
    return LENGTH - [...this.#text.value.trim()].length;
  }

  #canSend() {
    const left = this.#left();
    if (this.#leaving && this.#mode === "reply") return false;
    return left >= 0 && !this.#tray?.busy && (left < LENGTH || Boolean(this.#tray?.ids.length));
  }

  #count() {
    const left = this.#left();
    const hint = this.querySelector(".composer-hint");
    hint.classList.toggle("bad", left < 0);
    if (left < 0) hint.textContent = fill(strings.too_long, { n: -left });
    else if (this.#leaving && this.#mode === "reply") hint.textContent = strings.sending;
    else hint.textContent = left <= LENGTH - COUNT_FROM ? fill(strings.left, { n: left }) : "";
    for (const button of this.querySelectorAll('[type="submit"], [data-tool="later"]')) button.disabled = !this.#canSend();
    if (GROWS) return;
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  #onInput(event) {
    this.#keep(this.#mode, this.#text.value);
    this.#count();
    if (this.#text.value && Date.now() - this.#typed > TYPING_MS) {
      this.#typed = Date.now();
      this.#tell("wd-typing", { mode: this.#mode });
    }
    if (event.isComposing) return;
    if (this.#text.value === "/" && this.#mode === "reply" && event.inputType === "insertText") this.openMacros();
    this.#lookForName();
  }

  #onKey(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is choosing characters
    if (this.#popup.key(event)) return;
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
    if (!this.#canSend()) return;
    const text = this.#text.value.trim();
    const mentions = [...this.#named].filter(([name]) => text.includes(`@${name}`)).map(([, id]) => id);
    const note = this.#mode === "note";
    const more = note ? { mentions } : { macro: this.#macro };
    this.#tell("wd-send", { mode: this.#mode, text, files: this.#tray?.ids ?? [], ...more });
    this.#sent();
  }

  #sendLater(at) {
    if (!this.#canSend()) return;
    const text = this.#text.value.trim();
    const done = () => this.#texts.reply.trim() === text && this.#sent("reply"); // what was typed meanwhile stays
    const over = () => this.#leave(false);
    this.#leave(true);
    this.#tell("wd-later", { text, at: at.toISOString(), files: this.#tray?.ids ?? [], done, over });
  }

  #leave(on) {
    this.#leaving = on;
    this.#count();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("wd-composer", WdComposer);
