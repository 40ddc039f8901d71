/* Chips of personal data on the desk: with their masks, which the page knows from elements with data-mask-of, and as
   buttons with data-item where they may be revealed. Values come from reveal.js only. */

import { chips } from "../common/personal.js";
import { make } from "../common/text.js";

const maskOf = (item) => document.querySelector(`[data-mask-of="${item}"]`)?.textContent;

chips.make = (item, icon, word) => {
  word.textContent = maskOf(item) || word.textContent;
  const mayReveal = document.querySelector("[data-may-reveal]")?.dataset.mayReveal === "yes";
  const look = { class: "wd-personal", "data-chip": item };
  return mayReveal ? make("button", { type: "button", ...look, "data-item": item }, icon, word) : make("span", look, icon, word);
};

/** Write masks that have become known into the chips of a place. */
export function fillMasks(place) {
  for (const one of place.querySelectorAll("[data-chip]")) {
    const mask = maskOf(one.dataset.chip);
    if (mask) one.lastElementChild.textContent = mask;
  }
}
