/* Personal data in texts: tokens such as ⟦email:K3F97QMT⟧ shown as chips. A page of staff knows their masks
   from elements with data-mask-of; there the chips are buttons with data-item. Values come from desk/reveal.js only. */

import { icon, make, textTokens } from "./text.js";

const TOKEN = /⟦(email|phone|document):([0-9A-Z]{4,12})⟧/g;
const ICONS = { email: "mail", phone: "call", document: "article" };

const maskOf = (item) => document.querySelector(`[data-mask-of="${item}"]`)?.textContent;

function chip([, kind, code], strings) {
  const item = `${kind}:${code}`;
  const isStaff = document.querySelector("[data-may-reveal]");
  const word = make("span", { dir: "ltr" }, maskOf(item) || strings[`personal_${kind}`] || kind);
  const parts = [icon(ICONS[kind]), word];
  if (isStaff?.dataset.mayReveal !== "yes") return make("span", { class: "wd-personal", "data-chip": item }, ...parts);
  return make("button", { type: "button", class: "wd-personal", "data-chip": item, "data-item": item }, ...parts);
}

textTokens.push([TOKEN, chip]);

/** Write masks that have become known into the chips of a place. */
export function fillMasks(place) {
  for (const one of place.querySelectorAll("[data-chip]")) {
    const mask = maskOf(one.dataset.chip);
    if (mask) one.lastElementChild.textContent = mask;
  }
}
