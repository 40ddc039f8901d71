/* Several rows at once: choosing them, and doing one thing with all, piece by piece. */

import { fill, make, plural, uuid } from "../common/text.js";
import { prepareMoments } from "./moments.js";
import { call, failed, strings, toast } from "./page.js";
import { offerUndo } from "./undo.js";

const MOST = 500;
const PIECE = 25;
const rows = () => [...document.querySelectorAll("#rows > .row")];
const refOf = (row) => row.dataset.ref;

export class Selection {
  #chosen = new Set();
  #anchor = null;
  #bar = document.getElementById("bulk");
  #on = false; // asked for by its button, also while nothing is chosen
  #stopped = false;
  #choices = null;

  constructor() {
    if (!this.#bar) return; // who may only look
    const list = document.getElementById("list-column");
    list.addEventListener("click", (event) => {
      const box = event.target.closest(".row-pick input");
      if (box) this.toggle(box.closest(".row"), event.shiftKey);
    });
    this.#bar.addEventListener("click", ({ target }) => this.#press(target.closest("[data-bulk]")?.dataset.bulk));
    document.querySelector("#bulk-choice form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#close();
      this.#run("snooze", { until: event.target.elements.until.value });
    });
  }

  get size() {
    return this.#chosen.size;
  }

  /** Choose a row or not; with `range`, all from the last one chosen to it. */
  toggle(row, range = false) {
    if (!row || !this.#bar) return;
    const all = rows();
    const from = range ? all.findIndex((each) => refOf(each) === this.#anchor) : -1;
    const to = all.indexOf(row);
    const wanted = from < 0 ? !this.#chosen.has(refOf(row)) : true;
    const span = from < 0 ? [row] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const each of span) {
      if (!wanted) this.#chosen.delete(refOf(each));
      else if (this.#chosen.size < MOST) this.#chosen.add(refOf(each));
      else toast(fill(strings.too_many_selected, { n: MOST }), { danger: true });
    }
    this.#anchor = refOf(row);
    this.show();
  }

  /** Show the boxes, or forget what was chosen. */
  mode(on = !("selecting" in document.body.dataset)) {
    this.#on = on;
    if (!on) this.#chosen.clear();
    this.show();
  }

  /** A row was drawn anew. */
  mark(row) {
    const chosen = this.#chosen.has(refOf(row));
    const box = row.querySelector(".row-pick input");
    if (box) box.checked = chosen;
    row.classList.toggle("is-chosen", chosen);
  }

  /** Draw what is chosen; the list does so whenever it was drawn anew. */
  show() {
    if (!this.#bar) return;
    this.#bar.hidden = !this.#on && !this.size;
    if (this.#bar.hidden) delete document.body.dataset.selecting;
    else document.body.dataset.selecting = "";
    document.querySelector('[data-act="select"]')?.setAttribute("aria-pressed", String(!this.#bar.hidden));
    this.#bar.querySelector(".bulk-count").textContent = plural(strings, "selected", this.size);
    for (const button of this.#bar.querySelectorAll(".bulk-acts .btn")) {
      button.disabled = !this.size && !["all", "none"].includes(button.dataset.bulk);
    }
    rows().forEach((row) => this.mark(row));
  }

  #press(what) {
    if (what === "none") this.mode(false);
    else if (what === "stop") this.#stopped = true;
    else if (what === "resolve") this.#run("resolve", {});
    else if (what === "all") {
      for (const row of rows().slice(0, MOST)) this.#chosen.add(refOf(row));
      this.show();
    } else if (what) this.#choose(what);
  }

  #close() {
    document.getElementById("bulk-choice").close();
  }

  /** Ask to whom, with which tag or until when. */
  async #choose(what) {
    const dialog = document.getElementById("bulk-choice");
    const [title, list, form] = ["h2", ".people", "form"].map((each) => dialog.querySelector(each));
    title.textContent = strings[`bulk_${what}`];
    list.replaceChildren();
    form.hidden = what !== "snooze";
    if (what === "snooze") prepareMoments(dialog);
    else {
      this.#choices ??= await call("/desk/choices").catch(failed);
      if (!this.#choices) return null;
      const offer = (action, { id, name }, note = null) => {
        const button = make("button", { type: "button" }, make("span", { class: "people-who" }, make("b", { dir: "auto" }, name), note));
        button.addEventListener("click", () => {
          this.#close();
          this.#run(action, { to: id });
        });
        list.append(make("li", {}, button));
      };
      this.#choices[what].forEach((one) => offer(what, one));
      if (what === "assign") this.#choices.team.forEach((one) => offer("team", one, make("small", {}, strings.team)));
    }
    dialog.showModal();
    return dialog.querySelector(".people button, .moment")?.focus();
  }

  /** Do it piece by piece; what refuses is told by its reason, and stays chosen. */
  async #run(action, fields) {
    const refs = [...this.#chosen];
    const [acts, running] = [".bulk-acts", ".bulk-run"].map((each) => this.#bar.querySelector(each));
    const progress = running.querySelector("progress");
    const token = uuid();
    const refused = [];
    let done = 0;
    this.#stopped = false;
    [acts.hidden, running.hidden] = [true, false];
    progress.max = refs.length;
    try {
      for (let at = 0; at < refs.length && !this.#stopped; at += PIECE) {
        const answer = await call("/desk/many", { body: { action, token, refs: refs.slice(at, at + PIECE), ...fields } });
        answer.done.forEach((ref) => this.#chosen.delete(ref));
        done += answer.done.length;
        refused.push(...answer.refused);
        progress.value = Math.min(at + PIECE, refs.length);
        this.#bar.querySelector(".bulk-count").textContent = fill(strings.bulk_running, { done: progress.value, n: refs.length });
      }
    } catch (error) {
      failed(error);
    }
    [acts.hidden, running.hidden] = [false, true];
    progress.value = 0;
    this.#on = false;
    this.show();
    if (done) offerUndo({ token, text: fill(this.#stopped ? strings.bulk_stopped : strings.bulk_done, { n: done }) });
    if (refused.length) this.#report(refused);
  }

  #report(refused) {
    const reasons = new Map();
    for (const { message } of refused) reasons.set(message, (reasons.get(message) || 0) + 1);
    const dialog = document.getElementById("bulk-report");
    const lines = [...reasons].map(([text, n]) => make("div", {}, make("dt", {}, String(n)), make("dd", {}, text)));
    dialog.querySelector("dl").replaceChildren(...lines);
    dialog.showModal();
  }
}
