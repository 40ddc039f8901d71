/* Replies that wait for their time, listed between thread and composer. */

import { fill, icon, make, shortTime } from "../common/text.js";
import { call, failed, language, strings, toast } from "./page.js";

export class Later {
  #place;
  #ref;
  #giveBack;
  #sent;

  /** @param {(text: string) => boolean} giveBack puts a text into the composer, if that is empty
   *  @param {(event: object) => void} sent takes the event of a reply that was sent now */
  constructor(place, ref, { giveBack, sent }) {
    this.#place = place;
    this.#ref = ref;
    this.#giveBack = giveBack;
    this.#sent = sent;
    this.show(JSON.parse(place.dataset.scheduled || "[]"));
  }

  get isEmpty() {
    return this.#place.hidden;
  }

  show(replies) {
    this.#place.hidden = !replies.length;
    this.#place.replaceChildren(...replies.map((reply) => this.#row(reply)));
  }

  async refresh() {
    try {
      const { scheduled } = await call(`/desk/c/${this.#ref}/scheduled`);
      this.show(scheduled);
    } catch {
      // the next event asks again
    }
  }

  #row({ id, text, at, state, reason, name, mine, overtaken }) {
    const held = state === "held";
    const why = held ? strings[`later_reason_${reason}`] || strings.later_reason_other : overtaken && strings.later_overtaken;
    const when = fill(held ? strings.later_held : strings.later_at, { time: shortTime(new Date(at), language), name });
    const button = (label, run) => {
      const made = make("button", { type: "button", class: "btn small ghost" }, label);
      made.addEventListener("click", () => this.#run(made, run));
      return made;
    };
    const path = `/desk/c/${this.#ref}/scheduled/${id}`;
    return make(
      "li",
      { class: `later-item${why ? " is-held" : ""}` },
      icon(held ? "alert" : "clock"),
      make("div", { class: "later-body" },
        make("p", { class: "later-when" }, when, why ? make("strong", {}, ` ${why}`) : null),
        make("p", { class: "later-text", dir: "auto" }, text)),
      make("div", { class: "later-acts" },
        mine ? button(strings.later_now, async () => this.#sent((await call(`${path}/send`, { body: {} })).event)) : null,
        mine ? button(strings.edit, async () => {
          if (!this.#giveBack(text)) return toast(strings.later_occupied);
          return call(`${path}/cancel`, { body: {} });
        }) : null,
        button(strings.cancel, () => call(`${path}/cancel`, { body: {} }))),
    );
  }

  async #run(button, run) {
    button.disabled = true;
    await run().catch(failed);
    await this.refresh();
  }
}
