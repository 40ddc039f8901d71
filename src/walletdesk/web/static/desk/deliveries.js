/* What became of messages that went out by mail: a line below each, from the newest event that tells of it. */

import { icon, make } from "../common/text.js";

const LOOKS = { queued: "clock", deferred: "clock", sent: "check", delivered: "check-circle" };
const AGAIN = new Set(["failed", "bounced", "unknown"]);

export class Deliveries {
  #newest = new Map(); // id → event

  /** Take the events that tell of deliveries; return the others, which have rows. */
  take(events) {
    const rest = [];
    for (const event of events) {
      if (event.kind !== "delivery") rest.push(event);
      else if (!(this.#newest.get(event.staff_data.id)?.seq > event.seq)) this.#newest.set(event.staff_data.id, event);
    }
    return rest;
  }

  clear() {
    this.#newest.clear();
  }

  /** Draw the lines anew. */
  show(thread, strings, mayAnswer) {
    thread.querySelectorAll(".wd-delivery").forEach((line) => line.remove());
    for (const { staff_data: told } of this.#newest.values()) {
      thread.querySelector(`[data-seq="${told.last}"] .wd-body`)?.append(line(told, strings, mayAnswer));
    }
  }
}

function line(told, strings, mayAnswer) {
  const bad = AGAIN.has(told.state);
  const word = strings[`mail_${told.state}_${told.reason}`] || strings[`mail_${told.state}`] || told.state;
  const why = (bad || told.state === "deferred") && strings[`mail_why_${told.reason}`];
  const text = make("span", { title: told.code }, [word, why].filter(Boolean).join(" "));
  const again = bad && mayAnswer ? make("button", { type: "button", "data-again": told.id }, strings.mail_again) : null;
  return make("div", { class: `wd-state wd-delivery${bad ? " is-bad" : ""}` }, icon(LOOKS[told.state] || "alert"), text, again);
}
