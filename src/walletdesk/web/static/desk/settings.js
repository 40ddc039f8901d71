/* The frame of the settings: tells what changed, holds who would leave, shows what was said. */

import { copyText } from "../common/text.js";
import { failed, prepareHtmx, strings, toast } from "./page.js";
import { preparePreferences } from "./preferences.js";

const SAID_MS = 8_000;
const QUIET = new Set(["csrfmiddlewaretoken", "version"]);

const stateOf = (form) =>
  JSON.stringify([...new FormData(form)].map(([name, value]) => (QUIET.has(name) ? "" : [name, value.name ?? value])));

/** A form marked `data-watch` shows its save bar while it differs from what was loaded. */
class WatchedForm {
  constructor(form) {
    this.form = form;
    this.before = form.dataset.watch === "dirty" ? "" : stateOf(form);
    this.fresh = form.dataset.watch === "new"; // can be saved as it is
    this.leaving = false;
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.look());
    form.addEventListener("reset", () => setTimeout(() => {
      form.dispatchEvent(new Event("wd-reset", { bubbles: true }));
      this.look();
    }));
    form.addEventListener("submit", () => {
      this.leaving = true;
      for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-busy", "true");
    });
    addEventListener("pageshow", () => (this.leaving = false));
    this.look();
  }

  get changed() {
    return !this.leaving && stateOf(this.form) !== this.before;
  }

  look() {
    this.form.classList.toggle("is-clean", !this.changed && !this.fresh);
    const note = this.form.querySelector(".save-note");
    if (note) note.hidden = !this.changed;
  }
}

const watched = [...document.querySelectorAll("form[data-watch]")].map((form) => new WatchedForm(form));
addEventListener("beforeunload", (event) => {
  if (watched.some((form) => form.changed)) event.preventDefault();
});

// The browser knows what countries are called in the reader's language.
const regions = document.getElementById("regions");
if (regions && Intl.DisplayNames) {
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "region" });
  for (const option of regions.options) option.textContent = names.of(option.value);
}

// What the server said stands in the page already; a screen reader hears it when it is put in anew.
for (const said of document.querySelectorAll("[data-said]")) {
  said.remove();
  setTimeout(() => document.getElementById("toasts").append(said), 50);
  setTimeout(() => said.remove(), SAID_MS);
}
document.querySelector("[data-problems]")?.focus();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  const button = event.target.closest("[data-act]");
  if (button?.dataset.act === "close") button.closest("dialog").close();
  if (button?.dataset.act === "shortcuts") location.assign("/desk/");
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(document.getElementById(copy.dataset.copy).textContent).then((done) => (done ? toast(strings.copied) : failed({})));
});

// The picker and the text of a colour are one value.
for (const picker of document.querySelectorAll("[data-colour]")) {
  const text = document.getElementById(picker.dataset.colour);
  picker.addEventListener("input", () => {
    text.value = picker.value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  text.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(text.value)) picker.value = text.value.toLowerCase();
  });
}

prepareHtmx();
preparePreferences();
