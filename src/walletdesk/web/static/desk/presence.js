/* Who else looks at the open conversation, and who is writing. Signals only: nothing is stored, and
   whoever is not heard of for a while is gone. */

import { avatar, fill, make } from "../common/text.js";
import { call, desk, strings } from "./page.js";

const STAYS_MS = 30_000;
const WRITES_MS = 6_000;
const BEAT_MS = 20_000;
const ANSWER_MS = 400;
const STAYED_MS = 250; // whoever only passes by tells nobody, and what was opened is drawn first

export class Presence {
  #ref = null;
  #here = false; // the others were told
  #arrival = 0;
  #people = new Map(); // id → { name, until, writes }
  #beat = 0;
  #answer = 0;

  constructor() {
    setInterval(() => this.show(), 2_000);
    document.addEventListener("visibilitychange", () => this.hello());
    addEventListener("pagehide", () => this.leave());
  }

  /** Look at another conversation, or at none. */
  enter(ref) {
    if (ref !== this.#ref) this.leave();
    this.#ref = ref;
    clearTimeout(this.#arrival);
    if (ref) this.#arrival = setTimeout(() => this.#arrive(), STAYED_MS);
  }

  #arrive() {
    this.#here = true;
    this.#tell({ hello: true });
    clearInterval(this.#beat);
    this.#beat = setInterval(() => document.hidden || this.#tell({}), BEAT_MS);
  }

  /** Ask who else is here. */
  hello() {
    if (this.#here && !document.hidden) this.#tell({ hello: true });
  }

  leave() {
    clearInterval(this.#beat);
    clearTimeout(this.#answer);
    clearTimeout(this.#arrival);
    if (this.#here) this.#tell({ gone: true });
    this.#here = false;
    this.#ref = null;
    this.#people.clear();
  }

  heard({ id, name, writing, hello, gone }) {
    if (id === desk.member) return;
    const known = this.#people.get(id);
    if (gone) this.#people.delete(id);
    else this.#people.set(id, { name, until: Date.now() + STAYS_MS, writes: writing ? Date.now() + WRITES_MS : known?.writes ?? 0 });
    if (hello && !document.hidden) {
      clearTimeout(this.#answer);
      this.#answer = setTimeout(() => this.#here && this.#tell({}), Math.random() * ANSWER_MS);
    }
    this.show();
  }

  /** A colleague's message or note has arrived: they no longer write it. */
  wrote(id) {
    const known = this.#people.get(id);
    if (known) known.writes = 0;
    this.show();
  }

  show() {
    const now = Date.now();
    for (const [id, { until }] of this.#people) if (until < now) this.#people.delete(id);
    const place = document.getElementById("viewers");
    const shown = [...this.#people.values()];
    const key = shown.map(({ name }) => name).join("\n");
    if (place && place.dataset.shown !== key) {
      place.dataset.shown = key;
      place.replaceChildren(...shown.slice(0, 4).map(({ name }) => make("span", { title: fill(strings.viewing, { name }) }, avatar(name, { size: "tiny" }), make("span", { class: "sr-only" }, fill(strings.viewing, { name })))));
    }
    const writer = shown.find(({ writes }) => writes > now);
    const warning = document.getElementById("composer-warning");
    const text = writer ? fill(strings.is_writing, { name: writer.name }) : "";
    if (warning && warning.textContent !== text) warning.textContent = text;
  }

  #tell(body) {
    call(`/desk/c/${this.#ref}/viewing`, { body, quiet: true }).catch(() => {}); // told again with the next beat
  }
}
